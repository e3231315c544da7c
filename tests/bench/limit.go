package main

import (
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// limitQuestion names bytes to be kept in one process, with nothing around it.
type limitQuestion struct{ File, Folder string }

type limitAnswer struct{ Took time.Duration }

func playLimit([]string) error { return answerOnce(keepInProcess) }

// keepInProcess times the least work: hash the bytes, write them, sync the file, one after the other.
func keepInProcess(q limitQuestion) (a limitAnswer, err error) {
	data, err := os.ReadFile(q.File)
	if err != nil {
		return a, err
	}
	path := filepath.Join(q.Folder, "limit")
	start := time.Now()
	sum := sha256.Sum256(data)
	file, err := os.Create(path)
	if err != nil {
		return a, err
	}
	_, err = file.Write(data)
	err = errors.Join(err, file.Sync(), file.Close())
	a.Took = time.Since(start)
	runtime.KeepAlive(sum)
	return a, errors.Join(err, os.Remove(path))
}
