{{- define "sallyport.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "sallyport.fullname" -}}
{{- $name := include "sallyport.name" . }}
{{- $named := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) }}
{{- /* Roles' names are longer. */ -}}
{{- .Values.fullnameOverride | default $named | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "sallyport.selectorLabels" -}}
app.kubernetes.io/name: {{ include "sallyport.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "sallyport.labels" -}}
{{ include "sallyport.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "sallyport.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "sallyport.fullname" .) "default") }}
{{- end }}

{{- define "sallyport.image" -}}
{{- with .Values.image }}
{{- .digest | empty | ternary (printf "%s:%s" .repository (.tag | default $.Chart.AppVersion)) (printf "%s@%s" .repository .digest) }}
{{- end }}
{{- end }}

{{- /* As SALLYPORT_CONTROLLERS wants them. */ -}}
{{- define "sallyport.controllers" -}}
{{- $names := list }}
{{- range $key := list "awsAccount" "cidrSet" "privateLinkEndpoint" "proxy" "interception" "runnerPool" }}
{{- if (index $.Values.controllers $key).enabled }}{{ $names = append $names (kebabcase $key) }}{{ end }}
{{- end }}
{{- $names | join "," | required "controllers: switch on at least one" }}
{{- end }}
