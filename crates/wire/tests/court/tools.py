"""Signs orders as courts' offices do, with openssl, cryptography and pyHanko, good ones and bad ones.

Usage: tools.py FOLDER < CALL. CALL is JSON: {"order": text, "other": text, "openssl": program}. It leaves one file for each
document in FOLDER, and prints what was made. Keys are made anew each time and stay in FOLDER.
"""

import asyncio
import base64
import io
import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from asn1crypto import cms, core
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import fields, signers

FOLDER = Path(sys.argv[1])
CALL = json.load(sys.stdin)
ORDER = CALL["order"].encode()
OTHER = CALL["other"].encode()
NOW = datetime.now(timezone.utc).replace(microsecond=0)
DAY = timedelta(days=1)


class Holder:
    """A key and its certificate, in files that the tools read."""

    def __init__(self, name, key, issuer=None, *, days=(-30, 30), ca=False, purpose=None, serial=None):
        self.name, self.key = name, key
        self.subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Example court, {name.removesuffix('-twin')}")])
        above = issuer or self
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.subject)
            .issuer_name(above.subject)
            .public_key(key.public_key())
            .serial_number(serial or x509.random_serial_number())
            .not_valid_before(NOW + days[0] * DAY)
            .not_valid_after(NOW + days[1] * DAY)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        if purpose:
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        edwards = isinstance(above.key, ed25519.Ed25519PrivateKey)
        self.certificate = builder.sign(above.key, None if edwards else hashes.SHA256())
        encoding = serialization.Encoding
        (FOLDER / f"{name}.pem").write_bytes(self.certificate.public_bytes(encoding.PEM))
        (FOLDER / f"{name}.der").write_bytes(self.certificate.public_bytes(encoding.DER))
        (FOLDER / f"{name}.issuer").write_bytes(self.certificate.issuer.public_bytes())
        number = self.certificate.serial_number
        (FOLDER / f"{name}.serial").write_bytes(number.to_bytes((number.bit_length() + 8) // 8, "big"))
        pkcs8 = serialization.PrivateFormat.PKCS8
        (FOLDER / f"{name}.key").write_bytes(key.private_bytes(encoding.PEM, pkcs8, serialization.NoEncryption()))


def p256():
    return ec.generate_private_key(ec.SECP256R1())


def make_holders():
    rsa2048 = rsa.generate_private_key(65537, 2048)
    root = Holder("root", p256(), ca=True)
    middle = Holder("middle", ec.generate_private_key(ec.SECP384R1()), root, ca=True)
    old = Holder("root-old", p256(), days=(-30, -1), ca=True)
    one = Holder("p256", p256())
    # Not valid yet while the tools sign, and valid when the signature is read.
    late = (50 / 86400, 30)
    made = [
        root,
        middle,
        old,
        one,
        Holder("p256-twin", one.key, days=(-20, 20), serial=one.certificate.serial_number),
        Holder("late", p256(), days=late),
        Holder("issued-late", p256(), root, days=late),
        Holder("issued-old", p256(), old),
        Holder("p384", ec.generate_private_key(ec.SECP384R1())),
        Holder("rsa", rsa2048),
        Holder("ed25519", ed25519.Ed25519PrivateKey.generate()),
        Holder("rsa1024", rsa.generate_private_key(65537, 1024)),
        Holder("expired", p256(), days=(-30, -1)),
        Holder("early", p256(), days=(1, 30)),
        Holder("issued", p256(), root, purpose=ExtendedKeyUsageOID.EMAIL_PROTECTION),
        Holder("below", rsa2048, middle),
        Holder("web", p256(), root, purpose=ExtendedKeyUsageOID.SERVER_AUTH),
        Holder("issued-expired", p256(), root, days=(-30, -1)),
        Holder("stranger", p256()),
    ]
    return {holder.name: holder for holder in made}


HOLDERS = make_holders()


def openssl(name, by, *options, content=ORDER, form="DER"):
    """Signs with `openssl cms`."""
    (FOLDER / "content").write_bytes(content)
    named = [part for one in by for part in ("-signer", FOLDER / f"{one}.pem", "-inkey", FOLDER / f"{one}.key")]
    command = [CALL["openssl"], "cms", "-sign", "-binary", "-in", FOLDER / "content", "-outform", form]
    subprocess.run([*command, "-out", FOLDER / name, *named, *options], check=True, capture_output=True)


def make_messages():
    inside = "-nodetach"
    openssl("cms-late", ["late"], inside)
    openssl("cms-issued-late", ["issued-late"], inside)
    openssl("cms-issued-old", ["issued-old"], inside)
    openssl("cms-typed", ["p256"], inside, "-econtent_type", "1.2.840.113549.1.7.5", "-keyid")
    openssl("cms-p256", ["p256"], inside)
    openssl("cms-p256.pem", ["p256"], inside, form="PEM")
    openssl("cms-p256-sha384", ["p256"], inside, "-md", "sha384")
    openssl("cms-p384", ["p384"], inside, "-md", "sha384")
    openssl("cms-rsa", ["rsa"], inside, "-md", "sha256")
    openssl("cms-rsa-sha512", ["rsa"], inside, "-md", "sha512")
    pss = ["-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:-1"]
    openssl("cms-pss", ["rsa"], inside, "-md", "sha256", *pss)
    openssl("cms-cades", ["p256"], inside, "-cades")
    openssl("cms-key-id", ["p256"], inside, "-keyid")
    openssl("cms-bare", ["p256"], inside, "-nocerts", "-nosmimecap")
    openssl("cms-issued", ["issued"], inside)
    openssl("cms-below", ["below"], inside, "-certfile", FOLDER / "middle.pem")
    openssl("cms-detached", ["p256"])
    openssl("cms-other", ["p256"], inside, content=OTHER)
    openssl("cms-below-alone", ["below"], inside)
    openssl("cms-web", ["web"], inside)
    openssl("cms-issued-expired", ["issued-expired"], inside)
    openssl("cms-expired", ["expired"], inside)
    openssl("cms-early", ["early"], inside)
    openssl("cms-stranger", ["stranger"], inside)
    openssl("cms-stranger-bare", ["stranger"], inside, "-nocerts")
    openssl("cms-extra", ["p256"], inside, "-certfile", FOLDER / "stranger.pem")
    openssl("cms-two", ["p256", "rsa"], inside)
    openssl("cms-no-attributes", ["p256"], inside, "-noattr")
    openssl("cms-sha1", ["p256"], inside, "-md", "sha1")
    openssl("cms-md5", ["rsa"], inside, "-md", "md5")
    openssl("cms-rsa1024", ["rsa1024"], inside)
    message = asyncio.run(simple("ed25519").async_sign_general_data(ORDER, "sha512", detached=False))
    (FOLDER / "cms-ed25519").write_bytes(message.dump())
    # What kind the content is stands beside it too, where it is not signed: `digestedData` becomes `data` there.
    kind = bytes.fromhex("06092a864886f70d0107")
    retyped = (FOLDER / "cms-typed").read_bytes().replace(kind + b"\x05", kind + b"\x01", 1)
    (FOLDER / "cms-retyped").write_bytes(retyped)
    changed("cms-later", lambda data, signer: set_time(signer, NOW + timedelta(seconds=5)))
    changed("cms-unsigned", lambda data, signer: signer.__setitem__("unsigned_attrs", [unsigned()]))
    changed("cms-lists", lambda data, signer: data.__setitem__("crls", []))


def changed(name, change):
    """The good message, changed after it was signed."""
    message = cms.ContentInfo.load((FOLDER / "cms-p256").read_bytes())
    data = message["content"]
    change(data, data["signer_infos"][0])
    (FOLDER / name).write_bytes(message.dump(force=True))


def set_time(signer, time):
    (signed,) = [one for one in signer["signed_attrs"] if one["type"].native == "signing_time"]
    signed["values"] = [cms.Time({"utc_time": time})]


def unsigned():
    return cms.CMSAttribute({"type": "1.3.6.1.4.1.32473.1", "values": [core.Null()]})


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(by, typ="wayleave-order+jwt", payload=ORDER, **more):
    """A compact JWS (RFC 7515)."""
    key = HOLDERS[by].key
    edwards = isinstance(key, ed25519.Ed25519PrivateKey)
    header = {"alg": "EdDSA" if edwards else "ES256", "typ": typ, "kid": by, **more}
    signed = f"{base64url(json.dumps(header).encode())}.{base64url(payload)}"
    if edwards:
        signature = key.sign(signed.encode())
    else:
        r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return f"{signed}.{base64url(signature)}"


def jwk(by):
    public = HOLDERS[by].key.public_key()
    if isinstance(public, ed25519.Ed25519PublicKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": base64url(public.public_bytes_raw()), "kid": by}
    numbers = public.public_numbers()
    x, y = (base64url(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": by}


def make_tokens():
    p256_token, other = token("p256"), token("p256", payload=OTHER)
    tokens = {
        "jws-p256": p256_token,
        "jws-ed25519": token("ed25519"),
        "jws-other": other,
        "jws-type": token("p256", typ="jwt"),
        "jws-stranger": token("stranger"),
        "jws-own-key": token("stranger", kid="p256", jwk=jwk("stranger")),
        "jws-swapped": ".".join([p256_token.split(".")[0], other.split(".")[1], p256_token.split(".")[2]]),
    }
    for name, text in tokens.items():
        (FOLDER / name).write_text(text)


def simple(by):
    above = [str(FOLDER / "middle.pem"), str(FOLDER / "root.pem")] if by == "below" else []
    signer = signers.SimpleSigner.load(str(FOLDER / f"{by}.key"), str(FOLDER / f"{by}.pem"), above)
    assert signer, by
    return signer


def page(files, *, compressed=True, streams=False):
    """A PDF of one page with these files embedded."""
    writer = PdfFileWriter(stream_xrefs=streams)
    content = generic.StreamObject(stream_data=b"% What the page shows is not the order.\n")
    writer.insert_page(PageObject(writer.add_object(content), (0, 0, 200, 200)))
    if streams:
        hidden = writer.prepare_object_stream()
        writer.add_object(generic.TextStringObject("hidden"), obj_stream=hidden)
    for name, data in files:
        stream = embed.EmbeddedFileObject.from_file_data(writer, data=data, compress=compressed)
        embed.embed_file(writer, embed.FileSpec(name, embedded_data=stream))
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def sign_pdf(pdf, by="p256", subfilter=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED, field="Court", encrypted=False):
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    if encrypted:
        writer.encrypt("")
    metadata = signers.PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=subfilter)
    signer = signers.PdfSigner(metadata, simple(by))
    return signer.sign_pdf(writer, bytes_reserved=8192).getvalue()


def encrypted(files):
    writer = PdfFileWriter(stream_xrefs=False)
    writer.insert_page(PageObject(writer.add_object(generic.StreamObject(stream_data=b"%\n")), (0, 0, 200, 200)))
    writer.encrypt(owner_pass="", user_pass="", pdf_mac=False)
    for name, data in files:
        stream = embed.EmbeddedFileObject.from_file_data(writer, data=data)
        embed.embed_file(writer, embed.FileSpec(name, embedded_data=stream))
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def updated(pdf):
    """The file with an incremental update after its signature."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root["/Lang"] = generic.TextStringObject("en")
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def make_pdfs():
    one = [("order.json", ORDER)]
    plain = page(one)
    good = sign_pdf(plain)
    pdfs = {
        "pdf-p256": good,
        "pdf-plain-stream": sign_pdf(page(one, compressed=False)),
        "pdf-cades": sign_pdf(plain, "rsa", fields.SigSeedSubFilter.PADES),
        "pdf-issued": sign_pdf(plain, "issued"),
        "pdf-below": sign_pdf(plain, "below"),
        "pdf-unsigned": plain,
        "pdf-other": sign_pdf(page([("order.json", OTHER)])),
        "pdf-updated": updated(good),
        "pdf-two-signatures": sign_pdf(good, "p384", field="Again"),
        "pdf-other-file": sign_pdf(page([("other.json", ORDER)])),
        "pdf-no-file": sign_pdf(page([])),
        "pdf-two-files": sign_pdf(page([*one, ("annex.json", OTHER)])),
        "pdf-encrypted": sign_pdf(encrypted(one), encrypted=True),
        "pdf-object-streams": sign_pdf(page(one, streams=True)),
        "pdf-expired": sign_pdf(plain, "expired"),
        "pdf-stranger": sign_pdf(plain, "stranger"),
    }
    for name, data in pdfs.items():
        (FOLDER / name).write_bytes(data)


make_messages()
make_tokens()
make_pdfs()
print(json.dumps({"now": int(NOW.timestamp()) + 60, "keys": [jwk("p256"), jwk("ed25519")]}))
