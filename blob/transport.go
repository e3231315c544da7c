package blob

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

const (
	attempts    = 3                // of one request, with growing and jittered pauses below a second
	idleTimeout = 60 * time.Second // after which a connection on which nothing moves is given up
)

// connect prepares requests to one bucket's endpoint; it sends nothing. The S3 client follows no redirects by itself.
func connect(at Location, keys Keys) (*minio.Core, error) {
	lookup := minio.BucketLookupAuto
	switch at.PathStyle {
	case "true":
		lookup = minio.BucketLookupPath
	case "false":
		lookup = minio.BucketLookupDNS
	}
	return minio.NewCore(at.Host, &minio.Options{
		Creds:        credentials.NewStaticV4(keys.ID, keys.Secret, ""),
		Secure:       at.Secure,
		Region:       at.Region,
		BucketLookup: lookup,
		MaxRetries:   attempts,
		Transport:    transport(at.Host),
	})
}

// transport talks to the configured endpoint and to nothing else: no proxy from the environment, no address that a
// public name has no business to have, no decompression behind our back, and nothing without a time limit.
func transport(endpoint string) *http.Transport {
	dialer := &net.Dialer{
		Timeout:        5 * time.Second,
		KeepAlive:      30 * time.Second,
		ControlContext: guard(endpoint),
	}
	return &http.Transport{
		Proxy: nil,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return &watchedConn{conn, idleTimeout}, nil
		},
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  idleTimeout,
		ExpectContinueTimeout:  time.Second,
		IdleConnTimeout:        45 * time.Second,
		MaxIdleConnsPerHost:    16,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
	}
}

// watchedConn gives up when for the time idle nothing was read or written. Each step moves both limits, because
// during a long upload a read is waiting all the time.
type watchedConn struct {
	net.Conn
	idle time.Duration
}

func (c *watchedConn) Read(p []byte) (int, error) {
	if err := c.SetDeadline(time.Now().Add(c.idle)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c *watchedConn) Write(p []byte) (int, error) {
	if err := c.SetDeadline(time.Now().Add(c.idle)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// guard looks at the address that is really dialled, after the name was resolved. The operator may name any store,
// this machine's own included; but a name that merely comes to resolve to this machine is not the store meant, and
// the addresses where clouds hand out keys are never one.
func guard(endpoint string) func(context.Context, string, string, syscall.RawConn) error {
	local := namesThisMachine(endpoint)
	return func(_ context.Context, _, address string, _ syscall.RawConn) error {
		dialled, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("the address %q cannot be read", address)
		}
		addr := innerAddress(dialled.Addr())
		loopback := addr.IsLoopback() || addr.IsUnspecified()
		if loopback && !local || addr.IsLinkLocalUnicast() || addr.IsMulticast() || isKeyService(addr) {
			return fmt.Errorf("the endpoint's name resolves to %s, where no store is asked", addr)
		}
		return nil
	}
}

func namesThisMachine(endpoint string) bool {
	host := endpoint
	if h, _, err := net.SplitHostPort(endpoint); err == nil {
		host = h
	}
	if addr, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return addr.Unmap().IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// innerAddress unwraps the IPv6 forms that lead to an IPv4 address: mapped, NAT64 (64:ff9b::/96) and 6to4 (2002::/16).
func innerAddress(addr netip.Addr) netip.Addr {
	addr = addr.Unmap().WithZone("")
	if !addr.Is6() {
		return addr
	}
	b := addr.As16()
	switch {
	case netip.PrefixFrom(netip.MustParseAddr("64:ff9b::"), 96).Contains(addr):
		return netip.AddrFrom4([4]byte(b[12:16]))
	case b[0] == 0x20 && b[1] == 0x02:
		return netip.AddrFrom4([4]byte(b[2:6]))
	}
	return addr
}

// isKeyService knows the metadata addresses that are not link-local.
func isKeyService(addr netip.Addr) bool {
	return addr == netip.AddrFrom4([4]byte{100, 100, 100, 200}) || addr == netip.MustParseAddr("fd00:ec2::254")
}
