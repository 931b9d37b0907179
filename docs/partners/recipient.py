"""A recipient's side of signed asks, with jwcrypto. See signed-asks.md, which says what each check is for."""

import base64, hashlib, hmac, json, math, secrets, time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwcrypto import jwe, jwk, jws


def ask(signing_key, recipient, gateway, gateway_key, number, purpose, question, relays=(), event=None):
    """Returns the signed ask and its name. `gateway` is the issuer URL, `gateway_key` its published key with use `enc`."""
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "apu": encode(recipient.encode()), "kid": gateway_key["kid"]}
    subject = jwe.JWE(f"tel:{number}".encode(), json.dumps(header))
    subject.add_recipient(jwk.JWK(**gateway_key))
    now, jti = int(time.time()), secrets.token_urlsafe(16)
    claims = {
        "iss": recipient, "aud": gateway, "iat": now, "exp": now + 60, "jti": jti, "relays": list(relays),
        "subject": subject.serialize(compact=True), "purpose": purpose, "question": question,
    }
    if event:
        claims["event"] = event
    token = jws.JWS(json.dumps(claims))
    algorithm = "ES256" if signing_key["kty"] == "EC" else "EdDSA"
    header = {"alg": algorithm, "typ": "wayleave-ask+jwt", "kid": signing_key["kid"]}
    token.add_signature(jwk.JWK(**signing_key), None, json.dumps(header))
    return token.serialize(compact=True), jti


def open_outcome(outcome, sealing_key, recipient, jti, trusted):
    """Returns what became of the ask named `jti`. `trusted` has the journal key of each gateway that is believed."""
    header = json.loads(decode(outcome.split(".")[0]))
    require(set(header) == {"alg", "enc", "epk", "apv"}, "another kind of sealed text")
    opened = jwe.JWE(algs=["ECDH-ES", "A256GCM"])
    opened.deserialize(outcome, jwk.JWK(**sealing_key))
    told = json.loads(opened.payload)
    apv = f"{told['iss']} {told['aud']} {told['leaf']}"
    require(told["v"] == 1 and decode(header["apv"]).decode() == apv, "a header that says something else")
    require(told["aud"] == recipient and told["iss"] in trusted, "another recipient's, or another gateway's")
    require(told["jti"] == jti, "another ask's")
    if told["outcome"] == "answered":
        check_receipt(told, trusted[told["iss"]])
    return told


def check_receipt(told, journal_key):
    """The journal holds this answer to this ask of this recipient."""
    receipt = told["receipt"]
    party = json.loads(receipt["party"])
    digest = hmac.digest(decode(receipt["answerKey"]), canonical(told["answer"]).encode(), "sha256")
    require(hmac.compare_digest(digest.hex(), party["answer"]), "a receipt for another answer")
    require(party["asked"] == told["leaf"] and party["recipient"] == told["aud"], "a receipt for another ask")
    size, root = checkpoint(receipt["checkpoint"], journal_key)
    commitment = hmac.digest(decode(receipt["salt"]), receipt["party"].encode(), "sha256")
    node = sha256(b"\x00", decode(receipt["tag"]), commitment, decode(receipt["subject"]))
    index, last = receipt["leaf"], size - 1
    require(0 <= index <= last, "an entry beyond the journal")
    for sibling in map(decode, receipt["proof"]):  # RFC 9162 §2.1.3.2
        require(last > 0, "a proof that is too long")
        if index % 2 == 1 or index == last:
            node = sha256(b"\x01", sibling, node)
            while index % 2 == 0 and index > 0:
                index, last = index // 2, last // 2
        else:
            node = sha256(b"\x01", node, sibling)
        index, last = index // 2, last // 2
    require(last == 0 and node == root, "an entry that is not in the journal")


def checkpoint(note, journal_key):
    """Size and root of the journal, signed by its key: a C2SP signed note."""
    name, key_id, key = journal_key.split("+", 2)
    key = base64.b64decode(key)
    require(key[0] == 1 and sha256(name.encode(), b"\n", key)[:4].hex() == key_id, "a key of another kind")
    text, _, signatures = note.partition("\n\n")
    origin, size, root = text.split("\n")[:3]
    own = [line.rsplit(" ", 1)[1] for line in signatures.splitlines() if line.startswith(f"— {name} ")]
    own = [signature for signature in map(base64.b64decode, own) if signature[:4].hex() == key_id]
    require(origin == name and own, "a journal that this key does not sign")
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(own[0][4:], f"{text}\n".encode())
    return int(size), base64.b64decode(root)


def canonical(answer):
    """The answer as the journal keeps a digest of it: whole numbers, members in order, no spaces."""
    at = answer["lastLocationTime"]
    if "area" in answer:
        whole = lambda number: int(math.copysign(math.floor(abs(number) + 0.5), number))
        centre, radius = answer["area"]["center"], answer["area"]["radius"]
        micro = {f"{name}Micro": whole(centre[name] * 1e6) for name in ("latitude", "longitude")}
        members = {"at": at, **micro, "radius": whole(radius)}
    else:
        members = {"at": at, "matchRate": answer.get("matchRate"), "verdict": answer["verificationResult"]}
    return json.dumps(members, separators=(",", ":"))


def require(holds, what):
    if not holds:
        raise ValueError(f"expected an outcome to believe, found {what}")


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def encode(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
