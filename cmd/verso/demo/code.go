package demo

import (
	"bytes"
	"embed"
	"fmt"
	"go/format"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"text/template"
)

// The sources of the demo's functions, as templates of our own. all: because Python has files that begin with _.
//
//go:embed all:code
var sources embed.FS

// code is the source of one function at one moment. It is never changed once an event holds it: edits work on a clone.
type code struct {
	*function
	family   family
	release  [3]int
	knobs    []knob
	steps    []step
	deps     []dependency
	folder   int // index into the family's folders
	rates    []rate
	sections []section
	pending  []string // what has changed since the release
	notes    []string // of the changelog, newest first
}

type step struct {
	Name  string
	Level int // 1 to 3
}

type rate struct {
	Code   string
	Factor string
}

type section struct{ Title, Text string }

// firstCode is what somebody wrote on the first afternoon.
func firstCode(f *function) code {
	fam, settings := families()[f.family], knobs()
	if f.trigger != "timer" {
		settings = settings[:len(settings)-1] // the last is for those that fetch
	}
	return code{
		function: f, family: fam, release: [3]int{0, 1, 0}, knobs: settings, deps: slices.Clone(fam.deps),
		steps: []step{{fam.steps[0], 1}, {fam.steps[1], 1}},
		rates: []rate{{"se", "1.25"}, {"de", "1.19"}, {"nl", "1.21"}},
		notes: []string{"0.1.0: First version"},
	}
}

func (c *code) clone() *code {
	d := *c
	d.knobs, d.steps, d.deps, d.rates = slices.Clone(c.knobs), slices.Clone(c.steps), slices.Clone(c.deps), slices.Clone(c.rates)
	d.sections, d.pending, d.notes = slices.Clone(c.sections), slices.Clone(c.pending), slices.Clone(c.notes)
	return &d
}

func (c *code) releaseText() string {
	return fmt.Sprintf("%d.%d.%d", c.release[0], c.release[1], c.release[2])
}

func (c *code) has(name string) bool {
	return slices.ContainsFunc(c.steps, func(s step) bool { return s.Name == name })
}

// page is what the templates see.
type page struct {
	Name, Summary, Trigger, Noun, Plural, Release, Engine, Folder string
	Fields                                                        []string
	Knobs                                                         []knob
	Steps                                                         []step
	Deps                                                          []dependency
	Rates                                                         []rate
	Sections                                                      []section
	Notes                                                         []string
	Level                                                         int // of the step whose file it is
}

// Number is the dependency's version.
func (d dependency) Number() string { return fmt.Sprintf("%d.%d.%d", d.major, d.minor, d.patch) }

func (c *code) page() page {
	return page{
		Name: c.name, Summary: c.summary, Trigger: c.trigger, Noun: c.noun, Plural: c.plural, Fields: c.fields,
		Release: c.releaseText(), Engine: "21", Folder: c.family.folders[c.folder], Knobs: c.knobs, Steps: c.steps,
		Deps: c.deps, Rates: c.rates, Sections: c.sections, Notes: c.notes,
	}
}

// writer renders the templates. It is safe for concurrent use.
type writer struct{ templates *template.Template }

func newWriter() (*writer, error) {
	all := template.New("").Delims("{%", "%}").Funcs(template.FuncMap{"join": strings.Join})
	err := fs.WalkDir(sources, "code", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := sources.ReadFile(path)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(path, "code/"), ".tmpl")
		_, err = all.New(name).Parse(string(text))
		return err
	})
	return &writer{all}, err
}

// files renders every file of the code, by path.
func (w *writer) files(c *code) (map[string][]byte, error) {
	files := map[string][]byte{}
	p := c.page()
	list := append([][2]string{{"common/README.md", "README.md"}, {"common/CHANGELOG.md", "CHANGELOG.md"}}, c.family.files...)
	if c.has("rates") {
		list = append(list, [2]string{"common/rates.json", "rates.json"})
	}
	for _, file := range list {
		if err := w.file(files, file, p, ""); err != nil {
			return nil, err
		}
	}
	for _, s := range c.steps {
		p.Level = s.Level
		for _, file := range [][2]string{c.family.step, c.family.test} {
			if err := w.file(files, file, p, s.Name); err != nil {
				return nil, err
			}
		}
	}
	return files, nil
}

func (w *writer) file(files map[string][]byte, from [2]string, p page, step string) error {
	if from[0] == "" {
		return nil // the family has no tests
	}
	put := strings.NewReplacer("{folder}", p.Folder, "{step}", step)
	var out bytes.Buffer
	if err := w.templates.ExecuteTemplate(&out, put.Replace(from[0]), p); err != nil {
		return fmt.Errorf("write the demo's source: %w", err)
	}
	path, text := put.Replace(from[1]), out.Bytes()
	if strings.HasSuffix(path, ".go") {
		formatted, err := format.Source(text)
		if err != nil {
			return fmt.Errorf("write the demo's %s: %w", path, err)
		}
		text = formatted
	}
	files[path] = text
	return nil
}

// percent writes hundredths as a decimal: 125 is 1.25.
func percent(n int) string { return strconv.FormatFloat(float64(n)/100, 'f', -1, 64) }
