//! Orders that courts' tools sign, which are not ours: `openssl cms`, Python's `cryptography` and pyHanko. The good ones are
//! read as they were written; each bad one gets its own verdict; and no changed byte of a good one goes unnoticed.

use domain::id::PartyId;
use domain::time::{Span, Timestamp};
use proptest::prelude::*;
use wire::court::{
    self, Court, Form, KeyName, PinnedCertificate, PinnedKey, Refused, Revoked, Term, Verified, verify_cms,
    verify_cms_detached, verify_jws, verify_pdf,
};
use wire::jose::certificate::CertificateThumbprint;

#[path = "court/bad.rs"]
mod bad;
#[path = "court/flips.rs"]
mod flips;
#[path = "court/office.rs"]
mod office;

use office::{Office, order_text};

/// Reads a document of the office by the form that its name begins with.
fn read(office: &Office, name: &str, court: &Court) -> Result<Verified, Refused> {
    read_bytes(office, name, &office.file(name), court)
}

fn read_bytes(office: &Office, name: &str, bytes: &[u8], court: &Court) -> Result<Verified, Refused> {
    match name.split('-').next() {
        Some("jws") => match std::str::from_utf8(bytes) {
            Ok(text) => verify_jws(text, court, office.now),
            // Whoever hands on a token has read it as text.
            Err(_) => Err(Refused::Signature),
        },
        Some("cms") => verify_cms(bytes, court, office.now),
        _ => verify_pdf(bytes, court, office.now),
    }
}

fn verified(office: &Office, name: &str) -> Verified {
    read(office, name, &office.court()).unwrap_or_else(|refused| panic!("{name}: {refused}"))
}

const MESSAGES: [&str; 13] = [
    "cms-p256",
    "cms-p256.pem",
    "cms-p256-sha384",
    "cms-p384",
    "cms-rsa",
    "cms-rsa-sha512",
    "cms-pss",
    "cms-ed25519",
    "cms-cades",
    "cms-key-id",
    "cms-bare",
    "cms-issued",
    "cms-below",
];

#[test]
fn what_courts_tools_sign_is_read_as_it_was_written() {
    let Some(office) = Office::open() else { return };
    let order = court::Order::parse(order_text().as_bytes()).expect("an order");
    for name in MESSAGES {
        let read = verified(office, name);
        assert_eq!((&read.order, read.form), (&order, Form::Cms), "{name}");
        assert_eq!(read.digest, office::sha256(order_text().as_bytes()), "{name}");
        // The tools date what they sign with the clock of the machine, a minute at most before `now`.
        match read.signed_at {
            Some(signed) => assert!(office.now.since(signed) < Span::seconds(600), "{name}"),
            None => assert_eq!(name, "cms-ed25519", "pyHanko leaves the date out"),
        }
    }
    for name in ["jws-p256", "jws-ed25519"] {
        let read = verified(office, name);
        assert_eq!(
            (&read.order, read.form, read.signed_at),
            (&order, Form::Jws, None),
            "{name}"
        );
        assert_eq!(read.digest, office::sha256(order_text().as_bytes()), "{name}");
    }
    for name in ["pdf-p256", "pdf-plain-stream", "pdf-cades", "pdf-issued", "pdf-below"] {
        let read = verified(office, name);
        assert_eq!((&read.order, read.form), (&order, Form::Pdf), "{name}");
        assert_ne!(
            read.digest,
            office::sha256(order_text().as_bytes()),
            "it is of the file"
        );
    }
}

#[test]
fn the_key_is_named() {
    let Some(office) = Office::open() else { return };
    for (name, by) in [("cms-p256", "p256"), ("cms-below", "below"), ("pdf-cades", "rsa")] {
        let certificate = CertificateThumbprint::of_der(&office.file(&format!("{by}.der")));
        assert_eq!(verified(office, name).key, KeyName::Certificate(certificate), "{name}");
    }
    let key = office.keys.first().expect("a key").key.thumbprint();
    assert_eq!(verified(office, "jws-p256").key, KeyName::Key(key));
}

#[test]
fn what_stands_beside_its_signature_is_what_was_signed() {
    let Some(office) = Office::open() else { return };
    let (message, now) = (office.file("cms-detached"), office.now);
    let court = office.court();
    let order = order_text();
    let read = verify_cms_detached(&message, order.as_bytes(), &court, now).expect("good");
    assert_eq!(read.digest, office::sha256(order.as_bytes()));
    let wider = order.replace("\"to\":\"2027-02-01", "\"to\":\"2027-03-01");
    assert_ne!(wider, order);
    assert_eq!(
        verify_cms_detached(&message, wider.as_bytes(), &court, now),
        Err(Refused::Content)
    );
    let structure = |result: Result<Verified, Refused>| matches!(result, Err(Refused::Structure { .. }));
    assert!(structure(verify_cms(&message, &court, now)), "nothing inside");
    let inside = office.file("cms-p256");
    assert!(
        structure(verify_cms_detached(&inside, order.as_bytes(), &court, now)),
        "twice"
    );
}
