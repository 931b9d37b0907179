//! Several addresses of one centre, names of messages, and the pace.

use rusmpp::pdus::SubmitSmResp;
use rusmpp::types::COctetString;
use rusmpp::values::Ton;

use super::centre::{Centre, Peer, message};
use super::*;

/// Takes a part under a name.
async fn take(peer: &mut Peer, name: &str) {
    let (sequence, _) = peer.submitted().await;
    let name = COctetString::from_string(name.to_owned()).expect("short");
    let answer = Pdu::SubmitSmResp(SubmitSmResp::new(name, Vec::new()));
    peer.send(CommandStatus::EsmeRok, sequence, answer).await;
}

/// Waits until so many binds stand.
async fn standing(bind: &Bind, count: usize) {
    let mut links = bind.links.subscribe();
    let stand = |links: &Links| links.iter().flatten().count() == count;
    let stood = timeout(Duration::from_secs(5), links.wait_for(stand)).await;
    assert!(stood.is_ok(), "not {count} binds");
}

#[tokio::test]
async fn texts_go_over_the_first_address_that_stands() {
    let (first, second) = (Centre::start().await, Centre::start().await);
    let mut config = config(&first.address());
    config.addresses.push(second.address());
    let bind = start(&config, Arc::new(Deaf));
    let (mut preferred, mut other) = (first.bound().await, second.bound().await);
    standing(&bind, 2).await;
    let sent = sending(&bind, "hello");
    take(&mut preferred, "a1").await;
    assert_eq!(sent.await.expect("no panic"), Ok(Accepted(vec![MessageId::new("a1")])));
    drop(preferred);
    standing(&bind, 1).await;
    let sent = sending(&bind, "hello again");
    take(&mut other, "b1").await;
    assert!(sent.await.expect("no panic").is_ok());
    // It comes back, and is preferred again.
    let mut preferred = first.bound().await;
    standing(&bind, 2).await;
    let sent = sending(&bind, "and again");
    take(&mut preferred, "a2").await;
    assert!(sent.await.expect("no panic").is_ok());
    assert!(bind.is_bound());
}

#[tokio::test]
async fn the_parts_of_a_long_text_may_come_over_several_binds() {
    let ear = Arc::new(super::incoming::Ear::default());
    let (first, second) = (Centre::start().await, Centre::start().await);
    let mut config = config(&first.address());
    config.addresses.push(second.address());
    let _bind = start(&config, ear.clone());
    let (mut one, mut other) = (first.bound().await, second.bound().await);
    let part = |octets: &[u8]| message((Ton::International, "12025550101"), 0x40, octets);
    let late = part(b"\x05\x00\x03\x2a\x02\x02OP now");
    let early = part(b"\x05\x00\x03\x2a\x02\x01please ST");
    assert_eq!(other.deliver(1, late).await, CommandStatus::EsmeRok);
    assert_eq!(one.deliver(1, early).await, CommandStatus::EsmeRok);
    assert_eq!(ear.heard(), ["please STOP now"]);
}

#[tokio::test]
async fn names_are_kept_part_by_part_and_may_be_missing() {
    let centre = Centre::start().await;
    let bind = start(&config(&centre.address()), Arc::new(Deaf));
    let mut peer = centre.bound().await;
    let sent = sending(&bind, &"Where is your phone? ".repeat(20));
    take(&mut peer, "0A1").await;
    take(&mut peer, "").await;
    // An answer that is nothing but its header.
    let (sequence, _) = peer.submitted().await;
    let mut bare = vec![0, 0, 0, 16, 0x80, 0, 0, 4, 0, 0, 0, 0];
    bare.extend(sequence.to_be_bytes());
    peer.bytes(&bare).await;
    let accepted = sent.await.expect("no panic").expect("accepted");
    assert_eq!(accepted.0, [MessageId::new("a1"), None, None]);
}

#[tokio::test]
async fn no_second_holds_more_parts_than_allowed() {
    let centre = Centre::start().await;
    let mut config = config(&centre.address());
    config.texts_per_second_max = Some(3);
    let bind = start(&config, Arc::new(Deaf));
    let mut peer = centre.bound().await;
    let sent: Vec<_> = (0..4).map(|_| sending(&bind, "hello")).collect();
    for _ in 0..3 {
        take(&mut peer, "").await;
    }
    let fourth = timeout(Duration::from_millis(300), peer.reader.next()).await;
    assert!(fourth.is_err(), "a fourth part within the second");
    take(&mut peer, "").await;
    for sent in sent {
        assert!(sent.await.expect("no panic").is_ok());
    }
}

#[tokio::test]
async fn who_is_asked_for_fewer_holds_back_everything() {
    let centre = Centre::start().await;
    let pace = Pace {
        first: Duration::from_millis(500),
        most: Duration::from_millis(500),
    };
    let bind = Bind::start(
        &config(&centre.address()),
        pace,
        Arc::new(SystemClock),
        Box::new(NoChance),
        Arc::new(Deaf),
    );
    let bind = Arc::new(bind.expect("good settings"));
    let mut peer = centre.bound().await;
    let throttled = sending(&bind, "one");
    let (sequence, _) = peer.submitted().await;
    peer.answer(sequence, CommandStatus::EsmeRthrottled).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let other = sending(&bind, "two");
    let early = timeout(Duration::from_millis(200), peer.reader.next()).await;
    assert!(
        early.is_err(),
        "another part was sent although the centre asked for fewer"
    );
    take(&mut peer, "").await;
    take(&mut peer, "").await;
    assert!(throttled.await.expect("no panic").is_ok() && other.await.expect("no panic").is_ok());
}
