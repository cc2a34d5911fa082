package nats_test

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/nats"
)

// BenchmarkPut compares puts of blocks of 256 KiB with plain asynchronous
// publishing of the same bytes as messages of 1 KiB, as "nats bench" does, and
// as messages of 256 KiB, to the same server with the same settings.
func BenchmarkPut(b *testing.B) {
	var block []byte
	for range 256 {
		block = append(block, likeEvent(1<<10)...)
	}
	for _, always := range []bool{false, true} {
		for _, replicas := range []int{1, 3} {
			b.Run(fmt.Sprintf("replicas=%d/always=%t", replicas, always), func(b *testing.B) {
				url := ""
				if replicas == 1 {
					url = start(b, func(o *server.Options) { o.SyncAlways, o.StoreDir = always, b.TempDir() }).ClientURL()
				} else {
					url = startCluster(b, func(o *server.Options) { o.SyncAlways, o.StoreDir = always, b.TempDir() }).url()
				}
				b.Run("put", func(b *testing.B) {
					s := open(b, nats.Options{URL: url, Replicas: replicas})
					b.SetBytes(int64(len(block)))
					var all sync.WaitGroup
					room := make(chan struct{}, 16)
					for b.Loop() {
						room <- struct{}{}
						all.Go(func() {
							_, err := s.Commit(b.Context(), store.Change{Blocks: []store.Block{{
								Lanes: []store.Target{{Lane: "siem"}}, Count: 256, Data: block,
							}}})
							if err != nil {
								b.Error(err)
							}
							<-room
						})
					}
					all.Wait()
				})
				for _, size := range []int{1 << 10, 256 << 10} {
					b.Run(fmt.Sprintf("publish=%d", size), func(b *testing.B) { publish(b, url, replicas, block, size) })
				}
			})
		}
	}
}

// likeEvent is a line of so many bytes, half of which nobody can guess.
func likeEvent(size int) []byte {
	secret := make([]byte, size/4)
	_, _ = rand.Read(secret)
	line := append([]byte(`{"summary":"[Wallarm] New hit detected","details":{"client_name":"TestCompany","cloud":"US",`+
		`"notification_type":"new_hits","hit":{"domain":"www.example.com","heur_distance":10.01111,"method":"POST",`+
		`"parameter":"SOME_value","path":"/news/some_path","payloads":["say ni"],"value":"`), hex.EncodeToString(secret)...)
	line = append(line, bytes.Repeat([]byte{0x20}, max(0, size-len(line)-5))...)
	return append(line, "\"}}}\n"...)
}

func publish(b *testing.B, url string, replicas int, block []byte, size int) {
	js := jetStream(b, url)
	name := fmt.Sprintf("plain-%d", size)
	_, err := js.CreateOrUpdateStream(b.Context(), jetstream.StreamConfig{Name: name, Subjects: []string{name}, Replicas: replicas})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(block)))
	for b.Loop() {
		for js.PublishAsyncPending() > 2048 {
			time.Sleep(100 * time.Microsecond) // the client would refuse more than 4000
		}
		for at := 0; at < len(block); at += size {
			if _, err := js.PublishAsync(name, block[at:at+size]); err != nil {
				b.Fatal(err)
			}
		}
	}
	<-js.PublishAsyncComplete()
}
