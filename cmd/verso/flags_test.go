package main

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
)

func TestFlagsThatCannotBeMeantAreRefused(t *testing.T) {
	good := serveCommand{listenFlags: listenFlags{Listen: "127.0.0.1:0"}, OIDC: oidcFlags{Name: "x", GroupsClaim: "groups"}, Workers: 1, JanitorEvery: time.Nanosecond}
	for name, c := range map[string]struct {
		flag  string // that the sentence names; empty when all is fine
		spoil func(*serveCommand)
	}{
		"good":            {"", func(*serveCommand) {}},
		"no worker":       {"--workers", func(c *serveCommand) { c.Workers = 0 }},
		"fewer":           {"--workers", func(c *serveCommand) { c.Workers = -1 }},
		"no interval":     {"--janitor-every", func(c *serveCommand) { c.JanitorEvery = 0 }},
		"before":          {"--janitor-every", func(c *serveCommand) { c.JanitorEvery = -time.Second }},
		"negative grace":  {"--janitor-grace", func(c *serveCommand) { c.JanitorGrace = -1 }},
		"a rate below":    {"--rate", func(c *serveCommand) { c.Rate = -1 }},
		"no burst":        {"--rate", func(c *serveCommand) { c.Rate, c.RateBurst = 5, 0 }},
		"everybody":       {"--trusted-proxy", func(c *serveCommand) { c.Proxies = proxyFlags{netip.MustParsePrefix("0.0.0.0/0")} }},
		"half an issuer":  {"--oidc-issuer", func(c *serveCommand) { c.OIDC.ClientID = "verso" }},
		"no client":       {"--oidc-client-id", func(c *serveCommand) { c.OIDC.Issuer = "https://id.example" }},
		"no secret":       {"VERSO_OIDC_CLIENT_SECRET", func(c *serveCommand) { c.OIDC.Issuer, c.OIDC.ClientID = "https://id.example", "verso" }},
		"issuer by http":  {"--oidc-issuer", func(c *serveCommand) { c.OIDC.Issuer = "http://id.example/canary" }},
		"issuer's secret": {"--oidc-issuer", func(c *serveCommand) { c.OIDC.Issuer = "https://ann:canary@id.example" }},
		"issuer's query":  {"--oidc-issuer", func(c *serveCommand) { c.OIDC.Issuer = "https://id.example/?secret=canary" }},
	} {
		t.Run(name, func(t *testing.T) {
			command := good
			c.spoil(&command)
			err := command.checkFlags()
			if (err == nil) != (c.flag == "") || (err != nil && !strings.HasPrefix(err.Error(), c.flag+" ") && !strings.HasPrefix(err.Error(), c.flag+":")) {
				t.Errorf("the error is %v, want one about %q", err, c.flag)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("the error repeats what may be secret: %v", err)
			}
		})
	}
}

func TestS47AShortMetricsTokenIsRefusedAndNotRepeated(t *testing.T) {
	c := serveCommand{listenFlags: listenFlags{Listen: "127.0.0.1:0"}, Workers: 1, JanitorEvery: 1}
	for token, ok := range map[string]bool{"": true, "canary": false, "canary-canary-15": true} {
		t.Setenv("VERSO_METRICS_TOKEN", token)
		err := c.checkFlags()
		if (err == nil) != ok || (err != nil && (strings.Contains(err.Error(), "canary") || !strings.HasPrefix(err.Error(), "VERSO_METRICS_TOKEN "))) {
			t.Errorf("%q: %v", token, err)
		}
	}
}

// parse reads a command line as main does, and opens the data as far as the settings are refused before.
func parse(t *testing.T, args ...string) (commandLine, error) {
	t.Helper()
	var p commandLine
	parser, err := kong.New(&p, options(t.Context())...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(append([]string{"serve", "--data=" + t.TempDir()}, args...))
	return p, err
}

func TestBucketsAreNamed(t *testing.T) {
	t.Setenv("VERSO_BUCKETS", "releases=s3://r?region=eu; reports-eu=s3://q?endpoint=https://s3.example&path-style=true;")
	p, err := parse(t)
	if err != nil || len(p.Serve.Bucket) != 2 || p.Serve.Bucket["reports-eu"] != "s3://q?endpoint=https://s3.example&path-style=true" {
		t.Errorf("from the environment: %v, error %v", p.Serve.Bucket, err)
	}
	p, err = parse(t, "--bucket", "a=s3://a?region=eu", "--bucket=b=s3://b?region=eu")
	if err != nil || len(p.Serve.Bucket) != 2 || p.Serve.Bucket["a"] != "s3://a?region=eu" || p.Serve.Bucket["b"] != "s3://b?region=eu" {
		t.Errorf("from flags: %v, error %v", p.Serve.Bucket, err)
	}
}

func TestABucketThatIsMeantOtherwiseIsNotRepeated(t *testing.T) {
	for _, text := range []string{
		"s3://KEY:canary@bucket?endpoint=https://s3.example", "releases", "canary", "=s3://canary", "a b=s3://canary",
		"releases=s3://KEY:canary@bucket?region=eu", "releases=s3://KEY:can%ary@bucket", "good=s3://b?region=eu;s3://canary:canary@b",
	} {
		for name, args := range map[string][]string{"flag": {"--bucket", text}, "environment": nil} {
			if args == nil {
				t.Setenv("VERSO_BUCKETS", text)
			}
			p, err := parse(t, args...)
			if err == nil {
				_, err = p.Serve.open(t.Context(), access{make: true}, nil)
			}
			if err == nil || strings.Contains(err.Error(), "canary") || strings.Contains(err.Error(), "KEY:") {
				t.Errorf("%s %s: the error is %v", name, text, err)
			}
		}
	}
}
