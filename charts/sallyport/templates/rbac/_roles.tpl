{{- /*
What a controller may do is a template `sallyport.rules.NAME`, and the roles are called after NAME. Each of these takes the
root, NAME, and where the role holds.
*/ -}}

{{- /* In the whole cluster. */ -}}
{{- define "sallyport.rbac.cluster" -}}
{{- include "sallyport.rbac.role" (append . "ClusterRole") }}
{{- include "sallyport.rbac.binding" (append . "ClusterRole") }}
{{- end }}

{{- /* In one namespace: root, NAME, namespace. */ -}}
{{- define "sallyport.rbac.namespace" -}}
{{- include "sallyport.rbac.role" (append . "Role") }}
{{- include "sallyport.rbac.binding" (append . "Role") }}
{{- end }}

{{- /* In several namespaces, and in others by a RoleBinding of somebody's own: root, NAME, namespaces. */ -}}
{{- define "sallyport.rbac.namespaces" -}}
{{- $root := index . 0 }}
{{- $name := index . 1 }}
{{- include "sallyport.rbac.role" (list $root $name "ClusterRole") }}
{{- range index . 2 }}
{{- include "sallyport.rbac.binding" (list $root $name . "ClusterRole") }}
{{- end }}
{{- end }}

{{- /* root, NAME, namespace of a Role, kind */ -}}
{{- define "sallyport.rbac.role" -}}
{{- $root := first . }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ last . }}
metadata:
  {{- include "sallyport.rbac.metadata" (initial .) | nindent 2 }}
rules:
  {{- include (printf "sallyport.rules.%s" (index . 1)) $root | trim | nindent 2 }}
{{ end }}

{{- /* root, NAME, namespace of a RoleBinding, kind of the role */ -}}
{{- define "sallyport.rbac.binding" -}}
{{- $root := first . }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ eq (len .) 4 | ternary "RoleBinding" "ClusterRoleBinding" }}
metadata:
  {{- include "sallyport.rbac.metadata" (initial .) | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ last . }}
  name: {{ include "sallyport.fullname" $root }}-{{ index . 1 }}
subjects:
  - kind: ServiceAccount
    name: {{ include "sallyport.serviceAccountName" $root }}
    namespace: {{ $root.Release.Namespace }}
{{ end }}

{{- /* root, NAME, maybe a namespace */ -}}
{{- define "sallyport.rbac.metadata" -}}
name: {{ include "sallyport.fullname" (first .) }}-{{ index . 1 }}
{{- if eq (len .) 3 }}
namespace: {{ last . }}
{{- end }}
labels:
  {{- include "sallyport.labels" (first .) | nindent 2 }}
{{- end }}

{{- /* What a proxy and a resolver are run by. Takes verbs. */ -}}
{{- define "sallyport.rbac.runs" -}}
- apiGroups: [""]
  resources: [configmaps, services]
  verbs: {{ . }}
- apiGroups: [apps]
  resources: [deployments]
  verbs: {{ . }}
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: {{ . }}
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: {{ . }}
{{- end }}
