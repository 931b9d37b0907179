//! Passkeys and lists of lines: what is believed, and every way in which it is not. The authenticator in software is
//! used by the journal's tests too.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::id::{ConsentId, PartyId};
use crate::journal::tree::Hash;
use crate::permission::lines::{agreed_by_account, challenge};
use crate::permission::terms::{CaseReference, Origin, Precision};
use crate::purpose::Purpose;
use crate::time::Span;

pub(crate) const PARTY: RelyingParty<'static> = RelyingParty {
    id: "gateway.example.com",
    origin: "https://gateway.example.com",
};

fn terms(byte: u8) -> Terms {
    Terms {
        consent: ConsentId::from_bytes([byte; 16]),
        recipient: PartyId::from_bytes([2; 16]),
        recipient_name: "Aster Parcels".to_owned(),
        purpose: Purpose::DeliveryOfGoods,
        precision: Precision::Area { metres: 200 },
        origin: Origin::Network,
        count: None,
        per_hour: None,
        lasts: Span::seconds(7200),
        within: None,
        case: CaseReference::new("FLEET-1").expect("valid"),
        locale: "en".to_owned(),
        text_hash: [7; 32],
        gateway: PARTY.origin.to_owned(),
        chain: crate::permission::chain::Chain::default(),
    }
}

/// An authenticator in software, and what it says of itself.
pub(crate) struct Passkey {
    pair: EcdsaKeyPair,
    flags: u8,
    kind: &'static str,
    id: &'static str,
    origin: &'static str,
}

impl Passkey {
    pub(crate) fn new() -> Self {
        Self {
            pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("key"),
            flags: 0x1d,
            kind: "webauthn.get",
            id: PARTY.id,
            origin: PARTY.origin,
        }
    }

    pub(crate) fn key(&self) -> HandsetKey {
        let point = self.pair.public_key().as_ref();
        HandsetKey {
            x: point[1..33].try_into().expect("32 bytes"),
            y: point[33..].try_into().expect("32 bytes"),
        }
    }

    pub(crate) fn sign(&self, challenge: &Hash) -> Assertion {
        #[expect(
            clippy::disallowed_methods,
            reason = "a test plays the part of an authenticator, which has its own chance"
        )]
        let random = aws_lc_rs::rand::SystemRandom::new();
        let client_data = serde_json::json!({
            "type": self.kind,
            "challenge": URL_SAFE_NO_PAD.encode(challenge),
            "origin": self.origin,
            "crossOrigin": false,
        });
        let client_data = client_data.to_string().into_bytes();
        let authenticator_data = [&sha256(&[self.id.as_bytes()])[..], &[self.flags, 0, 0, 0, 9]].concat();
        let signed = [&authenticator_data[..], &sha256(&[&client_data])].concat();
        let signature = self.pair.sign(&random, &signed).expect("signature").as_ref().to_vec();
        Assertion {
            authenticator_data,
            client_data,
            signature,
        }
    }
}

fn challenge_of(terms: &Terms) -> Hash {
    sha256(&[&terms.canonical()])
}

#[test]
fn a_passkey_signs_the_terms_and_nothing_else() {
    let passkey = Passkey::new();
    let assertion = passkey.sign(&challenge_of(&terms(1)));
    let take = |terms, assertion, key| Signed::by_passkey(terms, assertion, key, PARTY);
    let signed = take(terms(1), assertion.clone(), passkey.key()).expect("its own signature");
    assert_eq!(signed.grade(), Grade::Passkey);
    assert!(
        take(terms(2), assertion.clone(), passkey.key()).is_none(),
        "other terms"
    );
    assert!(
        take(terms(1), assertion.clone(), Passkey::new().key()).is_none(),
        "another key"
    );
    let elsewhere = RelyingParty {
        id: "other.example.com",
        ..PARTY
    };
    assert!(Signed::by_passkey(terms(1), assertion.clone(), passkey.key(), elsewhere).is_none());
    for at in 0..assertion.signature.len() {
        let mut altered = assertion.clone();
        altered.signature[at] ^= 1;
        assert!(take(terms(1), altered, passkey.key()).is_none(), "altered at {at}");
    }
    for at in 0..assertion.authenticator_data.len() {
        let mut altered = assertion.clone();
        altered.authenticator_data[at] ^= 1;
        assert!(take(terms(1), altered, passkey.key()).is_none(), "altered at {at}");
    }
}

#[test]
fn a_passkey_must_be_used_here_by_a_person_and_to_sign() {
    type Change = fn(&mut Passkey);
    let changes: [(&str, Change); 6] = [
        ("nobody was there", |it| it.flags = 0x1c),
        ("nobody was verified", |it| it.flags = 0x19),
        ("a registration", |it| it.kind = "webauthn.create"),
        ("another page", |it| {
            it.origin = "https://gateway.example.com.example.net"
        }),
        ("a page without TLS", |it| it.origin = "http://gateway.example.com"),
        ("another relying party", |it| it.id = "example.com"),
    ];
    for (what, change) in changes {
        let mut passkey = Passkey::new();
        change(&mut passkey);
        let assertion = passkey.sign(&challenge_of(&terms(1)));
        assert!(
            Signed::by_passkey(terms(1), assertion, passkey.key(), PARTY).is_none(),
            "{what}"
        );
    }
}

#[test]
fn one_signature_holds_for_every_line_of_its_list_and_for_no_other() {
    let passkey = Passkey::new();
    for count in [1, 2, 3, 7, 100] {
        let lines: Vec<Terms> = (1..=count).map(terms).collect();
        let assertion = passkey.sign(&challenge(&lines));
        let agree = |lines| agreed_by_account(lines, &assertion, &passkey.key(), PARTY);
        let signed = agree(lines.clone()).expect("its own signature");
        assert_eq!(signed.len(), lines.len());
        for (signed, terms) in signed.iter().zip(&lines) {
            let Proof::AccountHolder(_, place) = signed.proof() else {
                panic!("expected an account holder's proof")
            };
            assert!(signed.terms() == terms && signed.grade() == Grade::AccountHolder && place.holds(terms));
            assert!(!place.holds(&self::terms(200)));
        }
        let mut other = lines.clone();
        other[usize::from(count) - 1] = terms(201);
        assert!(agree(other).is_none(), "another line");
        assert!(agree([&lines[..], &[terms(202)]].concat()).is_none(), "one line more");
    }
    assert!(agreed_by_account(Vec::new(), &passkey.sign(&challenge(&[])), &passkey.key(), PARTY).is_none());
}
