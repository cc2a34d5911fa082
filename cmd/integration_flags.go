package cmd

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wnotify/wnotify/cmd/config"
)

// settings are the flags of an integration: one for each key, by its name.
type settings struct{ c *cobra.Command }

// keys are the flags whose names are not those of their keys.
var keys = map[string]string{"event": "events", "header": "headers", "secret-header": "secret_headers"}

// curl calls some flags otherwise, and the plural comes easily to who has seen
// the file.
var aliases = map[string]string{
	"cacert": "ca-certificate", "cert": "client-certificate", "key": "client-key", "request": "method",
	"events": "event", "headers": "header", "secret-headers": "secret-header", "max-time": "request-timeout",
	"connect-timeout": "connection-timeout",
}

func newSettings(c *cobra.Command) settings {
	f := c.Flags()
	f.SortFlags = false
	f.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if key, ok := aliases[name]; ok {
			name = key
		}
		return pflag.NormalizedName(name)
	})
	f.String("type", "", "`TYPE`: webhook, fluentd or logstash (default webhook)")
	f.String("title", "", "`TEXT`: free text, shown and used in system events")
	f.String("url", "", "`URL`: where to send; a secret one as file:PATH, credential:NAME or env:NAME")
	f.StringP("method", "X", "", "`METHOD`: POST or PUT (default POST)")
	f.StringArrayP("header", "H", nil, "`'K: V'`: send this header; repeat for more")
	f.StringArray("secret-header", nil, "`'K=PREFIX file:PATH'`: send a header whose value is kept elsewhere; also credential:NAME, env:NAME")
	f.StringArray("event", nil, "`TYPE`: select an event type (see wnotify events), all or none; repeat for more")
	f.Bool("include-hit-headers", false, "forward the headers object of hits")
	f.String("format", "", "`FORMAT`: json-array or ndjson (default json-array)")
	f.String("content-type", "", "`TYPE`: in place of that of the format")
	f.String("compression", "", "`HOW`: none, gzip or zstd (default none)")
	f.String("ca-certificate", "", "`FILE`: trust this authority as well (PEM); also --cacert")
	f.Bool("verify-tls", true, "verify the collector's certificate")
	f.BoolP("insecure", "k", false, "do not verify it: the same as --verify-tls=false")
	f.String("client-certificate", "", "`FILE`: present this certificate (PEM); also --cert")
	f.String("client-key", "", "`FILE`: with this key (PEM); also --key")
	f.String("request-timeout", "", "`TIME`: from the request to the end of the answer (default 15s)")
	f.String("connection-timeout", "", "`TIME`: for TCP and TLS (default 20s)")
	f.String("batch-events", "", "`N`: at most so many events in one request (default 1000)")
	f.String("batch-bytes", "", "`SIZE`: and at most so much (default 1MiB)")
	f.StringArray("retry", nil, "`WAITS`: a cycle, as '1s 3s 5s'; repeat for more, none for one attempt")
	f.String("after-retries", "", "`WHAT`: dead-letter or repeat (default dead-letter)")
	f.Bool("allow-http", false, "allow http:// to other machines")
	f.StringArray("signing-secret", nil, "`SECRET`: sign as Standard Webhooks with file:PATH, credential:NAME or env:NAME; repeat while rotating")
	f.Bool("enabled", true, "send to it")
	for name, words := range map[string][]string{
		"type": {"webhook", "fluentd", "logstash"}, "method": {"POST", "PUT"}, "format": {"json-array", "ndjson"},
		"compression": {"none", "gzip", "zstd"}, "after-retries": {"dead-letter", "repeat"},
	} {
		mustComplete(c, name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
	mustComplete(c, "event", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return append(completeEvents(), "all", "none"), cobra.ShellCompDirectiveNoFileComp
	})
	return settings{c}
}

// mustComplete registers the completion of a flag, which exists.
func mustComplete(c *cobra.Command, flag string, complete cobra.CompletionFunc) {
	if err := c.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err)
	}
}

// fill gives a draft the settings that were typed.
func (s settings) fill(d *config.Draft) {
	s.c.Flags().Visit(func(f *pflag.Flag) {
		switch f.Name {
		case "insecure":
			d.Set("verify_tls", strconv.FormatBool(f.Value.String() != "true"))
			return
		case "disabled":
			d.Set("enabled", strconv.FormatBool(f.Value.String() != "true"))
			return
		case "test", "unset":
			return
		}
		if s.c.InheritedFlags().Lookup(f.Name) != nil {
			return
		}
		key, ok := keys[f.Name]
		if !ok {
			key = strings.ReplaceAll(f.Name, "-", "_")
		}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			d.Set(key, list.GetSlice()...)
			return
		}
		d.Set(key, f.Value.String())
	})
}
