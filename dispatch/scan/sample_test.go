package scan

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// sample writes events like those of a Wallarm cloud, about 1 KiB each, one on
// a line.
func sample(n int, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 42))
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	word := func() string {
		return pick("news", "shop", "account", "api", "v1", "search", "catalog", "checkout", "profile", "admin", "upload", "caf\u00e9", "\u65e5\u672c")
	}
	var b []byte
	for range n {
		path := ""
		for range 2 + r.IntN(5) {
			path += "/" + word()
		}
		var stamps []string
		for range 1 + r.IntN(12) {
			stamps = append(stamps, fmt.Sprint(r.IntN(20000)))
		}
		payload := pick(`' OR 1=1 -- `, `\"><img src=x onerror=alert(1)>`, `../../../../etc/passwd`, `\r\nLocation: http://evil.example`, `1 UNION SELECT username,password FROM users`)
		b = fmt.Appendf(b, `{"summary":"[Wallarm] New hit detected","details":{"client_name":"TestCompany %d","cloud":"%s","notification_type":"new_hits","hit":{"domain":"%s%d.example.com"`, r.IntN(40), pick("EU", "US"), pick("shop", "api"), r.IntN(500))
		b = fmt.Appendf(b, `,"heur_distance":%.5f,"method":"%s","parameter":"%s_value","path":"%s","payloads":["%s /*%x*/","%s"],"point":["post","json","%s"]`, r.Float64(), pick("GET", "POST"), strings.ToUpper(word()), path, payload, r.Uint64(), payload, word())
		b = fmt.Appendf(b, `,"probability":%.2f,"remote_country":"%s","remote_port":%d,"remote_addr4":"%d.%d.%d.%d","remote_addr6":"","tor":"none"`, r.Float64(), pick("PL", "US", "DE"), 1024+r.IntN(64000), 1+r.IntN(222), r.IntN(256), r.IntN(256), r.IntN(256))
		b = fmt.Appendf(b, `,"request_time":%d,"create_time":%d,"response_len":%d,"response_status":%d,"response_time":%d,"stamps":[%s]`, 1603834606+r.IntN(1000), 1603834608+r.IntN(1000), r.IntN(50000), 200+r.IntN(300), r.IntN(900), strings.Join(stamps, ","))
		b = fmt.Appendf(b, `,"regex":[],"stamps_hash":-%d,"regex_hash":-%d,"type":"%s","block_status":"%s","id":["hits_production_%d_202010_v_1","%016x_%X"],"object_type":"hit","anomaly":%.3f`, r.IntN(2000000000), r.IntN(2000000000), pick("sqli", "xss", "rce", "ptrav"), pick("monitored", "blocked"), r.IntN(900), r.Uint64(), r.IntN(65536), r.Float64())
		b = fmt.Appendf(b, `,"user_agent":"Mozilla/5.0 Chrome/%d.0.%d.%d","application":{"id":%d,"name":"app-%d"},"request_id":"%016x%016x"}}}`+"\n", 100+r.IntN(40), r.IntN(6000), r.IntN(200), r.IntN(50), r.IntN(50), r.Uint64(), r.Uint64())
	}
	return b
}
