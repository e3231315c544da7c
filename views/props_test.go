package views_test

import (
	"fmt"
	"strings"
	"time"

	"verso/faas"
	"verso/views"
)

// Believable props for the tests, all of the same moment.

const anID = "01935f3e-7a10-7c4b-9b1e-5f2f6a3c9d01"

var (
	now   = time.Date(2026, 11, 22, 9, 41, 0, 0, time.UTC)
	aHash = strings.Repeat("9f86d081", 8)
)

func ago(d time.Duration) time.Time { return now.Add(-d) }

func page() views.Page {
	return views.Page{
		Project: "default", Projects: []string{"billing", "default"}, Path: "/projects/default/functions", Now: now,
		BaseURL: "http://127.0.0.1:8080", Actor: "anna", Admin: true, Role: faas.Owner, Version: "0.1.0",
	}
}

func function() faas.Function {
	return faas.Function{
		ID: anID, Name: "invoice-pdf", Description: "Renders invoices", Labels: map[string]string{"team": "billing"},
		Status: faas.FunctionActive, LastNumber: 43, CreatedAt: ago(900 * time.Hour), CreatedBy: "Anna Weber",
		ChangedAt: ago(12 * time.Minute), ChangedBy: "Jonas Lind", Change: "created #43",
	}
}

func functions(n int) []faas.FunctionRow {
	rows := make([]faas.FunctionRow, n)
	for i := range rows {
		rows[i] = faas.FunctionRow{
			Function: function(), Runtime: "nodejs22",
			Tags: []faas.TagRef{{Name: faas.Latest, Number: 42}, {Name: "prod", Number: 38}},
		}
		rows[i].Name = fmt.Sprintf("invoice-pdf-%d", i)
		rows[i].ChangedAt = ago(time.Duration(i*i) * time.Minute)
	}
	return rows
}

func versions(n int) []faas.VersionRow {
	rows := make([]faas.VersionRow, n)
	for i := range rows {
		rows[i] = faas.VersionRow{
			ID: fmt.Sprint(anID, i), Number: int64(2000 - i), Status: faas.VersionActive, Description: "Use the new tax table",
			Runtime: "nodejs22", Memory: 256 * faas.MiB, Size: int64(1234567 + i), SHA256: aHash, Author: "Anna Weber",
			Door: faas.DoorDashboard, CreatedAt: ago(time.Duration(i*i) * time.Minute), Origin: faas.Origin{Kind: faas.FromUpload},
		}
	}
	if n > 0 {
		rows[0].Tags = []string{faas.Latest, "prod"}
	}
	return rows
}

func version() faas.Version {
	return faas.Version{
		ID: anID, FunctionID: anID, Number: 43, Status: faas.VersionActive, Description: "Use the new tax table",
		Settings: faas.Settings{
			Runtime: "nodejs22", Entrypoint: "index.handler", Memory: 256 * faas.MiB, Timeout: 10 * time.Second,
			ServiceAccountID: "aje3gg", Environment: map[string]faas.Sealed{"TAX_TOKEN": "canary-secret"},
			NetworkID: "enp7", SubnetIDs: []string{"e9b-a", "e9b-b"},
		},
		Package: faas.Package{SHA256: aHash, Size: 1234567, Files: 214, Unpacked: 5234567},
		Origin:  faas.Origin{Kind: faas.FromUpload, FileName: "invoice.zip"}, Author: "Anna Weber", Door: faas.DoorDashboard,
		RequestID: "4f2c7c1e9a", Address: "10.2.0.14", OperationID: anID, CreatedAt: ago(12 * time.Minute),
	}
}

// manifest has two folders with a few files and one with n.
func manifest(n int) *faas.Manifest {
	m := &faas.Manifest{}
	for _, path := range []string{"README.md", "index.js", "lib/tax/2026.json", "lib/tax/2027.json", "lib/text.js"} {
		m.Files = append(m.Files, faas.File{Path: path, Size: 1024})
	}
	for i := range n {
		m.Files = append(m.Files, faas.File{Path: fmt.Sprintf("node_modules/pkg-%04d/file-%05d.js", i/25, i), Size: 1024})
	}
	m.Files = append(m.Files, faas.File{Path: "package.json", Size: 512})
	return m
}

func operation(state faas.OperationState) faas.Operation {
	op := faas.Operation{
		ID: anID, FunctionName: "invoice-pdf", Kind: faas.CreateVersion, Description: "Creating a version of invoice-pdf",
		State: state, CreatedAt: ago(4 * time.Second), ModifiedAt: ago(2 * time.Second), CreatedBy: "Anna Weber",
		Door: faas.DoorDashboard, RequestID: "4f2c7c1e9a", Attempt: 1, Order: faas.Order{Origin: faas.Origin{Kind: faas.FromUpload}},
	}
	reached := map[faas.OperationState]int{faas.Queued: 1, faas.Running: 3, faas.Succeeded: 5, faas.Failed: 2, faas.Cancelled: 2}[state]
	for i, stage := range faas.StagesOf(op.Kind)[:reached] {
		op.Stages = append(op.Stages, faas.StageTime{Stage: stage, At: op.CreatedAt.Add(time.Duration(i*120) * time.Millisecond)})
	}
	switch state {
	case faas.Succeeded:
		op.Number = 43
	case faas.Failed:
		op.Failure = &faas.Failure{Kind: faas.Invalid, Stage: faas.Checked, Message: "The entry is outside of the package."}
	}
	return op
}

// newVersion is the form with a base version.
func newVersion(source faas.OriginKind) views.VersionNewProps {
	v := version()
	form := views.VersionFormOf(v.Settings)
	form.Key = "the-key"
	return views.VersionNewProps{
		Page: page(), Function: function(), Source: source, Base: &v, BaseFunction: "invoice-pdf", Form: form,
		Tags: []faas.Tag{{Name: faas.Latest, Number: 43}}, Limits: faas.DefaultLimits(), Buckets: []string{"releases"},
	}
}
