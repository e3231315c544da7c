package main

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"

	"verso/faas"
)

// listenFlags say where the server can be reached, and by whom how often.
type listenFlags struct {
	Listen       string     `default:"127.0.0.1:8080" env:"VERSO_LISTEN" help:"Address and port; port 0 takes a free one."`
	PublicURL    string     `name:"public-url" env:"VERSO_PUBLIC_URL" placeholder:"URL" help:"How browsers reach this server, where that is not the listening address. With https a proxy in front does TLS."`
	Host         []string   `env:"VERSO_HOST" placeholder:"NAME" help:"A further name under which browsers reach this server, repeatable; IP addresses need none."`
	InsecureHTTP bool       `name:"insecure-http" env:"VERSO_INSECURE_HTTP" help:"Let people beyond this machine sign in over plain http, where everybody on the way can read their passwords."`
	Proxies      proxyFlags `name:"trusted-proxy" env:"VERSO_TRUSTED_PROXIES" placeholder:"CIDR" help:"A proxy in front whose X-Forwarded-For is believed, repeatable; for example 10.0.0.0/8."`
	Rate         float64    `default:"100" env:"VERSO_RATE" help:"Requests a second of one person, token or address; 0 for no limit."`
	RateBurst    int        `name:"rate-burst" default:"500" env:"VERSO_RATE_BURST" help:"How many may come at once before the rate counts."`
}

// check refuses what the server could only misunderstand, and what would send passwords over a network in clear.
func (c listenFlags) check() error {
	return errors.Join(c.checkListen(), c.checkPublicURL(), c.Proxies.check(), c.checkRate())
}

func (c listenFlags) checkListen() error {
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return fmt.Errorf("--listen %q: write address:port, for example 127.0.0.1:8080", c.Listen)
	}
	if c.PublicURL != "" || c.InsecureHTTP || loopback(c.Listen) {
		return nil // a public URL answers for itself
	}
	return fmt.Errorf("--listen %s would let people sign in over plain http, where everybody on the way can read their passwords: "+
		"let a proxy do TLS and name it with --public-url https://…, or listen on 127.0.0.1, or add --insecure-http if the network is yours alone", c.Listen)
}

// checkPublicURL never repeats the URL: somebody may have written a password into it.
func (c listenFlags) checkPublicURL() error {
	if c.PublicURL == "" {
		return nil
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("--public-url: write http:// or https:// and a host, for example https://verso.example.org")
	}
	local := loopback(net.JoinHostPort(u.Hostname(), "0")) && loopback(c.Listen)
	if u.Scheme == "http" && !c.InsecureHTTP && !local {
		return errors.New("--public-url begins with http:// and leads beyond this machine, where everybody on the way can read passwords: " +
			"use https://, or add --insecure-http if the network is yours alone")
	}
	return nil
}

func (c listenFlags) checkRate() error {
	if c.Rate < 0 || c.RateBurst < 0 || (c.Rate > 0 && c.RateBurst < 1) {
		return fmt.Errorf("--rate %g and --rate-burst %d: write numbers above zero, or --rate 0 for no limit", c.Rate, c.RateBurst)
	}
	return nil
}

// loopback reports whether only this machine can connect to an address with a port.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || (ip != nil && ip.IsLoopback()))
}

// listenError says what to do when the port is taken, which happens to everybody once.
func (c listenFlags) listenError(err error) error {
	host, port, splitErr := net.SplitHostPort(c.Listen)
	if splitErr != nil || !errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("listen on %s: %w", c.Listen, err)
	}
	return faas.Errorf(faas.Unavailable, "Port %s on %s is taken. Stop what uses it, or choose another with --listen %s (0 takes a free one).",
		port, cmp.Or(host, "every address"), net.JoinHostPort(host, "0"))
}

// link is the address to open in a browser.
func (c listenFlags) link(addr net.Addr) string {
	if c.PublicURL != "" {
		return strings.TrimSuffix(c.PublicURL, "/")
	}
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// hosts are the names under which this server may be asked for, besides any IP address: loopback's, this machine's, the
// public one and those of --host. It is never empty, or a foreign page could give its own name to this machine.
func (c listenFlags) hosts(link string) []string {
	names := append([]string{"localhost"}, c.Host...)
	if u, err := url.Parse(link); err == nil {
		names = append(names, u.Hostname())
	}
	if name, _, err := net.SplitHostPort(c.Listen); err == nil {
		names = append(names, name)
	}
	if name, err := os.Hostname(); err == nil {
		names = append(names, name)
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}

// proxyFlags are the addresses of proxies in front.
type proxyFlags []netip.Prefix

// UnmarshalText adds the entries of a flag or of the environment; several are separated by semicolons.
func (p *proxyFlags) UnmarshalText(text []byte) error {
	for entry := range strings.SplitSeq(string(text), ";") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(entry)
		if addr, addrErr := netip.ParseAddr(entry); err != nil && addrErr == nil {
			prefix, err = addr.Prefix(addr.BitLen())
		}
		if err != nil {
			return fmt.Errorf("%q is no address or range; write 10.0.0.7 or 10.0.0.0/8", entry)
		}
		*p = append(*p, prefix.Masked())
	}
	return nil
}

// check refuses a range that holds everybody, which would let everybody write the address they are counted by.
func (p proxyFlags) check() error {
	for _, prefix := range p {
		if prefix.Bits() == 0 {
			return fmt.Errorf("--trusted-proxy %s would believe everybody's X-Forwarded-For; name the proxy's own addresses", prefix)
		}
	}
	return nil
}
