package config

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// secretPlaces are the places in which people leave secrets, right or wrong.
var secretPlaces = []string{
	"url = \"https://user:%s@h.example/\"",
	"url = \"https://h.example/?token=%s\"",
	"url = \"http://h.example/?%s\"",
	"url = \"https://h.example/#%s\"",
	"url = \"%s\"",
	"url = 'https://u:%s/x@h.example:port/'",
	"signing_secret = \"whsec_%s\"",
	"signing_secret = [\"%s\"]",
	"client_key = \"-----BEGIN PRIVATE KEY-----\\n%s\"",
	"client_key = \"\"\"\n-----BEGIN PRIVATE KEY-----\n%s\n%[1]s=\n%[1]s==\n-----END PRIVATE KEY-----\n\"\"\"",
	"headers.Authorization = \"Bearer %s\"",
	"headers.X-Token = \"%s\\n\"",
	"headers = \"Authorization: %s\"",
	"headers = [\"Authorization: %s\"]",
	"secret_headers.Authorization = \"Bearer %s\"",
	"secret_headers.Authorization = { file = \"/run/s\", prefix = \"%s\\r\" }",
	"secret_headers.Authorization = { value = \"%s\" }",
	"secret_headers.Authorization = { file = \"-----BEGIN %s\" }",
	"secret_headers = [\"%s\"]",
	"password = \"%s\"",
}

// TestSecretsStayUnseen: whatever is wrong around a secret, down to a missing
// or doubled character anywhere, no problem shows it.
func TestSecretsStayUnseen(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 1000 {
		canary := fmt.Sprintf("CANARY%dX", random.Uint64())
		line := fmt.Sprintf(secretPlaces[n%len(secretPlaces)], canary)
		src := "version = 1\n[integration.siem]\n" + line + "\nmethod = \"PATCH\"\n[store]\ncredentials = \"" + canary + "\"\n"
		texts := []string{src}
		for range 8 {
			// Not inside the canary: half of one would not be found.
			at := random.IntN(len(src))
			if i := strings.Index(src[max(0, at-len(canary)):], canary); i >= 0 && i <= len(canary) {
				continue
			}
			texts = append(texts, src[:at]+src[at+1:], src[:at]+src[at:at+1]+src[at:])
		}
		for _, text := range texts {
			if got := report([]byte(text)); strings.Contains(got, canary) {
				t.Fatalf("shown for\n%s:\n%s", text, got)
			}
		}
		draft := NewIntegration("siem")
		draft.Set("url", "http://user:"+canary+"@h.example/?"+canary)
		draft.Header("Authorization " + canary)
		draft.Header("Authorization: " + canary + "\x01")
		draft.SecretHeader("Authorization=Bearer " + canary)
		draft.Set("signing_secret", canary)
		_, err := Apply([]byte("version = 1\n"), "config.toml", func(d *Document) error { return d.Add(draft) })
		if err == nil || strings.Contains(err.Error(), canary) {
			t.Fatalf("flags: %v", err)
		}
	}
}

// TestSecretsStayUnseenInSettings: what people see of an integration, and of a
// difference, has no secret in it.
func TestSecretsStayUnseenInSettings(t *testing.T) {
	f := decode(t, `
[integration.siem]
url = "https://user:canary@h.example/path?token=canary"
[integration.siem.headers]
Authorization = "Bearer canary"
X-Api-Key = "canary"
X-Team = "appsec"
`)
	draft := NewIntegration("siem")
	draft.Set("url", "https://user:canary2@h.example/path?token=canary2")
	draft.Header("x-api-key: canary2")
	changes, exists, err := f.Compare(draft, false)
	if err != nil || !exists {
		t.Fatal(exists, err)
	}
	want := []Change{
		{"url", "https://h.example/path (one value)", "https://h.example/path (another)"},
		{"headers.X-Api-Key", "(not shown) (one value)", "(not shown) (another)"},
	}
	if fmt.Sprint(changes) != fmt.Sprint(want) {
		t.Errorf("changes %v, want %v", changes, want)
	}
	for _, s := range f.Integration("siem") {
		if strings.Contains(s.Key+s.Value, "canary") {
			t.Errorf("%s is shown: %s", s.Key, s.Value)
		}
	}
}
