// The Prometheus operator's CRDs; nothing of it is compiled.
module sallyport.dev/tools/monitoring

go 1.26.0

require github.com/prometheus-operator/prometheus-operator v0.85.0 // indirect
