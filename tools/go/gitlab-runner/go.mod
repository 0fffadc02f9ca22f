// gitlab-runner's source, of which nothing is compiled but feature flags: not all that it depends on is served by every
// proxy for Go modules.
module sallyport.dev/tools/gitlab-runner

go 1.26.5

require gitlab.com/gitlab-org/gitlab-runner v1.11.1-0.20260903214710-fc1f1862bd91

require (
	github.com/sirupsen/logrus v1.10.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
)
