"""Alters one bit after the other of a cosigned checkpoint, and names what a reader on a stock library does not notice: one
who wants the journal's signature (C2SP signed-note) and each witness's cosignature (C2SP tlog-cosignature). `note` and
`keys`, the journal's first, lie beside this file."""

import base64
import hashlib
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def must(fact, why):
    if not fact:
        raise ValueError(why)


def read_key(line):
    name, key_id, rest = line.split("+", 2)
    raw = base64.b64decode(rest)
    must(hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() == key_id, "a malformed key")
    return name, bytes.fromhex(key_id), raw[0], Ed25519PublicKey.from_public_bytes(raw[1:])


def check(note, keys):
    """Every key has signed the text of this note, each once, and nobody else."""
    note = note.decode()
    must(all(letter >= " " or letter == "\n" for letter in note), "a control character")
    text, _, signatures = note.rpartition("\n\n")
    text, signatures = text + "\n", signatures.split("\n")
    must(signatures.pop() == "", "an unfinished line")
    must(len(signatures) == len(keys), "another number of signatures")
    for line, (name, key_id, kind, key) in zip(signatures, keys):
        dash, signer, value = line.split(" ")
        raw = base64.b64decode(value, validate=True)
        must(base64.b64encode(raw).decode() == value, "another spelling")
        must((dash, signer, raw[:4]) == ("\u2014", name, key_id), "another signer")
        message, signature = text.encode(), raw[4:]
        if kind == 4:
            time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = f"cosignature/v1\ntime {time}\n".encode() + message
        key.verify(signature, message)


def accepts(note, keys):
    try:
        check(note, keys)
    except Exception:
        return False
    return True


def main():
    note = open("note", "rb").read()
    keys = [read_key(line) for line in open("keys").read().split()]
    assert accepts(note, keys), "what was not altered is not accepted"
    flips = 0
    unseen = []
    for at in range(len(note)):
        for bit in range(8):
            altered = bytearray(note)
            altered[at] ^= 1 << bit
            flips += 1
            if accepts(bytes(altered), keys):
                unseen.append(f"bit {bit} of byte {at} is not noticed")
    print(*unseen, sep="\n")
    print(f"flips: {flips}")
    sys.exit(bool(unseen))


main()
