package security_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/handlers"
	"verso/handlers/sitetest"
	"verso/service"
)

const (
	wrong = "a wrong guess at it"
	home  = "203.0.113.7"
	lair  = "198.51.100.66"
)

// refusedWrong fails the test unless an answer is the one that a wrong password gets.
func refusedWrong(t *testing.T, a sitetest.Answer) {
	t.Helper()
	if a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.Text, "Name or password is wrong.") || a.Header.Get("Retry-After") != "" {
		t.Fatalf("a wrong password: %d, Retry-After %q\n%s", a.StatusCode, a.Header.Get("Retry-After"), mainOf(a))
	}
}

// mustWait fails the test unless an answer says that there were too many attempts, and for how long.
func mustWait(t *testing.T, a sitetest.Answer) {
	t.Helper()
	seconds, err := strconv.Atoi(a.Header.Get("Retry-After"))
	if a.StatusCode != http.StatusTooManyRequests || err != nil || seconds < 1 || seconds > 15*60 {
		t.Fatalf("one attempt too many: %d, Retry-After %q\n%s", a.StatusCode, a.Header.Get("Retry-After"), mainOf(a))
	}
}

func signsIn(t *testing.T, v *sitetest.Visitor, name string) {
	t.Helper()
	a := v.SignIn(t, name, string(sitetest.Password))
	if a.StatusCode != http.StatusSeeOther || v.Cookie(t) == "" {
		t.Fatalf("%s with the right password: %d\n%s", name, a.StatusCode, mainOf(a))
	}
}

// Twenty wrong passwords: ten are answered, the others have to wait, also after a restart and with the right one. The
// person signs in from elsewhere meanwhile.
func TestS01TheEleventhWrongPasswordMustWait(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		o := sitetest.Options{Database: &cfg, Key: service.NewKey(), Idle: true, Change: behindProxy}
		t.Run("before the restart", func(t *testing.T) {
			s := sitetest.New(t, o)
			s.AddPerson(t, "alice", false)
			attacker := at(t, s, lair)
			for i := range 20 {
				if a := attacker.SignIn(t, "alice", wrong); i < 10 {
					refusedWrong(t, a)
				} else {
					mustWait(t, a)
				}
			}
			mustWait(t, attacker.SignIn(t, "alice", string(sitetest.Password)))
		})
		t.Run("after it", func(t *testing.T) {
			s := sitetest.New(t, o)
			attacker := at(t, s, lair)
			mustWait(t, attacker.SignIn(t, "alice", string(sitetest.Password)))
			signsIn(t, at(t, s, home), "alice")
			mustWait(t, attacker.SignIn(t, "alice", wrong))
			s.Clock.Pass(15*time.Minute + time.Second)
			signsIn(t, attacker, "alice")
		})
	})
}

// Success gives the attempt back: who signs in a hundred times is never too many.
func TestS01SigningInIsNotCounted(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		s.AddPerson(t, "alice", false)
		v := at(t, s, home)
		for range 12 {
			signsIn(t, v, "alice")
		}
		if rows := texts(t, open(t, s), `SELECT * FROM tries WHERE count > 0`); len(rows) != 0 {
			t.Errorf("twelve successes left %q", rows)
		}
	})
}

// A flood of other names neither pushes a counter out nor fills the table: one address may only make so many.
func TestS02OtherNamesDoNotFlushACounter(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		conn := open(t, s)
		s.AddPerson(t, "alice", false)
		attacker, flood := at(t, s, lair), at(t, s, "192.0.2.1")
		for range 10 {
			refusedWrong(t, attacker.SignIn(t, "alice", wrong))
		}
		for i := range 60 { // 50 from one address, whatever the names
			if a := flood.SignIn(t, fmt.Sprintf("name-%d", i), wrong); i < 50 {
				refusedWrong(t, a)
			} else {
				mustWait(t, a)
			}
		}
		if n := len(texts(t, conn, `SELECT key FROM tries`)); n > 3+2*50+1 {
			t.Errorf("the table holds %d counters", n)
		}
		fillTries(t, s, 100_000)
		mustWait(t, attacker.SignIn(t, "alice", string(sitetest.Password)))
		signsIn(t, at(t, s, home), "alice")

		s.Clock.Pass(time.Hour)
		if _, err := s.Service.Sweep(t.Context(), "test", time.Minute, time.Hour); err != nil {
			t.Fatal(err)
		}
		if n := len(texts(t, conn, `SELECT key FROM tries`)); n != 0 {
			t.Errorf("%d counters are left when all windows have ended", n)
		}
	})
}

// fillTries makes the counters of so many other attempts, as a large flood from many addresses leaves them.
func fillTries(t *testing.T, s *sitetest.Site, n int) {
	t.Helper()
	const insert = `INSERT INTO tries (key, count, ends_at) WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d) SELECT 'flood-' || i, 1, %d FROM c`
	ends := s.Clock.Now().Add(10 * time.Minute).UnixMicro()
	if _, err := open(t, s).ExecContext(t.Context(), fmt.Sprintf(insert, n, ends)); err != nil {
		t.Fatal(err)
	}
}

// Headers that anybody can write do not make another sender, and an IPv6 network is one.
func TestS03AFreshHeaderIsNoFreshCounter(t *testing.T) {
	trusting := map[string]func(*handlers.Config){"no proxy is trusted": nil, "a proxy is trusted": behindProxy}
	for name, change := range trusting {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			eachOf(t, sitetest.Options{Idle: true, Change: change}, func(t *testing.T, s *sitetest.Site) {
				v := s.Nobody(t)
				for i := range 11 {
					r := v.Form(t, "/login", map[string][]string{"name": {"alice"}, "password": {wrong}})
					r.Header.Set("X-Real-IP", fmt.Sprintf("203.0.113.%d", i))
					r.Header.Set("Forwarded", fmt.Sprintf("for=203.0.113.%d", i))
					r.Header.Set("X-Forwarded-For", fmt.Sprintf("203.0.113.%d, %s", i, lair))
					if change != nil && i%2 == 1 { // written by the proxy: one network
						r.Header.Set("X-Forwarded-For", fmt.Sprintf("203.0.113.%d, 2001:db8:1:2::%x", i, i))
					}
					a := v.Do(t, r)
					if change == nil && i == 10 {
						mustWait(t, a)
					} else {
						refusedWrong(t, a)
					}
				}
				want := map[bool]int{true: 1, false: 2}[change == nil] // senders: this machine; or the lair and the network
				if n := len(texts(t, open(t, s), `SELECT key FROM tries`)); n != 1+2*want {
					t.Errorf("%d counters, want one for the name and two for each of %d senders", n, want)
				}
			})
		})
	}
}

// However a name is spelled, it is one account with one counter.
func TestS04EverySpellingIsOneAccount(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		s.AddPerson(t, "alice", false)
		signsIn(t, at(t, s, home), "  ALICE ")
		attacker := at(t, s, lair)
		spellings := []string{"alice", "ALICE", " alice", "Alice\t", "aLiCe\n", "\u00a0alice", "alice ", "ALICE\r\n", "\u2003alice", "AlicE"}
		for _, name := range spellings {
			refusedWrong(t, attacker.SignIn(t, name, wrong))
		}
		mustWait(t, attacker.SignIn(t, "alice", string(sitetest.Password)))
	})
}

func TestS04ALookAlikeIsNotRegistered(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		admin := s.Admin(t, "adam")
		s.AddPerson(t, "alice", false)
		s.AddPerson(t, "rene", false)
		for _, name := range []string{
			"alice", "ALICE", " alice ", "аlice", "ａｌｉｃｅ", "al\u200bice", "alice\u202e", "alıce", "ali\u0441e", "rené", "rene\u0301", "re\u0301ne",
			"alice\x00", "alice\n", "al ice", "-alice", "a", "alice/..", "алиса", "\u2060alice", "alice\u00ad", "Ａdam", strings.Repeat("a", 65),
		} {
			a := admin.Post(t, "/settings/people", url.Values{"name": {name}, "password": {string(sitetest.Password)}})
			if a.StatusCode != http.StatusUnprocessableEntity && a.StatusCode != http.StatusConflict {
				t.Errorf("%q: %d\n%s", name, a.StatusCode, mainOf(a))
			}
		}
		if rows := texts(t, open(t, s), `SELECT name FROM people ORDER BY name`); strings.Join(rows, " ") != "adam alice rene" {
			t.Errorf("people are %q", rows)
		}
	})
}

// Nobody learns from an answer whether a name exists, is disabled or has no password.
func TestS05UnknownAndKnownNamesGetOneAnswer(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		s.AddPerson(t, "alice", false)
		s.AddPerson(t, "derek", false)
		if _, err := s.Service.DisablePerson(t.Context(), sitetest.Machine(), "derek", true); err != nil {
			t.Fatal(err)
		}
		dbtest.Person(t, s.Store, "fiona") // comes by an identity provider
		tries := map[string]string{"alice": wrong, "derek": string(sitetest.Password), "fiona": wrong, "nobod": wrong, "-----": wrong}
		answers := map[string]string{}
		for name, password := range tries {
			r := at(t, s, home).Form(t, "/login", url.Values{"name": {name}, "password": {password}, "next": {"/projects"}})
			r.Header.Set("X-Request-Id", "the-same")
			a := at(t, s, home).Do(t, r)
			refusedWrong(t, a)
			a.Header.Del("Date")
			answers[strings.ReplaceAll(fmt.Sprint(a.StatusCode, a.Header, a.Text), name, "NAME")] += name + " "
		}
		if len(answers) != 1 {
			t.Errorf("%d answers to tell names by: %v", len(answers), answers)
		}
	})
}

// The clock tells no more: hashing is nearly all of the time, and done for everybody. Without it the factor would be ten
// and more.
func TestS05UnknownAndKnownNamesTakeTheSameTime(t *testing.T) {
	eachAlone(t, func(t *testing.T, s *sitetest.Site) {
		s.AddPerson(t, "alice", false)
		const rounds = 50 // of each on each engine
		took := map[string][]time.Duration{}
		for i := range 2 * rounds {
			name := []string{"alice", "nobod"}[(i+i/2)%2] // each as often the first of its pair
			v := at(t, s, fmt.Sprintf("203.0.113.%d", i))
			begun := time.Now()
			a := v.SignIn(t, name, wrong)
			took[name] = append(took[name], time.Since(begun))
			refusedWrong(t, a)
		}
		alike(t, "a known name", took["alice"], "an unknown one", took["nobod"])
	})
}

// alike compares how long two things take when nothing disturbs them: others who work on this machine only add to it.
func alike(t *testing.T, one string, ones []time.Duration, two string, twos []time.Duration) {
	t.Helper()
	a, b := undisturbed(ones), undisturbed(twos)
	t.Logf("%s takes %s (half of them up to %s), %s %s (%s)", one, a, median(ones), two, b, median(twos))
	if ratio := float64(a) / float64(b); ratio < 0.6 || ratio > 1.6 {
		t.Errorf("%s takes %s, %s %s", one, a, two, b)
	}
}

// The form does not get slower, larger or worse with what is too long to be a name or password: it is not hashed.
func TestS06TooLongIsRefusedUnhashed(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		s.AddPerson(t, "alice", false)
		for _, form := range []url.Values{
			{"name": {"alice"}, "password": {strings.Repeat("x", faas.PasswordBytes+1)}},
			{"name": {"alice"}, "password": {strings.Repeat("ж", 60<<10/2)}},
			{"name": {"alice"}, "password": {strings.Repeat("x", 65<<10)}},
			{"name": {strings.Repeat("a", 300)}, "password": {string(sitetest.Password)}},
		} {
			a := at(t, s, home).Post(t, "/login", form)
			if a.StatusCode != http.StatusUnprocessableEntity || strings.Contains(a.Text, "xxxxxxxx") {
				t.Errorf("%d bytes of name and %d of password: %d\n%s", len(form.Get("name")), len(form.Get("password")), a.StatusCode, mainOf(a))
			}
		}
		status(t, at(t, s, home).Post(t, "/login", url.Values{"name": {"alice"}, "password": {strings.Repeat("x", 1<<20)}}), http.StatusRequestEntityTooLarge)
		if rows := texts(t, open(t, s), `SELECT * FROM tries`); len(rows) != 0 {
			t.Errorf("what could not be right was counted: %q", rows)
		}
	})
}
