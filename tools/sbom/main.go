// Command sbom prints what a Go program was built from as a CycloneDX 1.6 document: its modules as the linker recorded
// them, the toolchain, and files that were embedded. The same program gives the same bytes; nothing comes from a clock.
//
//	sbom -version v1.2.3 [-asset NAME@VERSION=FILE] PROGRAM
package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

type document struct {
	Format   string      `json:"bomFormat"`
	Spec     string      `json:"specVersion"`
	Serial   string      `json:"serialNumber"`
	Version  int         `json:"version"`
	Metadata metadata    `json:"metadata"`
	Parts    []component `json:"components"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Type       string     `json:"type"`
	Ref        string     `json:"bom-ref"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	PURL       string     `json:"purl,omitempty"`
	Hashes     []hash     `json:"hashes,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func main() {
	version := flag.String("version", "devel", "the program's version")
	var assets []string
	flag.Func("asset", "an embedded file, as NAME@VERSION=FILE; repeatable", func(text string) error {
		assets = append(assets, text)
		return nil
	})
	flag.Parse()
	if err := run(os.Stdout, flag.Arg(0), *version, assets); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, program, version string, assets []string) error {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return err
	}
	sum, err := sumOf(program)
	if err != nil {
		return err
	}
	doc := document{
		Format: "CycloneDX", Spec: "1.6", Serial: serial(sum), Version: 1,
		Metadata: metadata{component{
			Type: "application", Ref: info.Path, Name: info.Main.Path, Version: version, Hashes: []hash{{"SHA-256", sum}},
		}},
		Parts: []component{{Type: "platform", Ref: "go", Name: "go", Version: strings.TrimPrefix(info.GoVersion, "go")}},
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		purl := "pkg:golang/" + m.Path + "@" + m.Version
		doc.Parts = append(doc.Parts, component{
			Type: "library", Ref: purl, Name: m.Path, Version: m.Version, PURL: purl, Properties: []property{{"go.sum", m.Sum}},
		})
	}
	for _, text := range assets {
		part, err := asset(text)
		if err != nil {
			return err
		}
		doc.Parts = append(doc.Parts, part)
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(doc)
}

// asset describes an embedded file of an npm package.
func asset(text string) (component, error) {
	what, file, _ := strings.Cut(text, "=")
	name, version, ok := strings.Cut(what, "@")
	if !ok || name == "" || version == "" {
		return component{}, errors.New("write -asset NAME@VERSION=FILE")
	}
	sum, err := sumOf(file)
	purl := "pkg:npm/" + what
	return component{Type: "library", Ref: purl, Name: name, Version: version, PURL: purl, Hashes: []hash{{"SHA-256", sum}}}, err
}

func sumOf(file string) (string, error) {
	data, err := os.ReadFile(file)
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), err
}

// serial is a UUID of version 8, which leaves its bits to us: they are the program's hash.
func serial(sum string) string {
	return fmt.Sprintf("urn:uuid:%s-%s-8%s-8%s-%s", sum[:8], sum[8:12], sum[13:16], sum[17:20], sum[20:32])
}
