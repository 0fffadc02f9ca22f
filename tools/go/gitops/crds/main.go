// Writes the CustomResourceDefinitions of Argo CD and Flux, out of their modules, to the file that it is given.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	command := exec.Command("go", "mod", "download", "-json")
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err != nil {
		log.Fatal(err)
	}
	if err := command.Start(); err != nil {
		log.Fatal(err)
	}
	var crds bytes.Buffer
	modules := json.NewDecoder(output)
	for {
		var module struct{ Dir string }
		if err := modules.Decode(&module); err == io.EOF {
			break
		} else if err != nil {
			log.Fatal(err)
		}
		for _, place := range []string{"manifests/crds/*-crd.yaml", "config/crd/bases/*.yaml"} {
			gather(&crds, filepath.Join(module.Dir, place))
		}
	}
	if err := command.Wait(); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(os.Args[1], crds.Bytes(), 0o755); err != nil {
		log.Fatal(err)
	}
}

func gather(crds *bytes.Buffer, pattern string) {
	files, err := filepath.Glob(pattern)
	if err != nil {
		log.Fatal(err)
	}
	for _, file := range files {
		crd, err := os.ReadFile(file)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Fprintf(crds, "---\n%s", crd)
	}
}
