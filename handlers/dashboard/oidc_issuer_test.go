package dashboard_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	clientID     = "verso-client"
	clientSecret = "canary/client secret" // is written otherwise in an address
)

// testIssuer is an OpenID Connect issuer that signs one person in. Between requests a test may change what it does.
type testIssuer struct {
	*httptest.Server

	mu     sync.Mutex
	now    func() time.Time
	key    *ecdsa.PrivateKey
	codes  map[string]url.Values // what was asked for, by code; a code is good once
	issued []string              // codes and tokens: nobody else may show them

	claims map[string]any       // of the person
	change func(map[string]any) // of the id token, at the last moment
	sign   func(head, body string) string
	answer func(map[string]any)        // of the token endpoint
	info   map[string]any              // of the userinfo endpoint; nil for none
	about  func(map[string]any)        // of the description
	onPath map[string]http.HandlerFunc // instead of what it does there
	away   bool                        // it cuts every connection
	asked  map[string]int              // requests by path
}

// newTestIssuer starts an issuer that knows nina.
func newTestIssuer(t *testing.T) *testIssuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	i := &testIssuer{
		key: key, now: time.Now, codes: map[string]url.Values{}, asked: map[string]int{}, onPath: map[string]http.HandlerFunc{},
		claims: map[string]any{"sub": "subject-of-nina", "preferred_username": "nina"},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.description)
	mux.HandleFunc("GET /authorize", i.authorize)
	mux.HandleFunc("POST /token", i.token)
	mux.HandleFunc("GET /keys", i.keys)
	mux.HandleFunc("GET /userinfo", i.userInfo)
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		defer i.mu.Unlock()
		i.asked[r.URL.Path]++
		if i.away {
			panic(http.ErrAbortHandler)
		}
		if h := i.onPath[r.URL.Path]; h != nil {
			h(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(i.Close)
	return i
}

// set changes the issuer between two requests.
func (i *testIssuer) set(change func(*testIssuer)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	change(i)
}

func (i *testIssuer) description(w http.ResponseWriter, _ *http.Request) {
	about := map[string]any{
		"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{"ES256"}, "response_types_supported": []string{"code"},
		"subject_types_supported": []string{"public"},
	}
	if i.info != nil {
		about["userinfo_endpoint"] = i.URL + "/userinfo"
	}
	if i.about != nil {
		i.about(about)
	}
	send(w, http.StatusOK, about)
}

// authorize signs nina in at once and sends the browser back with a code.
func (i *testIssuer) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != clientID || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" ||
		len(q.Get("code_challenge")) != 43 || q.Get("nonce") == "" || !strings.Contains(" "+q.Get("scope")+" ", " openid ") {
		send(w, http.StatusBadRequest, map[string]any{"error": "invalid_request"})
		return
	}
	code := i.secret("code")
	i.codes[code] = q
	back := url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {i.URL}}
	w.Header().Set("Location", q.Get("redirect_uri")+"?"+back.Encode())
	w.WriteHeader(http.StatusFound)
}

// secret is a random text that is remembered.
func (i *testIssuer) secret(kind string) string {
	text := kind + "-" + rand.Text()
	i.issued = append(i.issued, text)
	return text
}

func (i *testIssuer) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth() // both are written as in a form
	if id != clientID || secret != url.QueryEscape(clientSecret) {
		send(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	code := r.FormValue("code")
	asked, good := i.codes[code]
	delete(i.codes, code)
	proof := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !good || r.FormValue("redirect_uri") != asked.Get("redirect_uri") || base64.RawURLEncoding.EncodeToString(proof[:]) != asked.Get("code_challenge") {
		send(w, http.StatusBadRequest, map[string]any{
			"error": "invalid_grant", "error_description": "bad code " + code + " with verifier " + r.FormValue("code_verifier"),
		})
		return
	}
	answer := map[string]any{
		"access_token": i.secret("access"), "token_type": "Bearer", "expires_in": 300, "id_token": i.idToken(asked.Get("nonce")),
	}
	if i.answer != nil {
		i.answer(answer)
	}
	send(w, http.StatusOK, answer)
}

func (i *testIssuer) idToken(nonce string) string {
	claims := map[string]any{
		"iss": i.URL, "aud": clientID, "nonce": nonce, "iat": i.now().Unix(), "exp": i.now().Add(5 * time.Minute).Unix(),
	}
	maps.Copy(claims, i.claims)
	if i.change != nil {
		i.change(claims)
	}
	head := encoded(map[string]any{"alg": "ES256", "kid": "one", "typ": "JWT"})
	sign := i.sign
	if sign == nil {
		sign = signedBy(i.key)
	}
	text := sign(head, encoded(claims))
	i.issued = append(i.issued, text)
	return text
}

// signedBy makes a token of a head and a body.
func signedBy(key *ecdsa.PrivateKey) func(head, body string) string {
	return func(head, body string) string {
		sum := sha256.Sum256([]byte(head + "." + body))
		r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
		if err != nil {
			return err.Error()
		}
		sig := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
		return head + "." + body + "." + base64.RawURLEncoding.EncodeToString(sig)
	}
}

func (i *testIssuer) keys(w http.ResponseWriter, _ *http.Request) {
	public, err := i.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		send(w, http.StatusInternalServerError, err.Error())
		return
	}
	send(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{
		"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "one",
		"x": base64.RawURLEncoding.EncodeToString(public[1:33]), "y": base64.RawURLEncoding.EncodeToString(public[33:]),
	}}})
}

func (i *testIssuer) userInfo(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer access-") {
		send(w, http.StatusUnauthorized, map[string]any{"error": "invalid_token"})
		return
	}
	send(w, http.StatusOK, i.info)
}

func encoded(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func send(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // who is gone needs no answer
}
