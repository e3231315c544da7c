package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
)

// serveReference is the bare server that every step is measured against. GET answers 10 KiB; PUT does with a body the
// least that a durable store must: hash it, write it, sync file and folder.
func serveReference(args []string) error {
	if len(args) != 1 {
		return errors.New("the folder for received files is missing")
	}
	folder := args[0]
	page := bytes.Repeat([]byte("0123456789abcdef"), 10<<10/16)
	length := strconv.Itoa(len(page))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Length", length)
		_, _ = w.Write(page) // who has gone away needs no page
	})
	mux.HandleFunc("PUT /", func(w http.ResponseWriter, r *http.Request) {
		sum, err := store(folder, r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(sum)))
		_, _ = io.WriteString(w, sum) // who has gone away needs no sum
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("listening on %s\n", listener.Addr())
	return http.Serve(listener, mux)
}

// store is the naive way to keep an upload, one step after the other in one goroutine.
func store(folder string, r io.Reader) (sum string, err error) {
	f, err := os.CreateTemp(folder, "spool-")
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	_, err = io.CopyBuffer(struct{ io.Writer }{io.MultiWriter(f, hash)}, r, make([]byte, 128<<10))
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	sum = hex.EncodeToString(hash.Sum(nil))
	if err := os.Rename(f.Name(), filepath.Join(folder, sum)); err != nil {
		return "", err
	}
	return sum, syncFolder(folder)
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
