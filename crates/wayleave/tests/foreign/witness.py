"""A witness that somebody else wrote, after C2SP tlog-witness, with Python's library `cryptography`: one journal, state in
memory. Arguments: port, name, the journal's verifier key."""

import base64
import hashlib
import http.server
import sys
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

port, name, log = int(sys.argv[1]), sys.argv[2], sys.argv[3]
log_name, log_id, log_key = log.split("+", 2)
log_key = base64.b64decode(log_key)[1:]
secret = Ed25519PrivateKey.generate()
public = secret.public_key().public_bytes_raw()
own_id = hashlib.sha256(name.encode() + b"\n\x04" + public).digest()[:4]
latest = (0, None)


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def consistent(old, old_root, size, root, proof):
    """RFC 9162, section 2.1.4.2."""
    if old == size:
        return not proof and old_root == root
    if old & (old - 1) == 0:
        proof = [old_root] + proof
    if not proof:
        return False
    fn, sn = old - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = proof[0]
    for c in proof[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == root


def judge(body):
    global latest
    head, note = body.split("\n\n", 1)
    old, *proof = head.split("\n")
    old, proof = int(old.removeprefix("old ")), [base64.b64decode(line) for line in proof]
    text, signatures = note.rsplit("\n\n", 1)
    text += "\n"
    origin, size, root = text.split("\n")[:3]
    size, root = int(size), base64.b64decode(root)
    if origin != log_name:
        return 404, ""
    ours = [line.split(" ")[2] for line in signatures.splitlines() if line.split(" ")[1] == log_name]
    try:
        for line in ours:
            Ed25519PublicKey.from_public_bytes(log_key).verify(base64.b64decode(line)[4:], text.encode())
    except InvalidSignature:
        return 403, ""
    if not ours:
        return 403, ""
    if old > size:
        return 400, ""
    if old != latest[0] or (old == size and old and root != latest[1]):
        return 409, f"{latest[0]}\n"
    if not (consistent(old, latest[1], size, root, proof) if old else not proof):
        return 422, ""
    latest = (size, root)
    now = int(time.time())
    signed = secret.sign(f"cosignature/v1\ntime {now}\n{text}".encode())
    line = base64.b64encode(own_id + now.to_bytes(8, "big") + signed).decode()
    return 200, f"— {name} {line}\n"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        status, answer = judge(body) if self.path == "/add-checkpoint" else (404, "")
        answer = answer.encode()
        self.send_response(status)
        self.send_header("content-type", "text/x.tlog.size" if status == 409 else "text/plain")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", port), Handler)
print("ready " + "+".join([name, own_id.hex(), base64.b64encode(b"\x04" + public).decode()]), flush=True)
server.serve_forever()
