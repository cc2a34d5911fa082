//go:build bench && linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
)

// runBare is the least that a sender in Go can do: read lines, and post 1000 of
// them a request with net/http. It checks nothing and keeps nothing; a program
// that does both cannot be cheaper. With -each it posts what it has as soon as
// there is no more to read.
//
//	bare [-each] [-ca FILE] URL
func runBare(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bare", flag.ContinueOnError)
	each := flags.Bool("each", false, "post what there is")
	ca := flags.String("ca", "", "certificate of the authority")
	if err := flags.Parse(args); err != nil {
		return err
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 2}
	if *ca != "" {
		text, err := os.ReadFile(*ca)
		if err != nil {
			return err
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(text)
		transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	client := &http.Client{Transport: transport}
	return postLines(os.Stdin, *each, func(body []byte) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, flags.Arg(0), bytes.NewReader(body))
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", "application/x-ndjson")
		reply, err := client.Do(request)
		if err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, reply.Body)
		if reply.StatusCode != http.StatusOK {
			return fmt.Errorf("the answer is %s", reply.Status)
		}
		return reply.Body.Close()
	})
}

// postLines posts with two workers, which share four buffers.
func postLines(in io.Reader, each bool, post func([]byte) error) error {
	full, empty := make(chan []byte), make(chan []byte, 4)
	for range cap(empty) {
		empty <- make([]byte, 0, 2<<20)
	}
	var all sync.WaitGroup
	failures := make([]error, 2)
	for i := range failures {
		all.Go(func() {
			for body := range full {
				if err := post(body); err != nil && failures[i] == nil {
					failures[i] = err
				}
				empty <- body[:0]
			}
		})
	}
	r := bufio.NewReaderSize(in, 1<<20)
	var err error
	for err == nil {
		var body []byte
		if body, err = fill(r, <-empty, each); len(body) > 0 {
			full <- body
		}
	}
	close(full)
	all.Wait()
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, failures[0], failures[1])
}

// fill appends at most 1000 lines.
func fill(r *bufio.Reader, body []byte, each bool) ([]byte, error) {
	for range 1000 {
		line, err := r.ReadSlice('\n')
		body = append(body, line...)
		if err != nil || each && r.Buffered() == 0 {
			return body, err
		}
	}
	return body, nil
}
