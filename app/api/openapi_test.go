package api

import (
	"bytes"
	"encoding"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cordboard/cti"
)

var update = flag.Bool("update", false, "write openapi.json anew")

// The document is made from the table of routes and the Go types, so it cannot say anything else than the program.
func TestOpenAPIMatchesTheRoutes(t *testing.T) {
	want, err := json.MarshalIndent(document(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile("openapi.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
	} else if !bytes.Equal(want, openAPI) {
		t.Error("openapi.json is out of date: run `go test ./app/api -run OpenAPI -update`")
	}
}

type object = map[string]any

func document() object {
	d := schemas{}
	paths := object{}
	for _, r := range table {
		operations, _ := paths[r.path].(object)
		if operations == nil {
			operations = object{}
			paths[r.path] = operations
		}
		operations[strings.ToLower(r.method)] = d.operation(r)
	}
	d["Problem"] = d.fields(reflect.TypeFor[Problem]())
	return object{
		"openapi": "3.1.0",
		"info": object{
			"title": "Cordboard local API", "version": "1",
			"description": "HTTP over the desk's Unix socket or named pipe, or over loopback TCP with a bearer token.",
		},
		"paths":      paths,
		"components": object{"schemas": d, "securitySchemes": object{"token": object{"type": "http", "scheme": "bearer"}}},
	}
}

var inPath = regexp.MustCompile(`\{(\w+)\}`)

func (d schemas) operation(r route) object {
	op := object{"summary": r.summary}
	var params []object
	for _, m := range inPath.FindAllStringSubmatch(r.path, -1) {
		schema := object{"type": "string"}
		if m[1] == "verb" {
			schema["enum"] = slices.Sorted(maps.Keys(commands))
		}
		params = append(params, object{"name": m[1], "in": "path", "required": true, "schema": schema})
	}
	for _, p := range r.params {
		params = append(params, object{"name": p.name, "in": "query", "description": p.about, "schema": object{"type": "string"}})
	}
	if params != nil {
		op["parameters"] = params
	}
	if r.in != nil {
		op["requestBody"] = object{"content": d.content(r, r.in)}
	}
	good := object{"description": "done"}
	status := "204"
	if r.out != nil || strings.HasSuffix(r.path, ".json") {
		status = "200"
		good["content"] = d.content(r, r.out)
	}
	op["responses"] = object{
		status:    good,
		"default": object{"description": "one sentence", "content": object{"application/json": object{"schema": object{"$ref": "#/components/schemas/Problem"}}}},
	}
	return op
}

func (d schemas) content(r route, body any) object {
	kind := "application/json"
	if r.path == "/v1/events" {
		kind = "application/x-ndjson"
	}
	if body == (file{}) {
		return object{"application/octet-stream": object{"schema": object{"type": "string", "format": "binary"}}}
	}
	schema := object{"type": "object"}
	if body != nil {
		schema = d.schema(reflect.TypeOf(body))
	}
	return object{kind: object{"schema": schema}}
}

// schemas collects the named types that the document refers to.
type schemas map[string]any

var textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()

func (d schemas) schema(t reflect.Type) object {
	switch {
	case t.String() == "time.Time":
		return object{"type": "string", "format": "date-time"}
	case t.String() == "json.RawMessage":
		return object{}
	case t.Implements(textMarshaler):
		return object{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return d.schema(t.Elem())
	case reflect.Slice:
		return object{"type": "array", "items": d.schema(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": d.schema(t.Elem())}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.String:
		return object{"type": "string"}
	case reflect.Float32, reflect.Float64:
		return object{"type": "number"}
	case reflect.Struct:
		if _, known := d[t.Name()]; !known {
			d[t.Name()] = nil // stops a type that contains itself
			d[t.Name()] = d.fields(t)
		}
		return object{"$ref": "#/components/schemas/" + t.Name()}
	}
	return object{"type": "integer"}
}

func (d schemas) fields(t reflect.Type) object {
	properties := object{}
	d.collect(t, properties)
	return object{"type": "object", "properties": properties}
}

func (d schemas) collect(t reflect.Type, into object) {
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			d.collect(f.Type, into)
		case name != "-" && name != "":
			into[name] = d.schema(f.Type)
		}
	}
}

func TestEveryCommandHasItsWayBack(t *testing.T) {
	on, volume := false, -6
	given := Request{
		Call: "c", Line: "l", Route: "r", Number: "201", Digits: "1", Busy: true, On: &on, For: "f", Conf: "k", Purpose: cti.ForConference,
		Join: true, Context: map[string]string{"case": "4711"}, Calls: []cti.CallID{"a", "b"}, Deaf: &on, Silent: &on, Music: &on, Volume: &volume,
		Listener: "a", Source: "b", Preset: cti.PresetCoach, Accept: &on, New: "n", Rec: "x", Forward: cti.Forward{Busy: "2044"},
	}
	for verb := range commands {
		want, err := commandOf(verb, given)
		if err != nil {
			t.Fatal(err)
		}
		back, request, err := requestOf(want)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := commandOf(back, request); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %#v becomes %#v on the way through the API, %v", verb, want, got, err)
		}
		everyFieldSet(t, verb, want)
	}
}

// everyFieldSet finds a field of a command that no field of a Request fills.
func everyFieldSet(t *testing.T, verb cti.Verb, c cti.Command) {
	t.Helper()
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; v.Field(i).IsZero() && name != "On" && name != "Accept" && name != "Identity" {
			t.Errorf("%s: the field %s gets nothing from a request", verb, name)
		}
	}
}
