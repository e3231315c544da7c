// Package arch holds the plan of the house as data: which room may import which, and what each may take from outside.
// Its tests compare the plan with the code and with ARCHITECTURE.md. It must not know anything else about the program.
package arch

// Room is what one top-level folder may use beyond itself and the standard library. A folder's own subfolders belong
// to it.
type Room struct {
	Name    string   // import path below the module
	Ours    []string // rooms it may import
	Outside []string // module paths it may import, with all their packages
	HTTP    bool     // net/http is allowed
	SQL     bool     // database/sql is allowed
	All     bool     // every room is allowed
	Note    string   // for the reader of the table
}

// Rooms is the plan, in the order in which ARCHITECTURE.md shows it. What is not here is not allowed.
var Rooms = []Room{
	{Name: "faas", Note: "the language everyone speaks"},
	{Name: "static", HTTP: true, Note: "embedded files and the handler that serves them"},
	{Name: "archive", Ours: []string{"faas"}, Outside: []string{"golang.org/x/text"}, Note: "reads zips; knows no database"},
	{Name: "service", Ours: []string{"faas", "archive"}, Outside: []string{"golang.org/x/crypto", "github.com/google/uuid"}, Note: "the verbs"},
	{Name: "db", Ours: []string{"faas"}, Outside: []string{
		"github.com/jmoiron/sqlx", "github.com/lib/pq", "modernc.org/sqlite", "github.com/pressly/goose/v3",
	}, SQL: true, Note: "the only SQL"},
	{Name: "blob", Ours: []string{"faas"}, Outside: []string{"github.com/minio/minio-go/v7"}, HTTP: true, Note: "package bytes; HTTP as a client only"},
	{Name: "worker", Ours: []string{"faas"}, Note: "the night shift"},
	{Name: "views", Ours: []string{"faas", "static"}, Outside: []string{"github.com/a-h/templ"}, Note: "props to HTML"},
	{Name: "web", Ours: []string{"faas"}, Outside: []string{"github.com/a-h/templ", "github.com/gorilla/sessions", "golang.org/x/time"}, HTTP: true, Note: "the HTTP workshop"},
	{Name: "handlers", Ours: []string{
		"faas", "service", "web", "static", "handlers/dashboard", "handlers/yandex", "handlers/functiongraph", "handlers/qinling",
	}, HTTP: true, Note: "mounts the doors"},
	{Name: "handlers/dashboard", Ours: []string{"faas", "service", "web", "views", "static", "archive"}, Outside: []string{
		"github.com/a-h/templ", "github.com/coreos/go-oidc/v3", "golang.org/x/oauth2",
	}, HTTP: true, Note: "pages"},
	{Name: "handlers/yandex", Ours: []string{"faas", "service", "web"}, Outside: []string{"google.golang.org/grpc", "google.golang.org/protobuf"}, HTTP: true, Note: "gRPC and its JSON form"},
	{Name: "handlers/functiongraph", Ours: []string{"faas", "service", "web"}, HTTP: true, Note: "dependency versions"},
	{Name: "handlers/qinling", Ours: []string{"faas", "service", "web"}, HTTP: true, Note: "function versions"},
	{Name: "cmd", All: true, Outside: []string{"github.com/alecthomas/kong", "github.com/prometheus/client_golang", "golang.org/x/sys"}, HTTP: true, Note: "the program: wiring only"},
}

// testRooms hold nothing that ships; they may import everything.
var testRooms = []string{"tests"}

// longFiles may pass the soft limit of lines, each for a reason.
var longFiles = map[string]string{}
