package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"strings"

	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/argoproj/gitops-engine/pkg/diff"
	"github.com/argoproj/gitops-engine/pkg/health"
	"github.com/argoproj/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/gitops-engine/pkg/utils/tracing"
	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"
	"sigs.k8s.io/yaml"
)

const healthKey = "resource.customizations.health."

// argoHealth is how Argo CD sees an object; it runs the check that the ConfigMap has for the kind in the same Lua VM.
func argoHealth(file string) judgement {
	bytes, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	var configMap corev1.ConfigMap
	if err := yaml.UnmarshalStrict(bytes, &configMap); err != nil {
		log.Fatal(err)
	}
	checks := lua.ResourceHealthOverrides{}
	for key, script := range configMap.Data {
		if kind, found := strings.CutPrefix(key, healthKey); found {
			checks[strings.Replace(kind, "_", "/", 1)] = v1alpha1.ResourceOverride{HealthLua: script}
		}
	}
	return func(_ context.Context, object *unstructured.Unstructured) (any, error) {
		return health.GetResourceHealth(object, checks)
	}
}

type argo struct {
	config  *rest.Config
	kubectl kube.KubectlCmd
	apply   kube.ResourceOperations
	dryRun  diff.KubeApplier
	parser  *managedfields.GvkParser
}

func newArgo(config *rest.Config) argo {
	klog.SetOutput(io.Discard)
	klog.LogToStderr(false)
	a := argo{config: config, kubectl: kube.KubectlCmd{Log: logr.Discard(), Tracer: tracing.NopTracer{}}}
	schema, parser, err := a.kubectl.LoadOpenAPISchema(config)
	if err != nil {
		log.Fatal(err)
	}
	a.parser = parser
	if a.apply, _, err = a.kubectl.ManageResources(config, schema); err != nil {
		log.Fatal(err)
	}
	if a.dryRun, _, err = kube.ManageServerSideDiffDryRuns(config, schema, a.kubectl.Tracer, logr.Discard(), nil); err != nil {
		log.Fatal(err)
	}
	return a
}

func (a argo) sync(ctx context.Context, object *unstructured.Unstructured) (any, error) {
	return a.apply.ApplyResource(ctx, tracked(object), cmdutil.DryRunNone, false, true, true, common.ArgoCDSSAManager)
}

// diff is Argo CD's both: by a dry run of the API server, and by its own merge.
func (a argo) diff(ctx context.Context, object *unstructured.Unstructured) (any, error) {
	live, err := a.kubectl.GetResource(ctx, a.config, object.GroupVersionKind(), object.GetName(), object.GetNamespace())
	if err != nil {
		return nil, err
	}
	var found []string
	for _, way := range []diff.Option{diff.WithServerSideDiff(true), diff.WithStructuredMergeDiff(true)} {
		result, err := diff.Diff(tracked(object), live.DeepCopy(), way,
			diff.WithServerSideDryRunner(diff.NewK8sServerSideDryRunner(a.dryRun)),
			diff.WithGVKParser(a.parser), diff.WithManager(common.ArgoCDSSAManager), diff.WithLogr(logr.Discard()))
		if err != nil {
			return nil, err
		}
		if result.Modified {
			found = append(found, fmt.Sprintf("live %s, desired %s", result.NormalizedLive, result.PredictedLive))
		}
	}
	return strings.Join(found, "\n"), nil
}

// tracked has what Argo CD adds to the objects of an Application.
func tracked(object *unstructured.Unstructured) *unstructured.Unstructured {
	copied := object.DeepCopy()
	annotations := copied.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	kind := object.GroupVersionKind()
	annotations[common.AnnotationKeyAppInstance] = fmt.Sprintf("network:%s/%s:%s/%s",
		kind.Group, kind.Kind, object.GetNamespace(), object.GetName())
	copied.SetAnnotations(annotations)
	return copied
}
