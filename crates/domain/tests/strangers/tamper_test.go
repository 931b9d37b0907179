// Alters one byte after the other of a published log and of a receipt, and counts what the program of the page on the log
// does not notice.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

func load(t *testing.T, folder string) map[string][]byte {
	files := map[string][]byte{}
	err := filepath.Walk(folder, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		name, _ := filepath.Rel(folder, path)
		files[name], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestEveryAlteredByteIsNoticed(t *testing.T) {
	folder := os.Getenv("WAYLEAVE_CORPUS")
	text, err := os.ReadFile(filepath.Join(folder, "key"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := note.NewVerifier(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	log := load(t, filepath.Join(folder, "log"))
	proof := load(t, filepath.Join(folder, "receipt"))
	logIsGood := func(altered string, data []byte) bool {
		_, err := verifyLog(key, func(path string) ([]byte, error) {
			if path == altered {
				return data, nil
			}
			if found, there := log[path]; there {
				return found, nil
			}
			return nil, os.ErrNotExist
		})
		return err == nil
	}
	receiptIsGood := func(_ string, data []byte) bool {
		_, _, _, err := verifyReceipt(key, data, proof["answer.json"])
		return err == nil
	}
	if !logIsGood("", nil) || !receiptIsGood("", proof["receipt.json"]) {
		t.Fatal("what was not altered is not accepted")
	}
	flips := 0
	for name, data := range log {
		flips += flip(t, name, data, name == "checkpoint", logIsGood)
	}
	flips += flip(t, "receipt.json", proof["receipt.json"], true, receiptIsGood)
	fmt.Printf("flips: %d\n", flips)
}

// flip alters every bit of each byte, or one of its bits, on all cores.
func flip(t *testing.T, name string, data []byte, everyBit bool, isGood func(string, []byte) bool) int {
	var all sync.WaitGroup
	workers := runtime.NumCPU()
	counts := make([]int, workers)
	for worker := 0; worker < workers; worker++ {
		all.Add(1)
		go func(worker int) {
			defer all.Done()
			for at := worker; at < len(data); at += workers {
				for bit := 0; bit < 8; bit++ {
					if !everyBit && bit != at%8 {
						continue
					}
					altered := append([]byte(nil), data...)
					altered[at] ^= 1 << uint(bit)
					counts[worker]++
					if isGood(name, altered) {
						t.Errorf("%s: bit %d of byte %d is not noticed", name, bit, at)
					}
				}
			}
		}(worker)
	}
	all.Wait()
	sum := 0
	for _, count := range counts {
		sum += count
	}
	return sum
}
