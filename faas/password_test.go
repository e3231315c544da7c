package faas_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"verso/faas"
)

func TestS09PasswordsNeedLengthAndNothingElse(t *testing.T) {
	for password, ok := range map[string]bool{
		"": false, "seven77": false, "elevenchars": false, "passwordpassword": false, "P4ssw0rd1234!": false, "Passw0rd!!!!": false,
		"aaaaaaaaaaaaaa": false, "abababababab": false, "123456789012": false, "qwertyuiop123": false, "qwertyuiopasdfgh": false, "0987654321098": false,
		"iloveyouforever": false, "administrator1": false, "Administrator2026!": false, "verso-verso-verso": false, "Verso2026!!!": false, "alice-alice-1": false, "alice1234567": false,
		"correcthorsebatterystaple": false, "letmeinletmein": false, "йцукенгшщзхъ": false,
		strings.Repeat("x", faas.PasswordBytes+1) + "y": false, "twelve\xffchars": false,
		"brinkofluxurysea": true, "plumbago tent six": true, "ÆØÅ ökonomisch 東京": true, "🐙🦑🦐🦞🐚🪸🐠🐟🐡🦈🐳🐋": true, "xkqv jwzp mhtd": true,
		strings.Repeat("ab1 cd2 ", 32): true, "purple monkey rainbow coffee": true,
	} {
		err := faas.CheckPassword("alice", faas.Secret(password))
		if (err == nil) != ok {
			t.Errorf("%.40q: %v", password, err)
		}
		if err != nil && len(password) > 8 && strings.Contains(err.Error(), password) {
			t.Errorf("the sentence repeats the password: %v", err)
		}
	}
}

// The words that people choose first, as they dress them up to reach a length: three thousand of them.
func TestS09AListOfCommonPasswordsIsRefused(t *testing.T) {
	words := strings.Fields(`password welcome letmein football baseball superman batman dragon monkey shadow sunshine princess
		iloveyou master secret admin administrator qwerty qwertyuiop computer internet michael jennifer jordan liverpool
		chelsea starwars summer winter autumn spring freedom whatever cheese pepper charlie thomas daniel changeme default`)
	ends := []string{"1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "!", "!!", "2024", "2025", "2026", "2026!", "01", "007", "99", "@123", "#1", "1!"}
	count := 0
	for _, word := range words {
		for _, end := range ends {
			for _, form := range []string{word + end, strings.ToUpper(word[:1]) + word[1:] + end, strings.ToUpper(word) + end, word + word + end} {
				count++
				if faas.CheckPassword("alice", faas.Secret(form)) == nil {
					t.Errorf("%s is taken", form)
				}
			}
		}
	}
	if count < 3000 {
		t.Errorf("only %d were tried", count)
	}
}

func TestS04NamesOfPeopleHaveOneSpelling(t *testing.T) {
	for typed, want := range map[string]string{"ALICE": "alice", " alice ": "alice", "Alice\t": "alice", "alice": "alice"} {
		if got := faas.PersonName(typed); got != want || faas.CheckPersonName(got) != nil {
			t.Errorf("%q means %q", typed, got)
		}
	}
	for _, name := range []string{
		"", "a", "ａｌｉｃｅ", "alicé", "alice\u0301", "аlice", "al ice", "alice\x00", "-alice", "_x", strings.Repeat("a", 65), "alice\n", "al\u200bice", "alice\u202e",
	} {
		if faas.CheckPersonName(faas.PersonName(name)) == nil && faas.PersonName(name) != "alice" {
			t.Errorf("%q was taken as a name", name)
		}
	}
	for _, name := range []string{"al", "alice.b", "alice+verso@example.org", "0x"} {
		if err := faas.CheckPersonName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestS47SecretsHideThemselves(t *testing.T) {
	secret := faas.Secret("canary-value")
	data, err := json.Marshal(map[string]any{"a": secret, "b": []faas.Secret{secret}, "c": map[string]faas.Secret{"d": secret}})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", secret, "group", struct{ S faas.Secret }{secret})
	all := string(data) + log.String() + fmt.Sprintf("%s %v %q %+v %#v %x", secret, secret, secret, struct{ S faas.Secret }{secret}, secret, secret)
	for _, form := range []string{"canary", fmt.Sprintf("%x", "canary")} {
		if strings.Contains(all, form) {
			t.Errorf("it shows itself: %s", all)
		}
	}
}

func TestS41TokensHaveAShapeThatScannersFind(t *testing.T) {
	secret := strings.Repeat("Ab_-", 10) + "xyz"
	text := string(faas.TokenText("abcdefghij234567", secret))
	id, got, ok := faas.ParseToken(text)
	if !ok || id != "abcdefghij234567" || got != secret || strings.Count(text, ".") != 2 || !strings.HasPrefix(text, "t1.") {
		t.Fatalf("%s is read as %q, %q, %v", text, id, got, ok)
	}
	for i := range text {
		spoilt := []byte(text)
		spoilt[i] ^= 1
		if _, _, ok := faas.ParseToken(string(spoilt)); ok {
			t.Errorf("a wrong byte at %d is not noticed", i)
		}
	}
	for _, wrong := range []string{"", "t1..", text + "0", " " + text, text[1:], strings.ToUpper(text), "t1." + id + "." + secret} {
		if _, _, ok := faas.ParseToken(wrong); ok {
			t.Errorf("%q is a token", wrong)
		}
	}
	if got := faas.RedactTokens("GET /x/" + text + "/y?z=" + text); strings.Contains(got, secret) || !strings.HasPrefix(got, "GET /x/t1.") {
		t.Errorf("redacted: %s", got)
	}
}
