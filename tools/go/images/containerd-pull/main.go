// containerd-pull is containerd's own client, as its CRI plugin uses it to pull an image (internal/cri/server/images/image_pull.go,
// pullImageWithTransferService), without the daemon around it: the transfer service, the resolver that reads hosts.toml,
// the content store. What it leaves out is the unpacking.
//
//	containerd-pull HOSTS_DIR CREDENTIALS STORE REF
//
// CREDENTIALS is a file of JSON, {"HOST": {"Username": "", "Secret": ""}}, and stands for `registry.configs."HOST".auth` in
// containerd's configuration: they go to the host that is contacted, whatever the image is called. Prints the digest.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/containerd/containerd/v2/core/metadata"
	transferimage "github.com/containerd/containerd/v2/core/transfer/image"
	"github.com/containerd/containerd/v2/core/transfer/local"
	"github.com/containerd/containerd/v2/core/transfer/registry"
	"github.com/containerd/containerd/v2/pkg/namespaces"
	content "github.com/containerd/containerd/v2/plugins/content/local"
	bolt "go.etcd.io/bbolt"
)

type credentials map[string]registry.Credentials

func (c credentials) GetCredentials(_ context.Context, _, host string) (registry.Credentials, error) {
	return c[host], nil
}

func main() {
	digest, err := pull(os.Args[1], os.Args[2], os.Args[3], os.Args[4])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(digest)
}

func pull(hostsDir, credentialsFile, store, ref string) (string, error) {
	ctx := namespaces.WithNamespace(context.Background(), "k8s.io")
	given, err := os.ReadFile(credentialsFile)
	if err != nil {
		return "", err
	}
	var auth credentials
	if err := json.Unmarshal(given, &auth); err != nil {
		return "", err
	}
	blobs, err := content.NewStore(store)
	if err != nil {
		return "", err
	}
	file, err := bolt.Open(filepath.Join(store, "meta.db"), 0o600, nil)
	if err != nil {
		return "", err
	}
	db := metadata.NewDB(file, blobs, nil)
	if err := db.Init(ctx); err != nil {
		return "", err
	}
	images := metadata.NewImageStore(db)

	source, err := registry.NewOCIRegistry(ctx, ref, registry.WithCredentials(auth), registry.WithHostDir(hostsDir))
	if err != nil {
		return "", err
	}
	service := local.NewTransferService(db.ContentStore(), images, local.TransferConfig{Leases: metadata.NewLeaseManager(db)})
	if err := service.Transfer(ctx, source, transferimage.NewStore(ref)); err != nil {
		return "", err
	}
	image, err := images.Get(ctx, ref)
	return image.Target.Digest.String(), err
}
