package service_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/service"
)

func TestS44AKeyHidesItself(t *testing.T) {
	k := service.NewKey()
	data, err := json.Marshal(map[string]any{"key": k, "id": k.ID()})
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "key", k, "text", k.Text())
	shown := string(data) + logged.String() + fmt.Sprintf("%v %+v %#v %s %q", k, k, k, k, k.Text())
	if strings.Contains(shown, string(k.Text())) || strings.Contains(shown, fmt.Sprint(k[0], " ", k[1])) || !strings.Contains(shown, k.ID()) {
		t.Errorf("it is shown as %s", shown)
	}
}

func TestS44AValueOpensInItsPlaceOnly(t *testing.T) {
	at := [4]string{"version", "project", "id", "NAME"}
	for name, other := range map[string][4]string{
		"itself":          at,
		"another kind":    {"access key", "project", "id", "NAME"},
		"another project": {"version", "projects", "id", "NAME"},
		"another version": {"version", "project", "i", "NAME"},
		"another name":    {"version", "project", "id", "NAM"},
		"a moved letter":  {"version", "projecti", "d", "NAME"},
		"a moved word":    {"version", "project", "", "idNAME"},
	} {
		opens, err := service.SealsAlike(service.NewKey(), at, other)
		if err != nil || opens != (name == "itself") {
			t.Errorf("%s: opens is %t, error %v", name, opens, err)
		}
	}
}

// Two values that are put into each other's place in the database do not open there, nor does an altered one.
func TestS44SwappedValuesDoNotOpen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		env := func(in *service.VersionInput) {
			in.Environment = []faas.Variable{{Key: "A", Value: "canary-a"}, {Key: "B", Value: "canary-b"}}
		}
		one, two := h.made(t, f, "one", env), h.made(t, f, "one", env)
		a, b := one.Settings.Environment["A"], one.Settings.Environment["B"]
		if a == two.Settings.Environment["A"] || len(a) != len(b) {
			t.Fatalf("values sealed alike: %s, %s", a, two.Settings.Environment["A"])
		}
		head, body, _ := strings.Cut(string(a), ".")
		id, body, _ := strings.Cut(body, ".")
		for name, stored := range map[string]faas.Sealed{
			"of another name": b, "of another version": two.Settings.Environment["A"],
			"altered": faas.Sealed(head + "." + id + "." + string(body[0]^1) + body[1:]), "cut": a[:len(a)-2], "in clear": "canary-a", "empty": "",
		} {
			v := h.overwritten(t, one, "A", stored)
			got, err := h.OpenValue(v, "A")
			if !faas.Is(err, faas.Internal) || got != "" || strings.Contains(err.Error(), "canary") {
				t.Errorf("a value %s opens as %q, error %v", name, string(got), err)
			}
			h.overwritten(t, one, "A", a)
		}
		if got, err := h.OpenValue(one, "A"); err != nil || got != "canary-a" {
			t.Errorf("the value is %q, error %v", string(got), err)
		}
	})
}

// overwritten puts another text in the place of a stored value, as somebody who writes to the database could.
func (h *house) overwritten(t *testing.T, v faas.Version, name string, with faas.Sealed) faas.Version {
	t.Helper()
	now, err := h.VersionByID(t.Context(), h.actor, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	values := maps.Clone(now.Settings.Environment)
	values[name] = with
	row := faas.SealedRow{Kind: faas.SealedVersion, ID: v.ID, ProjectID: v.ProjectID, Place: v.ID, Values: now.Settings.Environment}
	if done, err := h.store.Reseal(t.Context(), row, values); err != nil || !done {
		t.Fatalf("overwriting: %t, error %v", done, err)
	}
	if now, err = h.VersionByID(t.Context(), h.actor, v.ID); err != nil {
		t.Fatal(err)
	}
	return now
}

func TestS44AnAccessKeysSecretIsSealed(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		store := dbtest.Open(t, cfg)
		h := newIdleHouse(t, store, noBuckets(t))
		h.actor = h.signedIn(t, "bea", faas.Owner)
		secret, k, err := h.CreateAccessKey(t.Context(), h.actor, service.TokenInput{Name: "terraform", Role: faas.Viewer})
		if err != nil {
			t.Fatal(err)
		}
		list, err := h.AccessKeys(t.Context(), h.actor, false, faas.Page{})
		if err != nil || len(list.Items) != 1 {
			t.Fatalf("keys %v, error %v", list.Items, err)
		}
		_, stored, err := store.IdentityByAccessKey(t.Context(), k.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := h.OpenAccessKey(stored); err != nil || got != secret {
			t.Errorf("the secret is %q, error %v", string(got), err)
		}
		stored.ID = "another"
		if _, err := h.OpenAccessKey(stored); !faas.Is(err, faas.Internal) {
			t.Errorf("as another key's it opens: %v", err)
		}
		if bytes.Contains(dbtest.Dump(t, cfg), []byte(secret)) {
			t.Error("the database holds the secret in clear")
		}
	})
}

func TestS17KeysAreReadStrictly(t *testing.T) {
	a, b := service.NewKey(), service.NewKey()
	url := strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(string(a.Text()))
	for name, c := range map[string]struct {
		text string
		want []service.Key
		says string
	}{
		"two, newest first": {string(a.Text()) + "\n" + string(b.Text()) + "\n", []service.Key{a, b}, ""},
		"with remarks":      {"# keys\r\n" + string(a.Text()) + " # " + a.ID() + "\n\n", []service.Key{a}, ""},
		"commas":            {string(a.Text()) + ", " + string(b.Text()), []service.Key{a, b}, ""},
		"for addresses":     {url, []service.Key{a}, ""},
		"none":              {" \n# nothing", nil, ""},
		"five bytes":        {string(a.Text()) + " aGVsbG8=", nil, "Key 2 has 5 bytes; a key has 32"},
		"33 bytes":          {"AAAA" + strings.TrimRight(string(a.Text()), "=") + "A", nil, "a key has 32"},
		"no base64":         {"correct!horse", nil, "Key 1 is not written in base64"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := service.ParseKeys(faas.Secret(c.text))
			if c.says == "" && (err != nil || !slices.Equal(got, c.want)) {
				t.Errorf("read %v, error %v", got, err)
			}
			if c.says != "" && (!faas.Is(err, faas.Invalid) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "horse") || strings.Contains(err.Error(), "aGVs")) {
				t.Errorf("the error is %v, want %q", err, c.says)
			}
		})
	}
}

// Values from before there were keys are sealed when a server starts for the first time with one.
func TestS44ValuesFromBeforeAreSealedAtTheFirstStart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newIdleHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		old := h.publishedBefore(t, f, map[string]faas.Sealed{"A": "canary-old", "EMPTY": ""})
		if err := h.OpenKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		v, err := h.VersionByID(t.Context(), h.actor, old)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]faas.Secret{"A": "canary-old", "EMPTY": ""} {
			if got, err := h.OpenValue(v, name); err != nil || got != want {
				t.Errorf("%s is %q, error %v", name, string(got), err)
			}
		}
		err = store.EachSealed(t.Context(), func(row faas.SealedRow) error {
			for name, sealed := range row.Values {
				if !strings.HasPrefix(string(sealed), "s1.") {
					t.Errorf("%s of a %s is not sealed", name, row.Kind)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// publishedBefore stores a version with values as an earlier program did, and returns its id.
func (h *house) publishedBefore(t *testing.T, f faas.Function, env map[string]faas.Sealed) string {
	t.Helper()
	ctx := context.Background()
	at := now()
	op := faas.Operation{
		ID: "01890000-0000-7000-8000-000000000001", VersionID: "01890000-0000-7000-8000-000000000002", ProjectID: h.actor.ProjectID,
		FunctionID: f.ID, FunctionName: f.Name, Kind: faas.CreateVersion, State: faas.Queued, CreatedAt: at, ModifiedAt: at, RunAt: at,
	}
	op.Order.Settings = settings()
	op.Order.Settings.Environment = env
	line := faas.Audit{ProjectID: op.ProjectID, At: at, Action: "test"}
	line.ID = "01890000-0000-7000-8000-000000000003"
	if _, err := h.store.AddOperation(ctx, op, faas.IdempotencyKey{}, line); err != nil {
		t.Fatal(err)
	}
	_, lease, err := h.store.Claim(ctx, "test", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	v := faas.Version{
		ID: op.VersionID, ProjectID: op.ProjectID, FunctionID: f.ID, Status: faas.VersionActive, Settings: op.Order.Settings, CreatedAt: at,
		OperationID: op.ID, Origin: faas.Origin{Kind: faas.FromUpload}, Package: faas.Package{SHA256: strings.Repeat("0", 64)},
	}
	line.ID = "01890000-0000-7000-8000-000000000004"
	if _, err := h.store.PublishVersion(ctx, lease, v, nil, op.Stages, line); err != nil {
		t.Fatal(err)
	}
	return v.ID
}
