// Writes what gitlab-runner's source says of itself, as JSON, to the file that it is given: its version, the keys of its
// config.toml with their kinds, and the permissions that it documents.
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
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"gitlab.com/gitlab-org/gitlab-runner/helpers/featureflags"
)

const module = "gitlab.com/gitlab-org/gitlab-runner"

// shape is a kind, or a map of keys to shapes, in which `*` stands for any key. Of lists of tables it is the table's.
type shape any

const (
	text      = "string"
	integer   = "whole number"
	boolean   = "boolean"
	texts     = "list of strings"
	something = "any"
)

var kinds = map[string]shape{
	"string": text, "bool": boolean, "int": integer, "int32": integer, "int64": integer, "float64": something, "any": something,
	// Both are written in several ways.
	"time.Duration": something, "time.Time": something,
	"api.Capability": text, "api.ProcMountType": text,
}

type permission struct {
	Resource, Verb string
	// When is the feature that needs it, empty where all do.
	When string
}

type said struct {
	Version      string
	Config       shape
	Permissions  []permission
	FeatureFlags []string
}

func main() {
	log.SetFlags(0)
	root := rootOf(module)
	out := said{
		Version:     strings.TrimSpace(read(root, "VERSION")),
		Config:      parse(root, "common").shapeOf(ast.NewIdent("Config"), nil),
		Permissions: permissionsIn(read(root, "docs/executors/kubernetes/_index.md")),
	}
	for _, flag := range featureflags.GetAll() {
		out.FeatureFlags = append(out.FeatureFlags, flag.Name)
	}
	encoded, err := json.Marshal(out)
	if err != nil {
		log.Fatal(err)
	}
	// Executable, as all parts are.
	if err := os.WriteFile(os.Args[1], encoded, 0o755); err != nil {
		log.Fatal(err)
	}
}

func rootOf(module string) string {
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

func read(root, path string) string {
	content, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		log.Fatal(err)
	}
	return string(content)
}

// pkg is a package of the module, as it is written.
type pkg struct {
	root  string
	types map[string]*ast.TypeSpec
	files map[string]*ast.File
	// decoded are the types that read TOML by themselves.
	decoded map[string]bool
}

func parse(root, folder string) *pkg {
	parsed, err := parser.ParseDir(token.NewFileSet(), filepath.Join(root, folder), func(file fs.FileInfo) bool {
		return !strings.HasSuffix(file.Name(), "_test.go")
	}, parser.SkipObjectResolution)
	if err != nil {
		log.Fatal(err)
	}
	p := &pkg{root, map[string]*ast.TypeSpec{}, map[string]*ast.File{}, map[string]bool{}}
	for _, each := range parsed {
		for _, file := range each.Files {
			for _, declaration := range file.Decls {
				p.add(file, declaration)
			}
		}
	}
	return p
}

func (p *pkg) add(file *ast.File, declaration ast.Decl) {
	switch d := declaration.(type) {
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if t, ok := spec.(*ast.TypeSpec); ok {
				p.types[t.Name.Name], p.files[t.Name.Name] = t, file
			}
		}
	case *ast.FuncDecl:
		if pointer, ok := receiverOf(d).(*ast.StarExpr); ok && d.Name.Name == "UnmarshalTOML" {
			p.decoded[pointer.X.(*ast.Ident).Name] = true
		}
	}
}

func receiverOf(f *ast.FuncDecl) ast.Expr {
	if f.Recv == nil {
		return nil
	}
	return f.Recv.List[0].Type
}

// shapeOf is the shape of a type that is named in the file.
func (p *pkg) shapeOf(expression ast.Expr, file *ast.File) shape {
	switch e := expression.(type) {
	case *ast.StarExpr:
		return p.shapeOf(e.X, file)
	case *ast.ArrayType:
		return listOf(p.shapeOf(e.Elt, file))
	case *ast.MapType:
		return map[string]shape{"*": p.shapeOf(e.Value, file)}
	case *ast.StructType:
		keys := map[string]shape{}
		for _, field := range e.Fields.List {
			p.addField(keys, field, file)
		}
		return keys
	case *ast.SelectorExpr:
		return p.shapeOfOther(e, file)
	case *ast.Ident:
		if t, ok := p.types[e.Name]; ok {
			found := p.shapeOf(t.Type, p.files[e.Name])
			if _, isTable := found.(map[string]shape); p.decoded[e.Name] && !isTable {
				return something
			}
			return found
		}
		return kindOf(e.Name)
	}
	log.Fatalf("%T is a type that is not known", expression)
	return nil
}

func (p *pkg) shapeOfOther(e *ast.SelectorExpr, file *ast.File) shape {
	name := e.X.(*ast.Ident).Name
	for _, each := range file.Imports {
		path, err := strconv.Unquote(each.Path.Value)
		if err != nil {
			log.Fatal(err)
		}
		folder, isOurs := strings.CutPrefix(path, module+"/")
		if isOurs && filepath.Base(path) == name {
			return parse(p.root, folder).shapeOf(e.Sel, nil)
		}
	}
	return kindOf(name + "." + e.Sel.Name)
}

func kindOf(name string) shape {
	kind, ok := kinds[name]
	if !ok {
		log.Fatalf("%s is a type that is not known", name)
	}
	return kind
}

func listOf(item shape) shape {
	switch item {
	case text:
		return texts
	case integer, something:
		return something
	}
	return item
}

func (p *pkg) addField(keys map[string]shape, field *ast.Field, file *ast.File) {
	tag := ""
	if field.Tag != nil {
		unquoted, err := strconv.Unquote(field.Tag.Value)
		if err != nil {
			log.Fatal(err)
		}
		tag, _, _ = strings.Cut(reflect.StructTag(unquoted).Get("toml"), ",")
	}
	if tag == "-" {
		return
	}
	if len(field.Names) == 0 {
		for key, each := range p.shapeOf(field.Type, file).(map[string]shape) {
			keys[key] = each
		}
		return
	}
	for _, name := range field.Names {
		if !name.IsExported() {
			continue
		}
		key := tag
		if key == "" {
			key = name.Name
		}
		keys[key] = p.shapeOf(field.Type, file)
	}
}

var (
	resource = regexp.MustCompile(`^\s*resources: \["(.+)"\]`)
	verb     = regexp.MustCompile("^\\s*- \"(\\w+)\"(?: # Required when (.+))?")
)

// permissionsIn reads the Role that the page shows.
func permissionsIn(page string) []permission {
	_, after, _ := strings.Cut(page, "<!-- k8s_api_permissions_role_yaml_start -->")
	role, _, _ := strings.Cut(after, "<!-- k8s_api_permissions_role_yaml_end -->")
	permissions, of := []permission{}, ""
	for _, line := range strings.Split(role, "\n") {
		if found := resource.FindStringSubmatch(line); found != nil {
			of = found[1]
		}
		if found := verb.FindStringSubmatch(line); found != nil {
			permissions = append(permissions, permission{of, found[1], found[2]})
		}
	}
	return permissions
}
