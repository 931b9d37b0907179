//! A receipt holds as it was given, and nothing of it can be changed unnoticed.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair as _,
};
use domain::id::{ConsentId, PartyId};
use domain::journal::entry::{Object, hex};
use domain::journal::tree::sha256;
use domain::permission::assertion::RelyingParty;
use domain::permission::lines::{agreed_by_account, challenge};
use domain::permission::terms::{CaseReference, Origin, Precision};
use domain::purpose::Purpose;
use domain::time::Span;

use super::*;

const TEXT: &str = "Harbour Bank asks if your phone is near a place: reply YES 4821.";
const GATEWAY: &str = "https://gateway.example.com:8443";

fn terms(consent: u8) -> Terms {
    Terms {
        consent: ConsentId::from_bytes([consent; 16]),
        recipient: PartyId::from_bytes([2; 16]),
        recipient_name: "Harbour Bank".to_owned(),
        purpose: Purpose::FraudPreventionAndDetection,
        precision: Precision::YesNo { metres: 2000 },
        origin: Origin::Network,
        count: None,
        per_hour: None,
        lasts: Span::seconds(86_400),
        within: None,
        case: CaseReference::new("CARD-2207").expect("a reference"),
        locale: "en".to_owned(),
        text_hash: sha256(&[TEXT.as_bytes()]),
        gateway: GATEWAY.to_owned(),
        chain: domain::permission::chain::Chain::default(),
    }
}

struct Key(EcdsaKeyPair);

impl Key {
    fn new(algorithm: &'static EcdsaSigningAlgorithm) -> Self {
        Self(EcdsaKeyPair::generate(algorithm).expect("a key"))
    }

    fn public(&self) -> HandsetKey {
        let point = self.0.public_key().as_ref();
        let half = |from: usize| point[from..from + 32].try_into().expect("32 bytes");
        HandsetKey {
            x: half(1),
            y: half(33),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a test's signature needs chance of its own")]
    fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0
            .sign(&SystemRandom::new(), message)
            .expect("signed")
            .as_ref()
            .to_vec()
    }

    /// A passkey's assertion over a challenge, on the gateway's own page.
    fn assert(&self, challenge: &Hash) -> Assertion {
        let authenticator_data = [&sha256(&[b"gateway.example.com"])[..], &[0x05, 0, 0, 0, 9]].concat();
        let client = json!({ "type": "webauthn.get", "challenge": encode(challenge), "origin": GATEWAY });
        let client_data = client.to_string().into_bytes();
        let signature = self.sign(&[&authenticator_data[..], &sha256(&[&client_data])].concat());
        Assertion {
            authenticator_data,
            client_data,
            signature,
        }
    }
}

fn receipt(evidence: Evidence) -> ConsentReceipt {
    let terms = terms(1);
    let party = Object::new()
        .text("at", "2026-11-22T08:30:00.000Z")
        .text("consent", &terms.consent.to_string())
        .text("kind", "consent-asked")
        .text("terms", &hex(&sha256(&[&terms.canonical()])))
        .finish();
    let entry = EntryShown {
        leaf: 7,
        party: Part {
            salt: [3; 16],
            text: party,
        },
        tag: [4; 32],
        subject: [5; 32],
        inclusion: None,
    };
    ConsentReceipt {
        terms,
        text: TEXT.to_owned(),
        evidence,
        entries: vec![entry],
    }
}

/// Evidence of every grade over the same terms.
fn all() -> Vec<ConsentReceipt> {
    let (phone, passkey) = (
        Key::new(&ECDSA_P256_SHA256_FIXED_SIGNING),
        Key::new(&ECDSA_P256_SHA256_ASN1_SIGNING),
    );
    let canonical = terms(1).canonical();
    let signature = phone.sign(&canonical).try_into().expect("64 bytes");
    let signed = Signed::verify(terms(1), phone.public(), signature).expect("it holds");
    let lines = vec![terms(9), terms(1), terms(8)];
    let assertion = passkey.assert(&challenge(&lines));
    let party = RelyingParty {
        id: "gateway.example.com",
        origin: GATEWAY,
    };
    let agreed = agreed_by_account(lines, &assertion, &passkey.public(), party).expect("it holds");
    let by_passkey = Proof::Passkey(passkey.assert(&sha256(&[&canonical])));
    vec![
        receipt(Evidence::Nothing),
        receipt(Evidence::Reply),
        receipt(Evidence::of(&signed)),
        receipt(Evidence::Signed(passkey.public(), by_passkey)),
        receipt(Evidence::of(&agreed[1])),
    ]
}

#[test]
fn every_grade_survives_the_document_and_holds() {
    let mut proved = Vec::new();
    for receipt in all() {
        let text = receipt.print().to_string();
        let read = ConsentReceipt::read(text.as_bytes()).expect("well-formed");
        assert_eq!(read, receipt);
        let checked = check(&read, None).expect("it holds");
        assert!(
            checked
                .on_its_word
                .iter()
                .any(|word| word.contains("whose number it is"))
        );
        proved.push(checked.proved.len());
    }
    assert_eq!(proved, [2, 2, 3, 3, 3], "a signature proves more");
}

#[test]
fn nothing_can_be_changed_unnoticed() {
    for receipt in all() {
        let words = ConsentReceipt {
            text: format!("{TEXT} "),
            ..receipt.clone()
        };
        assert_eq!(check(&words, None), Err(Doubt::Words));
        let mut wider = receipt.clone();
        wider.terms.lasts = Span::seconds(31_536_000);
        let doubt = check(&wider, None).expect_err("wider terms");
        let signed = matches!(receipt.evidence, Evidence::Signed(..));
        assert_eq!(doubt == Doubt::Signature, signed, "{doubt}");
        let mut other = receipt.clone();
        other.entries[0].party.text = other.entries[0].party.text.replace("consent-asked", "consent-given");
        assert!(check(&other, None).is_ok(), "another kind says nothing about the terms");
        other.terms.consent = ConsentId::from_bytes([6; 16]);
        other.evidence = Evidence::Reply;
        assert_eq!(check(&other, None), Err(Doubt::Entry(7, "one about this consent")));
        let mut flipped = receipt.clone();
        if let Evidence::Signed(_, proof) = &mut flipped.evidence {
            match proof {
                Proof::Handset(signature) => signature[9] ^= 1,
                Proof::Passkey(assertion) => assertion.client_data[20] ^= 1,
                Proof::AccountHolder(_, place) => place.index += 1,
            }
            assert_eq!(check(&flipped, None), Err(Doubt::Signature));
        }
    }
}

#[test]
fn a_document_of_another_form_is_refused() {
    let good = all().remove(2).print();
    for (name, value) in [
        ("kind", json!("receipt")),
        ("v", json!(2)),
        ("terms", json!("{}")),
        ("text", json!(7)),
        ("evidence", json!({ "grade": "promise" })),
        ("evidence", json!({ "grade": "sms-reply", "signature": "AA" })),
        ("entries", json!([{ "leaf": 1 }])),
        ("more", json!(1)),
    ] {
        let mut bad = good.clone();
        bad[name] = value;
        assert!(ConsentReceipt::read(bad.to_string().as_bytes()).is_err(), "{name}");
    }
    assert!(ConsentReceipt::read(b"{").is_err());
}
