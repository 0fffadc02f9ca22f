// The code that Argo CD and Flux themselves judge objects with. It reads a JSON list of objects and prints the list of
// answers:
//
//	gitops argo-health ARGOCD_CM    {status, message}, by the health checks of a ConfigMap argocd-cm, as JSON
//	gitops kstatus                  {status, message}, as Flux and Helm wait for objects
//	gitops argo-sync KUBECONFIG     applies them server-side, as an Application with ServerSideApply=true does
//	gitops argo-diff KUBECONFIG     what Argo CD would show as out of sync
//	gitops flux-sync KUBECONFIG     applies them, as a Kustomization does
//	gitops flux-diff KUBECONFIG     what Flux would apply anew
//
// A diff is empty where the object is as it should be.
package main

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"os"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

func main() {
	log.SetFlags(0)
	command := os.Args[1]
	objects := read()
	answers := make([]any, len(objects))
	each := judge(command)
	for i := range objects {
		answer, err := each(context.Background(), &objects[i])
		if err != nil {
			log.Fatalf("%s %s/%s: %v", command, objects[i].GetKind(), objects[i].GetName(), err)
		}
		answers[i] = answer
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}

type judgement func(context.Context, *unstructured.Unstructured) (any, error)

func judge(command string) judgement {
	switch command {
	case "argo-health":
		return argoHealth(os.Args[2])
	case "kstatus":
		return kstatus
	case "argo-sync":
		return newArgo(cluster()).sync
	case "argo-diff":
		return newArgo(cluster()).diff
	case "flux-sync":
		return newFlux(cluster()).sync
	case "flux-diff":
		return newFlux(cluster()).diff
	}
	log.Fatalf("there is no command %s", command)
	return nil
}

func kstatus(_ context.Context, object *unstructured.Unstructured) (any, error) {
	result, err := status.Compute(object)
	if err != nil {
		return nil, err
	}
	return map[string]string{"status": result.Status.String(), "message": result.Message}, nil
}

func read() []unstructured.Unstructured {
	bytes, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	var objects []unstructured.Unstructured
	if err := json.Unmarshal(bytes, &objects); err != nil {
		log.Fatal(err)
	}
	return objects
}

func cluster() *rest.Config {
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	return config
}
