//! The page in Rust, compiled in as it stands.

use domain::ask::Question;
use domain::number::Msisdn;
use domain::purpose::Purpose;
use domain::time::Timestamp;
use wire::asks::Wish;
use wire::asks::opened::{NotBelieved, OpenedTold};
use wire::asks::subject;
use wire::jose::SigningKey;
use wire::jose::signed_ask::UnverifiedAsk;

use crate::{AREA, GATEWAY, JTI, NUMBER, agreement, answered, fresh, journal, party, receipt};
use recipient::{Gateway, Once, Recipient};

#[path = "../../../../docs/partners/recipient.rs"]
mod recipient;

pub fn asks_and_opens() {
    let recipient = Recipient {
        id: party(1),
        signing: SigningKey::ed25519_from_chance([4; 32]).expect("a key"),
        sealing: vec![agreement(1)],
    };
    let gateway = Gateway {
        issuer: GATEWAY.to_owned(),
        key: agreement(5).public().clone(),
        journal: journal::verifier(),
    };
    let once = Once {
        fresh: fresh(),
        jti: JTI.to_owned(),
        now: Timestamp::from_unix_seconds(1_800_000_000),
    };
    let wish = Wish::Question(Question::Retrieve {
        max_age: None,
        max_surface: None,
    });
    let number = Msisdn::parse(NUMBER).expect("reserved");
    let text = recipient
        .ask(&gateway, number, Purpose::RequestedServiceProvision, &wish, &[], &once)
        .expect("signed");
    let keys = [recipient.signing.public().clone()];
    let ask = UnverifiedAsk::parse(&text).and_then(|ask| ask.verify(&keys, &[GATEWAY], once.now));
    let ask = ask.expect("genuine");
    assert_eq!(subject::open(&ask.subject, &[agreement(5)], party(1)), Ok(number));

    let sealed = answered(AREA, &receipt(AREA));
    let gateways = [gateway];
    let opened = recipient.open(&sealed, JTI, &gateways).expect("believed");
    assert!(matches!(opened.told, OpenedTold::Answered { .. }));
    assert_eq!(
        recipient.open(&sealed, "a-2", &gateways).err(),
        Some(NotBelieved::OtherAsk)
    );
    assert_eq!(recipient.open(&sealed, JTI, &[]).err(), Some(NotBelieved::Elsewhere));
}
