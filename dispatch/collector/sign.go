package collector

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// sign adds the headers of Standard Webhooks: one signature for each secret,
// so that a collector may know the old one or the new one while they rotate.
// What is signed is the body as it goes out, compressed or not: whoever checks
// it does so before anything reads it.
func sign(h http.Header, secrets []string, id string, now time.Time, body [][]byte) error {
	if len(secrets) == 0 {
		return nil
	}
	signatures, signed := make([]string, len(secrets)), bytes.Join(body, nil)
	for i, s := range secrets {
		w, err := signer(s)
		if err != nil {
			return &LocalError{What: "the signing secret", Err: err}
		}
		if signatures[i], err = w.Sign(id, now, signed); err != nil {
			return &LocalError{What: "the signing secret", Err: err}
		}
	}
	h.Set(standardwebhooks.HeaderWebhookID, id)
	h.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	h.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(signatures, " "))
	return nil
}

// Signature returns the headers that sign a request, for who only shows it: the
// time is that of the attempt, and the signature is over it. None without a
// signing secret.
func Signature(e Endpoint, key string) []Header {
	if len(e.Signing) == 0 {
		return nil
	}
	const later = "made-when-it-is-sent"
	return []Header{
		{Name: http.CanonicalHeaderKey(standardwebhooks.HeaderWebhookID), Value: Secret{Text: key}},
		{Name: http.CanonicalHeaderKey(standardwebhooks.HeaderWebhookTimestamp), Value: Secret{Text: later}},
		{Name: http.CanonicalHeaderKey(standardwebhooks.HeaderWebhookSignature), Value: Secret{Text: later}},
	}
}

// CheckSigningSecret says why a secret cannot sign, without the secret.
func CheckSigningSecret(secret string) error {
	_, err := signer(secret)
	return err
}

func signer(secret string) (*standardwebhooks.Webhook, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || secret == "" { // the library's error would show the secret
		return nil, errors.New("it is not base64, with or without whsec_ before it")
	}
	if len(key) == 0 {
		return nil, errors.New("there is nothing behind whsec_, so that anybody could sign")
	}
	return standardwebhooks.NewWebhookRaw(key)
}
