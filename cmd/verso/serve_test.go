package main

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"verso/service"
)

func TestS11TheProgramRefusesPlainHTTPBeyondThisMachine(t *testing.T) {
	p := newPlace(t)
	for _, args := range [][]string{
		{"serve", "--listen", "0.0.0.0:0"}, {"serve", "--listen", ":0"}, {"serve", "--listen", "127.0.0.1:0", "--public-url", "http://verso.example"},
	} {
		out, complaint, code := p.run("", args...)
		if code != 1 || out != "" || !strings.Contains(complaint, "--insecure-http") || strings.Count(complaint, "\n") != 1 {
			t.Errorf("%q: %d %q %q", args, code, out, complaint)
		}
	}
	if _, err := os.Stat(p.data); !os.IsNotExist(err) {
		t.Errorf("it has made something before it refused: %v", err)
	}
	for _, c := range []struct {
		args   []string
		cookie string // that a sign-in sets, all but its value
		warns  bool
	}{
		{[]string{"--public-url=http://verso.example", "--insecure-http"}, "verso; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax", true},
		{[]string{"--public-url=https://verso.example"}, "__Host-verso; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Lax", false},
		{nil, "verso; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax", false},
	} {
		address := freeAddress(t)
		s := newPlace(t).serve(append([]string{"--listen=" + address}, c.args...)...)
		s.URL = "http://127.0.0.1" + address[strings.LastIndex(address, ":"):] // which is where a proxy would ask
		v := s.browser()
		_, key, _ := strings.Cut(s.Link, "key=")
		v.setup(key, "ann")
		if got := cookieValue.ReplaceAllString(cookieExpiry.ReplaceAllString(v.header.Get("Set-Cookie"), ""), ""); got != c.cookie {
			t.Errorf("%q: the cookie is %q, want %q", c.args, got, c.cookie)
		}
		s.Stop()
		if strings.Contains(s.Log(), "plain http") != c.warns {
			t.Errorf("%q: the warning is missing or wrong:\n%s", c.args, s.Log())
		}
	}
}

// freeAddress is an address of this machine that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

var (
	cookieValue  = regexp.MustCompile(`=[A-Za-z0-9_-]{43}`)
	cookieExpiry = regexp.MustCompile(` Expires=[^;]*;`)
)

func TestMetricsWantTheirToken(t *testing.T) {
	closed := newPlace(t).serve()
	if got := closed.browser().get("/metrics"); got != http.StatusNotFound {
		t.Errorf("without a token in the environment: %d", got)
	}
	const token = "sixteen or more of them"
	s := newPlace(t, "VERSO_METRICS_TOKEN="+token).serve()
	for sent, want := range map[string]int{"": 401, "x": 401, token + "x": 401, token[1:]: 401, token: 200} {
		if got := s.caller(sent).get("/metrics"); got != want {
			t.Errorf("with %q: %d, want %d", sent, got, want)
		}
	}
}

func TestRatesAreKept(t *testing.T) {
	asks := func(args ...string) (last int, v *visitor) {
		v = newPlace(t).serve(args...).browser()
		for range 20 {
			if last = v.get("/projects"); last == http.StatusTooManyRequests {
				break
			}
		}
		return last, v
	}
	if got, v := asks("--rate=0.01", "--rate-burst=3"); got != http.StatusTooManyRequests || v.header.Get("Retry-After") == "" {
		t.Errorf("over the rate: %d, Retry-After %q", got, v.header.Get("Retry-After"))
	}
	if got, _ := asks("--rate=0", "--rate-burst=3"); got != http.StatusSeeOther {
		t.Errorf("without a limit: %d", got)
	}
}

// Only a proxy that was named may say who asks.
func TestS03ForwardedAddressesCountFromNamedProxies(t *testing.T) {
	for from, args := range map[string][]string{"127.0.0.1": nil, "198.51.100.7": {"--trusted-proxy=127.0.0.0/8"}} {
		s := newPlace(t).serve(args...)
		v := s.browser()
		v.sends = http.Header{"X-Forwarded-For": {"203.0.113.9, 198.51.100.7"}, "Forwarded": {"for=203.0.113.9"}, "X-Real-Ip": {"203.0.113.9"}}
		v.get("/login")
		s.Stop()
		if !strings.Contains(s.Log(), `"from":"`+from+`"`) || strings.Contains(s.Log(), "203.0.113.9") {
			t.Errorf("%q: the request is not from %s:\n%s", args, from, s.Log())
		}
	}
}

// A server starts, and passwords work, while the issuer is away.
func TestAnIssuerThatIsAwayStopsNobody(t *testing.T) {
	p := newPlace(t, "VERSO_OIDC_CLIENT_SECRET=x")
	p.does(annsPassword, "user", "add", "ann", "--admin", "--password-stdin")
	s := p.serve("--oidc-issuer=http://"+freeAddress(t), "--oidc-client-id=verso", "--oidc-name=Example ID", "--oidc-group=ops=admin")
	v := s.browser()
	if _, page, _ := v.ask(http.MethodGet, "/login", nil); !strings.Contains(page, "Example ID") {
		t.Errorf("the page does not offer it:\n%s", page)
	}
	if status, page, _ := v.ask(http.MethodPost, "/login/oidc", url.Values{}); status != http.StatusServiceUnavailable || !strings.Contains(page, "Example ID") {
		t.Errorf("an issuer that is away: %d\n%s", status, page)
	}
	if got := v.signIn("ann", annsPassword); got != http.StatusSeeOther {
		t.Errorf("a password: %d", got)
	}
}

// Whatever is secret and known to the program must not come out of it again.
func TestS47NothingSecretIsPrintedOrLogged(t *testing.T) {
	key := string(service.NewKey().Text())
	secrets := map[string]string{
		"VERSO_METRICS_TOKEN": "canary-metrics-canary", "VERSO_OIDC_CLIENT_SECRET": "canary-oidc-canary", "VERSO_SECRET_KEYS": key,
		"AWS_ACCESS_KEY_ID": "canary-aws-id", "AWS_SECRET_ACCESS_KEY": "canary-aws-secret",
		"VERSO_BUCKET_RELEASES_SECRET_ACCESS_KEY": "canary-bucket-secret", "VERSO_BUCKET_RELEASES_ACCESS_KEY_ID": "canary-bucket-id",
	}
	eachPlace(t, func(p *place) {
		for name, value := range secrets {
			p.env = append(p.env, name+"="+value)
		}
		s := p.serve("--log-level", "debug", "--oidc-issuer", "http://127.0.0.1:1/", "--oidc-client-id", "verso", "--bucket", "releases=s3://releases?endpoint=http://127.0.0.1:1")
		v := s.browser()
		v.setup(s.key(), "ann")
		v.signIn("ann", "canary-wrong-password")
		v.signIn("canary-typed-as-name", "canary-wrong-password")
		token := strings.TrimSpace(p.does("", "token", "create", "--user", "ann", "--project", "default"))
		access := strings.Fields(p.does("", "accesskey", "create", "--user", "ann", "--project", "default"))[1]
		job := s.caller(token)
		for _, path := range []string{"/projects/default/functions", "/projects/canary-query?token=" + token, "/" + token, "/projects/default/functions?key=canary-query"} {
			job.get(path)
		}
		s.caller("canary-metrics-canary").get("/metrics")
		v.ask(http.MethodPost, "/login/oidc", nil)
		s.caller("t1.canary-token").get("/projects")
		_, complaint, _ := p.run("canary\n", "user", "passwd", "ann", "--password-stdin")
		s.Stop()
		log := strings.Replace(s.Log(), s.Link, "", 1) + complaint  // the link is printed once, for a person
		log = strings.ReplaceAll(log, "/projects/canary-query", "") // a path is no secret
		for what, secret := range map[string]string{
			"a canary": "canary-", "the token": token[20:], "the access key": access, "the sealing key": key, "the password": "canary plumbago", "the set-up key": s.key(),
		} {
			if at := strings.Index(log, secret); at >= 0 {
				p.t.Errorf("%s is in what was printed or logged: …%s…", what, log[max(0, at-80):min(len(log), at+80)])
			}
		}
	})
}

// Nobody else on the machine may look into the data folder.
func TestS61TheDataFolderIsPrivate(t *testing.T) {
	p := newPlace(t)
	p.does(annsPassword, "user", "add", "ann", "--admin", "--password-stdin")
	p.does("", "project", "add", "billing")
	p.does("", "accesskey", "create", "--user", "ann", "--project", "billing")
	found := 0
	err := filepath.WalkDir(p.data, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if found++; info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %04o", entry.Name(), info.Mode().Perm())
		}
		return nil
	})
	if err != nil || found < 3 {
		t.Errorf("%d files and folders, %v", found, err)
	}
}

func TestS44NoCoreDumpIsWritten(t *testing.T) {
	limits := fmt.Sprintf("/proc/%d/limits", newPlace(t).serve().PID())
	text, err := os.ReadFile(limits)
	if os.IsNotExist(err) && runtime.GOOS != "linux" {
		t.Skip("Only Linux shows the limits of a process as a file.")
	}
	if err != nil || !regexp.MustCompile(`(?m)^Max core file size +0 +0 `).Match(text) {
		t.Errorf("the limits of the server are\n%s%v", text, err)
	}
}
