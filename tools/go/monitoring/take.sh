#!/bin/sh
# Writes the CRDs of what the chart makes for the Prometheus operator to the file that it is given.
set -eu
module=github.com/prometheus-operator/prometheus-operator
go mod download $module
cd "$(go list -m -f '{{.Dir}}' $module)/example/prometheus-operator-crd"
cat monitoring.coreos.com_prometheusrules.yaml monitoring.coreos.com_servicemonitors.yaml >"$1"
chmod 755 "$1"
