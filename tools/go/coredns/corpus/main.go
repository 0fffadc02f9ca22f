// Writes the Corefiles that others test theirs with, as a JSON list, to the file that it is given: what their tests say as
// strings. Those with neither a brace nor a line break are left out.
package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	// Nothing of it is used: so that go.mod has it.
	_ "github.com/coredns/corefile-migration/migration"
)

var folders = map[string]string{
	"github.com/coredns/coredns":            ".",
	"github.com/coredns/caddy":              "caddyfile",
	"github.com/coredns/corefile-migration": ".",
}

func main() {
	found := map[string]bool{}
	for module, folder := range folders {
		err := filepath.WalkDir(filepath.Join(dirOf(module), folder), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			return stringsIn(path, found)
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	corefiles := []string{}
	for text := range found {
		if strings.ContainsAny(text, "{}\n") {
			corefiles = append(corefiles, text)
		}
	}
	slices.Sort(corefiles)
	encoded, err := json.Marshal(corefiles)
	if err != nil {
		log.Fatal(err)
	}
	// Executable, as all parts are.
	if err := os.WriteFile(os.Args[1], encoded, 0o755); err != nil {
		log.Fatal(err)
	}
}

// dirOf downloads a module where it isn't there, in the version that go.mod says.
func dirOf(module string) string {
	printed, err := exec.Command("go", "mod", "download", "-json", module).Output()
	if err != nil {
		log.Fatalf("%s: %v: %s", module, err, printed)
	}
	var download struct{ Dir string }
	if err := json.Unmarshal(printed, &download); err != nil {
		log.Fatal(err)
	}
	return download.Dir
}

func stringsIn(path string, found map[string]bool) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch expression := node.(type) {
		case *ast.BasicLit, *ast.BinaryExpr:
			text, isString := stringOf(expression.(ast.Expr))
			if isString {
				found[text] = true
			}
			return !isString
		}
		return true
	})
	return nil
}

// stringOf gives what a string expression evaluates to, with 0, a port, a name or a path, for what isn't known of it.
func stringOf(expression ast.Expr) (text string, isString bool) {
	switch expression := expression.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(expression.Value)
		return text, err == nil && expression.Kind == token.STRING
	case *ast.BinaryExpr:
		left, isLeft := stringOf(expression.X)
		right, isRight := stringOf(expression.Y)
		return left + right, expression.Op == token.ADD && (isLeft || isRight)
	}
	return "0", false
}
