//! Whom an ask is about: who can open it, who cannot, and that it stays with whoever sealed it.

use super::*;

const RECIPIENT: [u8; 16] = [1; 16];

fn gateway() -> AgreementKey {
    AgreementKey::from_chance([5; 32]).expect("a key")
}

fn carrier() -> AgreementKey {
    AgreementKey::from_chance([6; 32]).expect("a key")
}

fn fresh() -> Fresh {
    Fresh {
        secret: [7; 32],
        nonce: [8; 12],
    }
}

fn party(bytes: [u8; 16]) -> PartyId {
    PartyId::from_bytes(bytes)
}

fn number_of_nobody() -> Msisdn {
    Msisdn::parse("+12025550101").expect("reserved")
}

fn sealed(gateway: &AgreementKey) -> String {
    seal(number_of_nobody(), party(RECIPIENT), gateway.public(), fresh()).expect("sealed")
}

#[test]
fn the_gateway_opens_what_the_recipient_sealed() {
    let jwe = sealed(&gateway());
    let keys = [carrier(), gateway()];
    assert_eq!(open(&jwe, &keys, party(RECIPIENT)), Ok(number_of_nobody()));
    assert_eq!(open(&jwe, &keys[..1], party(RECIPIENT)), Err(NotOpened::Key));
    assert_eq!(
        open(&jwe, &keys, party([2; 16])),
        Err(NotOpened::Content),
        "carried off into another's ask"
    );
    let spliced = |into: [u8; 16]| open_as_spliced(&jwe, None, &keys, party(into));
    assert_eq!(spliced([2; 16]), Some((party(RECIPIENT), number_of_nobody())));
    assert_eq!(spliced(RECIPIENT), None, "it is where it belongs");
    assert_eq!(
        open_as_spliced(&jwe, None, &keys[..1], party([2; 16])),
        None,
        "another key"
    );
    assert!(!jwe.contains("12025550101"));
}

#[test]
fn what_is_inside_must_be_a_number() {
    let by = party(RECIPIENT).to_string();
    for text in [
        "+12025550101",
        "tel:12025550101",
        "tel:+12025550101 ",
        "ipport:192.0.2.1:80",
        "",
        "tel:+",
    ] {
        let label = Label {
            apu: by.as_bytes(),
            ..Label::default()
        };
        let jwe = seal_text(text.as_bytes(), &gateway().public().key, label, fresh()).expect("sealed");
        assert_eq!(
            open(&jwe, &[gateway()], party(RECIPIENT)),
            Err(NotOpened::Content),
            "{text}"
        );
    }
    let unsaid = seal_text(b"tel:+12025550101", &gateway().public().key, Label::default(), fresh()).expect("sealed");
    assert_eq!(open(&unsaid, &[gateway()], party(RECIPIENT)), Err(NotOpened::Content));
}

#[test]
fn a_hub_hands_on_the_key_and_no_number_of_its_own() {
    let jwe = sealed(&gateway());
    let key = hand_on(&jwe, &[gateway()], carrier().public(), fresh()).expect("the hub's subject");
    let at_carrier = |jwe: &str, key: &str| open_handed_on(jwe, key, &[carrier()], party(RECIPIENT));
    assert_eq!(at_carrier(&jwe, &key), Ok(number_of_nobody()));
    assert_eq!(
        open(&jwe, &[carrier()], party(RECIPIENT)),
        Err(NotOpened::Key),
        "without the key"
    );
    let other = Fresh {
        secret: [9; 32],
        ..fresh()
    };
    let invented = seal(
        Msisdn::parse("+12025550102").expect("reserved"),
        party(RECIPIENT),
        gateway().public(),
        other,
    );
    let invented = invented.expect("sealed");
    let invented_key = hand_on(&invented, &[gateway()], carrier().public(), fresh()).expect("handed on");
    assert_eq!(
        at_carrier(&jwe, &invented_key),
        Err(NotOpened::Key),
        "another text's key"
    );
    let no_key = seal_text(b"AAAA", &carrier().public().key, Label::default(), fresh()).expect("sealed");
    assert_eq!(at_carrier(&jwe, &no_key), Err(NotOpened::Content));
    assert!(
        hand_on(&jwe, &[carrier()], carrier().public(), fresh()).is_err(),
        "only whoever opens it can"
    );
}
