package e2e

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A token that was made on the page is all that curl needs, and is worth nothing once it is revoked.
func TestTokenWithCurl(t *testing.T) {
	EachEngine(t, func(t *testing.T, database string) {
		s := Start(t, Options{Database: database})
		s.AddMember("mia", "developer")
		p := s.PageOf(t, Look{}, "mia")
		p.makeFunction(s, "greeter")
		writes, command := p.makeToken(s, "the build", false)
		reads, _ := p.makeToken(s, "the monitor", true)
		c := newCurl(t)

		c.shell(writes, command) // as the page says, and makes the function hello
		p.Open(s.functions())
		p.WaitText("table.functions", "hello")

		sent := packed(t, 0, "index.js")
		form := []string{
			"-F", "source=upload", "-F", "runtime=nodejs22", "-F", "entrypoint=index.handler", "-F", "memory=128", "-F", "timeout=3",
			"-F", "package=@" + onDisk(t, "greeter.zip", sent), s.function("greeter") + "/versions",
		}
		if status, _, body := c.run(reads, form...); status != http.StatusForbidden || !strings.Contains(body, "This token may only read.") {
			t.Errorf("a token that may only read writes: %d", status)
		}
		status, operation, _ := c.run(writes, form...)
		if status != http.StatusSeeOther || !strings.Contains(operation, "/operations/") {
			t.Fatalf("the form is answered %d and leads to %q", status, operation)
		}
		c.follow(reads, operation)
		if status, _, body := c.run(reads, s.function("greeter")+"/versions/1/package"); status != http.StatusOK || !bytes.Equal([]byte(body), sent) {
			t.Errorf("the download is answered %d with %d bytes; %d were sent", status, len(body), len(sent))
		}

		p.Open(s.function("greeter") + "/versions/1")
		p.WaitText("main", "with “the build”")
		p.revokeToken(s, "the build")
		status, _, _ = c.run(writes, s.function("greeter"))
		p.revokeToken(s, "the monitor")
		if again, _, _ := c.run(reads, s.function("greeter")); status != http.StatusUnauthorized || again != http.StatusUnauthorized {
			t.Errorf("the revoked tokens are answered %d and %d", status, again)
		}
		for _, token := range []string{writes, reads} {
			if strings.Contains(s.Log(), token) {
				t.Error("a token stands in the server's log")
			}
		}
	})
}

// makeToken makes a token of one's own and returns it, and the command by which the page says how to use it.
func (p *Page) makeToken(s *Server, name string, readOnly bool) (token, command string) {
	p.t.Helper()
	p.Open(s.URL + "/projects/default/settings/tokens")
	p.Fill("#name", name)
	if readOnly {
		p.Click("#read_only")
	}
	p.submit()
	p.WaitFor("code.once")
	token = p.Text("code.once")
	command = Eval[string](p, `[...document.querySelectorAll('main pre')].map((e) => e.textContent).join('\n')`)
	if !regexp.MustCompile(`^t1\.[^.]+\.[^.]+$`).MatchString(token) {
		p.t.Errorf("the token is %q", token)
	}
	p.Click("main .row-acts a")
	p.WaitText("table.tokens", name)
	if strings.Contains(p.Text("main"), token) {
		p.t.Error("the list shows the whole token")
	}
	return token, command
}

// revokeToken revokes the token of that name, which has been used.
func (p *Page) revokeToken(s *Server, name string) {
	p.t.Helper()
	p.Open(s.URL + "/projects/default/settings/tokens")
	row := `[...document.querySelectorAll('table.tokens tbody tr')].find((r) => r.textContent.includes(` + quoted(name) + `))`
	if got := Eval[string](p, row+`.textContent`); strings.Contains(got, "never") {
		p.t.Errorf("the list does not know that the token was used: %s", got)
	}
	p.Eval(row + `.querySelector('summary').id = 'revoke'; ` + row + `.querySelector('form button').id = 'revoke-now'`)
	p.Click("#revoke")
	p.Click("#revoke-now")
	p.WaitUntil("it is revoked", `document.readyState === 'complete' && `+row+`.textContent.includes('revoked')`)
}

// curl is the real one.
type curl struct {
	t    *testing.T
	path string
}

func newCurl(t *testing.T) curl {
	t.Helper()
	path, err := exec.LookPath("curl")
	if err != nil {
		Missing(t, "No curl found; install it with `apt-get install curl` to run the flows of tokens.")
	}
	return curl{t, path}
}

// run asks with a token and returns the status, where the answer leads and its body.
func (c curl) run(token string, args ...string) (status int, to, body string) {
	c.t.Helper()
	out := filepath.Join(c.t.TempDir(), "body")
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	command := exec.CommandContext(ctx, c.path, append([]string{
		"-sS", "-o", out, "-w", "%{http_code} %{redirect_url}", "-H", "Authorization: Bearer " + token,
	}, args...)...)
	said, err := command.CombinedOutput()
	if err != nil {
		c.t.Fatalf("curl: %v: %s", err, said)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		data = nil // an answer without a body leaves no file
	}
	code, to, _ := strings.Cut(string(said), " ")
	for _, digit := range code {
		status = status*10 + int(digit-'0')
	}
	return status, to, string(data)
}

// follow polls an operation until it has succeeded.
func (c curl) follow(token, operation string) {
	c.t.Helper()
	for start := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		status, _, body := c.run(token, operation)
		switch {
		case status == http.StatusOK && strings.Contains(body, `data-state="succeeded"`):
			return
		case status != http.StatusOK || time.Since(start) > patience || strings.Contains(body, `data-state="failed"`):
			c.t.Fatalf("%s is answered %d and did not succeed: %.500s", operation, status, body)
		}
	}
}

// shell runs a command of a page as a person would, with the token pasted in.
func (c curl) shell(token, command string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	bash := exec.CommandContext(ctx, "bash", "-euc", command)
	bash.Stdin = strings.NewReader(token + "\n")
	if said, err := bash.CombinedOutput(); err != nil {
		c.t.Fatalf("the command of the page fails: %v: %s\n%s", err, said, command)
	}
}
