package dashboard

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"verso/faas"
)

// OIDC signs people in with an OpenID Connect issuer: authorization code, PKCE, state and nonce. It speaks to the issuer
// only when somebody signs in with it, so that a server starts, and passwords work, while the issuer is away.
type OIDC struct {
	config OIDCConfig
	client *http.Client
	known  atomic.Pointer[issuer]
}

// OIDCConfig is what an issuer and this server know of each other. All fields are needed.
type OIDCConfig struct {
	Issuer      string // its URL, letter for letter as the issuer itself writes it
	ClientID    string // what the issuer calls this server
	Secret      faas.Secret
	Name        string // what people call the issuer
	GroupsClaim string // the claim that lists somebody's groups
	BaseURL     string // how browsers reach this server, without a final slash; the callback is below it
	Now         func() time.Time
}

// CallbackPath is where the issuer sends browsers back to; issuers want to be told its address beforehand.
const CallbackPath = "/login/oidc/callback"

// NewOIDC makes the connection. The issuer is asked for its addresses at the first sign-in, and again after each time
// that it could not be reached; what it said once holds until the program ends.
func NewOIDC(c OIDCConfig) *OIDC {
	return &OIDC{config: c, client: newIssuerClient()}
}

// name is what people call the issuer; empty when there is none.
func (o *OIDC) name() string {
	if o == nil {
		return ""
	}
	return o.config.Name
}

// issuer is what the issuer says of itself.
type issuer struct {
	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
	oauth    oauth2.Config
}

// metadata is the part of the issuer's description that go-oidc does not hand out.
type metadata struct {
	Keys   string   `json:"jwks_uri"`
	Scopes []string `json:"scopes_supported"`
	Auth   []string `json:"token_endpoint_auth_methods_supported"`
}

// issuer asks the issuer for its addresses, unless they are known. Several at once may ask; the last answer stays.
func (o *OIDC) issuer(ctx context.Context) (*issuer, error) {
	if known := o.known.Load(); known != nil {
		return known, nil
	}
	provider, err := oidc.NewProvider(ctx, o.config.Issuer)
	if err != nil {
		return nil, fmt.Errorf("discover the issuer: %w", err)
	}
	var about metadata
	if err := provider.Claims(&about); err != nil {
		return nil, fmt.Errorf("read the issuer's description: %w", err)
	}
	endpoint := provider.Endpoint()
	if err := o.sameScheme(about.Keys, endpoint.AuthURL, endpoint.TokenURL); err != nil {
		return nil, err
	}
	if info := provider.UserInfoEndpoint(); info != "" {
		if err := o.sameScheme(info); err != nil {
			return nil, err
		}
	}
	endpoint.AuthStyle = authStyle(about.Auth)
	known := &issuer{
		provider: provider,
		verifier: provider.Verifier(&oidc.Config{ClientID: o.config.ClientID, Now: o.config.Now}),
		oauth: oauth2.Config{
			ClientID: o.config.ClientID, ClientSecret: string(o.config.Secret), Endpoint: endpoint,
			RedirectURL: o.config.BaseURL + CallbackPath, Scopes: o.scopes(about.Scopes),
		},
	}
	o.known.Store(known)
	return known, nil
}

// sameScheme keeps an issuer that is reached by https from leading people or the secret to plain http.
func (o *OIDC) sameScheme(addresses ...string) error {
	scheme, _, _ := strings.Cut(o.config.Issuer, "://")
	for _, address := range addresses {
		u, err := url.Parse(address)
		if err != nil || !strings.EqualFold(u.Scheme, scheme) || u.Host == "" {
			return errors.New("an address in the issuer's description is none, or not " + scheme)
		}
	}
	return nil
}

// scopes are what we ask for. Some issuers tell groups only to who asks for a scope of that name.
func (o *OIDC) scopes(supported []string) []string {
	list := []string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeEmail}
	if slices.Contains(supported, o.config.GroupsClaim) && !slices.Contains(list, o.config.GroupsClaim) {
		list = append(list, o.config.GroupsClaim)
	}
	return list
}

// authStyle is how the secret is sent. Without it oauth2 would try both ways, and spend the code with the first.
func authStyle(supported []string) oauth2.AuthStyle {
	if slices.Contains(supported, "client_secret_post") && !slices.Contains(supported, "client_secret_basic") {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}
