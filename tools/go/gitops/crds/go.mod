// The modules that the CRDs of Argo CD and Flux lie in, as YAML: nothing of them is compiled, so `go mod tidy` would drop them.
module sallyport.dev/tools/gitops/crds

go 1.26.0

require (
	github.com/argoproj/argo-cd/v3 v3.2.12
	github.com/fluxcd/helm-controller v1.6.4
	github.com/fluxcd/kustomize-controller v1.9.6
	github.com/fluxcd/source-controller v1.9.6
)
