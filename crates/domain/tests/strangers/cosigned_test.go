// Alters one bit after the other of a cosigned checkpoint, and counts what Go's note package does not notice. The package
// knows plain Ed25519 signatures; a witness's cosignature (C2SP tlog-cosignature) is a Verifier of our own to it.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

type witness struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.id }
func (w witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(signature))
	return ed25519.Verify(w.key, append([]byte(head), text...), signature[8:])
}

func newWitness(t *testing.T, line string) witness {
	parts := strings.SplitN(line, "+", 3)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		t.Fatal("not a key of a witness: ", line)
	}
	hash := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	return witness{parts[0], binary.BigEndian.Uint32(hash[:4]), key[1:]}
}

func TestEveryAlteredBitOfACosignedCheckpointIsNoticed(t *testing.T) {
	text, err := os.ReadFile("note")
	if err != nil {
		t.Fatal(err)
	}
	lines, err := os.ReadFile("keys")
	if err != nil {
		t.Fatal(err)
	}
	keys := strings.Fields(string(lines))
	log, err := note.NewVerifier(keys[0])
	if err != nil {
		t.Fatal(err)
	}
	verifiers := []note.Verifier{log}
	for _, line := range keys[1:] {
		verifiers = append(verifiers, newWitness(t, line))
	}
	isGood := func(text []byte) bool {
		opened, err := note.Open(text, note.VerifierList(verifiers...))
		if err != nil || len(opened.Sigs) != len(verifiers) || len(opened.UnverifiedSigs) > 0 {
			return false
		}
		for _, signature := range opened.Sigs {
			// Go's base64 passes over the last bits of a text that mean nothing.
			if _, err := base64.StdEncoding.Strict().DecodeString(signature.Base64); err != nil {
				return false
			}
		}
		return true
	}
	if !isGood(text) {
		t.Fatal("what was not altered is not accepted")
	}
	flips := 0
	for at := range text {
		for bit := 0; bit < 8; bit++ {
			altered := append([]byte(nil), text...)
			altered[at] ^= 1 << uint(bit)
			flips++
			if isGood(altered) {
				t.Errorf("bit %d of byte %d is not noticed", bit, at)
			}
		}
	}
	fmt.Printf("flips: %d\n", flips)
}
