package main

import (
	"context"
	"fmt"
	"log"

	"github.com/fluxcd/pkg/ssa"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

type flux struct{ manager *ssa.ResourceManager }

// newFlux is what kustomize-controller applies with.
func newFlux(config *rest.Config) flux {
	kube, err := client.New(config, client.Options{})
	if err != nil {
		log.Fatal(err)
	}
	owner := ssa.Owner{Field: "kustomize-controller", Group: "kustomize.toolkit.fluxcd.io"}
	return flux{ssa.NewResourceManager(kube, nil, owner)}
}

func (f flux) sync(ctx context.Context, object *unstructured.Unstructured) (any, error) {
	f.own(object)
	change, err := f.manager.Apply(ctx, object, ssa.DefaultApplyOptions())
	if err != nil {
		return nil, err
	}
	return change.Action, nil
}

func (f flux) diff(ctx context.Context, object *unstructured.Unstructured) (any, error) {
	f.own(object)
	change, live, desired, err := f.manager.Diff(ctx, object, ssa.DefaultDiffOptions())
	if err != nil {
		return nil, err
	}
	if change.Action == ssa.UnchangedAction {
		return "", nil
	}
	return fmt.Sprintf("%s: live %v, desired %v", change.Action, live, desired), nil
}

// own labels an object as a Kustomization's.
func (f flux) own(object *unstructured.Unstructured) {
	f.manager.SetOwnerLabels([]*unstructured.Unstructured{object}, "network", "flux-system")
}
