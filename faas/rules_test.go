package faas_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"verso/faas"
)

func good() faas.Settings {
	return faas.Settings{Runtime: "nodejs22", Entrypoint: "index.handler", Memory: 128 * faas.MiB, Timeout: 3 * time.Second}
}

// fieldsOf lists the fields that an error names, in order.
func fieldsOf(err error) []string {
	var fields []string
	for _, p := range faas.ProblemsOf(err) {
		fields = append(fields, p.Field)
	}
	return fields
}

func TestSettingsNameTheFieldAtFault(t *testing.T) {
	cases := map[string]struct {
		field string
		spoil func(*faas.Settings)
	}{
		"all good":           {"", func(*faas.Settings) {}},
		"no runtime":         {"runtime", func(s *faas.Settings) { s.Runtime = "" }},
		"unknown runtime":    {"runtime", func(s *faas.Settings) { s.Runtime = "cobol60" }},
		"no entrypoint":      {"entrypoint", func(s *faas.Settings) { s.Entrypoint = " " }},
		"two-line entry":     {"entrypoint", func(s *faas.Settings) { s.Entrypoint = "a\nb" }},
		"NUL in entry":       {"entrypoint", func(s *faas.Settings) { s.Entrypoint = "a\x00b" }},
		"too little memory":  {"memory", func(s *faas.Settings) { s.Memory = 64 * faas.MiB }},
		"too much memory":    {"memory", func(s *faas.Settings) { s.Memory = 9 * faas.GiB }},
		"odd memory":         {"memory", func(s *faas.Settings) { s.Memory = 200 * faas.MiB }},
		"no time":            {"timeout", func(s *faas.Settings) { s.Timeout = 0 }},
		"too long":           {"timeout", func(s *faas.Settings) { s.Timeout = time.Hour + 1 }},
		"odd account":        {"service_account", func(s *faas.Settings) { s.ServiceAccountID = "a b" }},
		"odd network":        {"network", func(s *faas.Settings) { s.NetworkID = "/" }},
		"subnet, no network": {"subnets", func(s *faas.Settings) { s.SubnetIDs = []string{"a"} }},
		"subnet twice":       {"subnets", func(s *faas.Settings) { s.NetworkID, s.SubnetIDs = "n", []string{"a", "a"} }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := good()
			c.spoil(&s)
			fields := fieldsOf(s.Check(faas.DefaultLimits()))
			if (c.field == "") != (len(fields) == 0) || (c.field != "" && fields[0] != c.field) {
				t.Errorf("fields %q, want %q", fields, c.field)
			}
		})
	}
}

func TestVariables(t *testing.T) {
	for name, c := range map[string]struct {
		key   string
		value faas.Secret
		ok    bool
	}{
		"good":          {"A_1", "x", true},
		"empty value":   {"A", "", true},
		"bad key":       {"1A", "x", false},
		"long key":      {strings.Repeat("a", 256), "x", false},
		"long value":    {"A", faas.Secret(strings.Repeat("ä", 4097)), false},
		"longest value": {"A", faas.Secret(strings.Repeat("ä", 4096)), true},
		"NUL in value":  {"A", "\x00", false},
		"not UTF-8":     {"A", "\xff", false},
	} {
		t.Run(name, func(t *testing.T) {
			fields := fieldsOf(faas.CheckEnvironment(map[string]faas.Secret{c.key: c.value}, faas.DefaultLimits()))
			if c.ok != (len(fields) == 0) || (!c.ok && fields[0] != "environment") {
				t.Errorf("fields %q, allowed is %t", fields, c.ok)
			}
		})
	}
}

func TestAValueIsNeverRepeatedInAnError(t *testing.T) {
	env := map[string]faas.Secret{"TOKEN": faas.Secret("canary" + strings.Repeat("x", 5000)), "KEY": "canary\x00"}
	if err := faas.CheckEnvironment(env, faas.DefaultLimits()); err == nil || strings.Contains(err.Error(), "canary") {
		t.Errorf("the error is %v", err)
	}
}

func TestASecretHidesItself(t *testing.T) {
	v := faas.Variable{Key: "TOKEN", Value: "canary"}
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "value", v.Value, "row", v, "any", map[string]faas.Secret{"a": v.Value})
	for _, text := range []string{string(data), logged.String(), fmt.Sprint(v), fmt.Sprintf("%+v %#v %s %q %v", v, v, v.Value, v.Value, &v)} {
		if strings.Contains(text, "canary") {
			t.Errorf("it shows itself in %s", text)
		}
	}
}

func TestEveryProblemIsFoundAtOnce(t *testing.T) {
	err := faas.Settings{}.Check(faas.DefaultLimits())
	want := []string{"runtime", "entrypoint", "memory", "timeout"}
	if got := fieldsOf(err); !slices.Equal(got, want) {
		t.Errorf("fields %q, want %q", got, want)
	}
	if !faas.Is(err, faas.Invalid) {
		t.Errorf("kind is %s", faas.KindOf(err))
	}
}

func TestNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"abc": true, "a-1": true, "invoice-pdf": true, strings.Repeat("a", 63): true,
		"": false, "ab": false, "1ab": false, "ab-": false, "Abc": false, "a_b": false, "äbc": false,
		strings.Repeat("a", 64): false, "abc\n": false,
	} {
		if err := faas.CheckName("name", name); (err == nil) != ok {
			t.Errorf("CheckName(%q) = %v", name, err)
		}
	}
}

func TestAFunctionCannotBeCalledLikeAPage(t *testing.T) {
	for name, ok := range map[string]bool{"new": false, "news": true, "a-new": true} {
		err := faas.FunctionInput{Name: name}.Check(faas.DefaultLimits())
		if (err == nil) != ok || (err != nil && !slices.Equal(fieldsOf(err), []string{"name"})) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTags(t *testing.T) {
	for tags, ok := range map[string]bool{
		"": true, "prod": true, "prod beta_2 c-d": true,
		"$latest": false, "Prod": false, "1a": false, "a a": false, strings.Repeat("a", 64): false,
	} {
		if err := faas.CheckTags(faas.WordsOf(tags), faas.DefaultLimits()); (err == nil) != ok {
			t.Errorf("CheckTags(%q) = %v", tags, err)
		}
	}
}

func TestLabels(t *testing.T) {
	labels, err := faas.LabelsOf("team=billing\n\n tier = back/end \n")
	if err != nil || fmt.Sprint(labels) != "map[team:billing tier:back/end]" {
		t.Fatalf("labels %v, error %v", labels, err)
	}
	for _, text := range []string{"team", "a=1\na=2", "Team=x", "a=UP"} {
		labels, err := faas.LabelsOf(text)
		err = errors.Join(err, faas.FunctionInput{Name: "abc", Labels: labels}.Check(faas.DefaultLimits()))
		if !slices.Contains(fieldsOf(err), "labels") {
			t.Errorf("labels %q were taken: %v", text, err)
		}
	}
}

func TestEnvironmentRows(t *testing.T) {
	rows := []faas.Variable{{Key: "A", Value: "1"}, {}, {Key: " B "}, {Kept: "C"}, {Draft: "s1"}, {Key: "D", Kept: "C"}}
	env, err := faas.EnvironmentOf(rows)
	want := []faas.Variable{{Key: "A", Value: "1"}, {Key: "B"}, {Key: "D", Kept: "C"}}
	if err != nil || !slices.Equal(env, want) {
		t.Fatalf("environment %v, error %v", env, err)
	}
	for _, rows := range [][]faas.Variable{{{Key: "A"}, {Key: "A "}}, {{Value: "x"}}} {
		if _, err := faas.EnvironmentOf(rows); !slices.Contains(fieldsOf(err), "environment") {
			t.Errorf("rows %v were taken: %v", rows, err)
		}
	}
}

func TestEntrypointNamesAFileOfThePackage(t *testing.T) {
	m := faas.Manifest{Files: []faas.File{{Path: "bootstrap"}, {Path: "handler.sh"}, {Path: "index.js"}, {Path: "lib/a.py"}, {Path: "main.py"}}}
	for _, c := range []struct {
		runtime, entry string
		ok             bool
	}{
		{"nodejs22", "index.handler", true},
		{"nodejs22", "app.handler", false},
		{"nodejs22", "main.handler", false},
		{"python312", "main.handle", true},
		{"python312", "lib/a.handle", true},
		{"python312", "index.handle", false},
		{"bash-2204", "handler.sh", true},
		{"bash-2204", "handler", false},
		{"Custom", "whatever", true},
		{"java21", "com.example.Main", true},
		{"Go1.x", "handler.sh", true},
		{"Go1.x", "handler", false},
	} {
		err := faas.CheckEntrypoint(c.runtime, c.entry, m)
		if (err == nil) != c.ok {
			t.Errorf("%s of %s: %v", c.entry, c.runtime, err)
		}
		if err != nil && fieldsOf(err)[0] != "entrypoint" {
			t.Errorf("field is %q", fieldsOf(err))
		}
	}
}

func TestObjectNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"a.zip": true, "releases/1.0/ä b.zip": true, "a..b": true, "%2e%2e/x": true,
		"": false, "../x": false, "a/../b": false, "a\x00b": false, "a\r\nb": false, "./a": false,
		strings.Repeat("a", 1024): true, strings.Repeat("a", 1025): false,
	} {
		if err := faas.CheckObjectName(name); (err == nil) != ok {
			t.Errorf("CheckObjectName(%q) = %v", name, err)
		}
	}
}

func TestRuntimeIDsAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range faas.Runtimes() {
		if seen[r.ID] || r.ID == "" || r.Family == "" || r.Support == "" {
			t.Errorf("odd entry %+v", r)
		}
		seen[r.ID] = true
	}
}
