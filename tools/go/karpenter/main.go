// Karpenter's own code: `karpenter crds` prints its CustomResourceDefinitions; `karpenter user-data` reads a JSON list of
// nodes and prints the user data that Karpenter would start each with; `karpenter hashes` reads a JSON list of objects and
// prints what Karpenter compares nodes with.
package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"log"
	"os"

	provider "github.com/aws/karpenter-provider-aws/pkg/apis"
	v1 "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
	"github.com/aws/karpenter-provider-aws/pkg/providers/amifamily/bootstrap"
	corev1 "k8s.io/api/core/v1"
	karpenter "sigs.k8s.io/karpenter/pkg/apis/v1"
)

type node struct {
	Family          string
	ClusterName     string
	ClusterEndpoint string
	ClusterCIDR     string
	CABundle        string
	ClusterDNS      []string
	MaxPods         int32
	Labels          map[string]string
	Taints          []corev1.Taint
	UserData        string
}

type merged struct {
	UserData string
	// Error is Karpenter's, empty where it takes the user data.
	Error string
}

func main() {
	log.SetOutput(os.Stderr)
	switch os.Args[1] {
	case "crds":
		printCRDs()
	case "user-data":
		answer(merge)
	case "hashes":
		answer(hash)
	}
}

// answer reads a JSON list and prints the list of answers.
func answer[Q, A any](each func(Q) A) {
	var questions []Q
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		log.Fatal(err)
	}
	answers := make([]A, len(questions))
	for i, question := range questions {
		answers[i] = each(question)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}

type objects struct {
	EC2NodeClass v1.EC2NodeClass
	NodePool     karpenter.NodePool
}

func hash(o objects) map[string]string {
	return map[string]string{"EC2NodeClass": o.EC2NodeClass.Hash(nil), "NodePool": o.NodePool.Hash()}
}

func printCRDs() {
	for _, crd := range [][]byte{provider.EC2NodeClassCRD, provider.NodePoolCRD, provider.NodeClaimCRD} {
		os.Stdout.Write(append([]byte("---\n"), crd...))
	}
}

func merge(n node) merged {
	options := bootstrap.Options{
		ClusterName:     n.ClusterName,
		ClusterEndpoint: n.ClusterEndpoint,
		ClusterCIDR:     &n.ClusterCIDR,
		CABundle:        &n.CABundle,
		KubeletConfig:   &v1.KubeletConfiguration{ClusterDNS: n.ClusterDNS, MaxPods: &n.MaxPods},
		Labels:          n.Labels,
		Taints:          n.Taints,
		CustomUserData:  &n.UserData,
	}
	script, err := bootstrapper(n.Family, options).Script(context.Background())
	if err != nil {
		return merged{Error: err.Error()}
	}
	decoded, err := base64.StdEncoding.DecodeString(script)
	if err != nil {
		log.Fatal(err)
	}
	return merged{UserData: string(decoded)}
}

func bootstrapper(family string, options bootstrap.Options) bootstrap.Bootstrapper {
	switch family {
	case "AL2023":
		return bootstrap.Nodeadm{Options: options}
	case "AL2":
		return bootstrap.EKS{Options: options}
	default:
		return bootstrap.Bottlerocket{Options: options}
	}
}
