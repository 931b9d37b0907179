//! The bind against a small message centre of the tests' own, over real connections.

mod centre;
mod failover;
mod incoming;

use rusmpp::values::{Npi, Ton};
use rusmpp::{CommandId, Pdu};

use super::frame::StreamEnd;
use super::*;
use crate::clock::SystemClock;
use centre::Centre;

/// Settings for a centre at `address`.
pub(super) fn config(address: &str) -> SmppConfig {
    SmppConfig {
        addresses: vec![address.to_owned()],
        system_id: "wayleave".to_owned(),
        password: Secret::new("example".to_owned()),
        number: "+12025550100".to_owned(),
        window: 4,
        texts_per_second_max: None,
        enquire_link_s: 30,
        response_timeout_s: 2,
    }
}

struct NoChance;

impl Chance for NoChance {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

/// An inbox for binds that only send.
struct Deaf;

impl Inbox for Deaf {
    fn received<'a>(
        &'a self,
        _from: Msisdn,
        _text: String,
    ) -> Pin<Box<dyn Future<Output = Result<(), InboxError>> + Send + 'a>> {
        Box::pin(async { Err(InboxError("nobody listens".to_owned())) })
    }

    fn receipt<'a>(&'a self, _receipt: Receipt) -> Pin<Box<dyn Future<Output = Result<(), InboxError>> + Send + 'a>> {
        Box::pin(async { Ok(()) })
    }
}

fn start(config: &SmppConfig, inbox: Arc<dyn Inbox>) -> Arc<Bind> {
    let pace = Pace {
        first: Duration::from_millis(10),
        most: Duration::from_millis(40),
    };
    let bind = Bind::start(config, pace, Arc::new(SystemClock), Box::new(NoChance), inbox);
    Arc::new(bind.expect("good settings"))
}

fn phone() -> Msisdn {
    Msisdn::parse("+12025550101").expect("a reserved number")
}

fn in_an_hour() -> Timestamp {
    SystemClock.now().after(domain::time::Span::seconds(3600))
}

/// Sends in the background.
fn sending(bind: &Arc<Bind>, words: &str) -> JoinHandle<Result<Accepted, SendError>> {
    let (bind, words) = (Arc::clone(bind), words.to_owned());
    tokio::spawn(async move { bind.send(phone(), &words, in_an_hour()).await })
}

#[tokio::test]
async fn it_binds_in_both_directions_with_its_credentials() {
    let centre = Centre::start().await;
    let _bind = start(&config(&centre.address()), Arc::new(Deaf));
    let frame = centre.accept().await.next().await;
    assert_eq!(frame.sequence, 1);
    let Pdu::BindTransceiver(asked) = frame.pdu().expect("well formed") else {
        panic!("expected a bind_transceiver");
    };
    assert_eq!(
        (asked.system_id.as_str(), asked.password.as_str()),
        ("wayleave", "example")
    );
    assert_eq!(u8::from(asked.interface_version), 0x34);
}

#[tokio::test]
async fn every_part_is_submitted_in_order_and_accepted_before_ok() {
    let centre = Centre::start().await;
    let bind = start(&config(&centre.address()), Arc::new(Deaf));
    let sent = sending(&bind, &"Where is your phone? ".repeat(20));
    let mut peer = centre.bound().await;
    for number in 1..=3 {
        let (sequence, submit) = peer.submitted().await;
        assert_eq!(submit.short_message().as_ref()[..6], [5, 0, 3, 0, 3, number]);
        assert_eq!(u8::from(submit.esm_class), 0x40);
        assert_eq!(
            (submit.source_addr_ton, submit.source_addr_npi),
            (Ton::International, Npi::Isdn)
        );
        assert_eq!(submit.source_addr.as_str(), "12025550100");
        assert_eq!(
            (submit.dest_addr_ton, submit.dest_addr_npi),
            (Ton::International, Npi::Isdn)
        );
        assert_eq!(submit.destination_addr.as_str(), "12025550101");
        assert_eq!(u8::from(submit.registered_delivery), 1);
        let validity = submit.validity_period.as_str();
        assert!(
            validity.starts_with("0000000059") || validity == "000000010000000R",
            "{validity}"
        );
        assert!(!sent.is_finished());
        peer.answer(sequence, CommandStatus::EsmeRok).await;
    }
    assert!(sent.await.expect("no panic").is_ok());
}

#[tokio::test]
async fn a_refused_part_ends_the_text() {
    let centre = Centre::start().await;
    let bind = start(&config(&centre.address()), Arc::new(Deaf));
    let mut peer = centre.bound().await;
    for (status, error) in [
        (CommandStatus::EsmeRinvdstadr, SendError::Refused { status: 0x0B }),
        (CommandStatus::EsmeRsyserr, SendError::NotNow { status: 0x08 }),
    ] {
        let sent = sending(&bind, &"long ".repeat(50));
        let (sequence, _) = peer.submitted().await;
        peer.answer(sequence, status).await;
        assert_eq!(sent.await.expect("no panic"), Err(error));
    }
    assert!(SendError::Refused { status: 0x0B }.is_permanent());
    assert!(!SendError::NotNow { status: 0x08 }.is_permanent());
}

#[tokio::test]
async fn a_throttled_part_is_offered_again_and_not_for_ever() {
    let centre = Centre::start().await;
    let bind = start(&config(&centre.address()), Arc::new(Deaf));
    let mut peer = centre.bound().await;
    let sent = sending(&bind, "hello");
    for status in [
        CommandStatus::EsmeRthrottled,
        CommandStatus::EsmeRmsgqful,
        CommandStatus::EsmeRok,
    ] {
        let (sequence, _) = peer.submitted().await;
        peer.answer(sequence, status).await;
    }
    assert!(sent.await.expect("no panic").is_ok());
    let sent = sending(&bind, "hello");
    for _ in 0..=THROTTLED_MOST {
        let (sequence, _) = peer.submitted().await;
        peer.answer(sequence, CommandStatus::EsmeRthrottled).await;
    }
    assert_eq!(sent.await.expect("no panic"), Err(SendError::Throttled));
}

#[tokio::test]
async fn no_more_parts_than_the_window_are_unanswered() {
    let centre = Centre::start().await;
    let bind = start(&config(&centre.address()), Arc::new(Deaf));
    let mut peer = centre.bound().await;
    let sent: Vec<_> = (0..6).map(|_| sending(&bind, "hello")).collect();
    let mut unanswered = Vec::new();
    for _ in 0..4 {
        unanswered.push(peer.submitted().await.0);
    }
    let fifth = timeout(Duration::from_millis(100), peer.reader.next()).await;
    assert!(fifth.is_err(), "a fifth part was sent before an answer");
    for sequence in unanswered {
        peer.answer(sequence, CommandStatus::EsmeRok).await;
    }
    for _ in 0..2 {
        let (sequence, _) = peer.submitted().await;
        peer.answer(sequence, CommandStatus::EsmeRok).await;
    }
    for sent in sent {
        assert!(sent.await.expect("no panic").is_ok());
    }
}

#[tokio::test]
async fn a_broken_connection_is_told_and_made_again() {
    let centre = Centre::start().await;
    let bind = start(&config(&centre.address()), Arc::new(Deaf));
    let mut peer = centre.bound().await;
    let sent = sending(&bind, "hello");
    peer.submitted().await;
    drop(peer);
    assert_eq!(sent.await.expect("no panic"), Err(SendError::Lost));
    let again = sending(&bind, "hello");
    let mut peer = centre.bound().await;
    let (sequence, _) = peer.submitted().await;
    peer.answer(sequence, CommandStatus::EsmeRok).await;
    assert!(again.await.expect("no panic").is_ok());
}

#[tokio::test]
async fn silence_is_noticed_for_texts_and_for_the_link() {
    let centre = Centre::start().await;
    let mut config = config(&centre.address());
    (config.enquire_link_s, config.response_timeout_s) = (1, 1);
    let bind = start(&config, Arc::new(Deaf));
    let mut peer = centre.bound().await;
    assert_eq!(bind.send(phone(), "hello", in_an_hour()).await, Err(SendError::Late));
    peer.submitted().await;
    assert_eq!(peer.next().await.id, CommandId::EnquireLink);
    // Not answered: the connection is given up, and another made.
    assert_eq!(peer.end().await, StreamEnd::Closed);
    centre.bound().await;
}

#[tokio::test]
async fn a_refused_bind_is_tried_again() {
    let centre = Centre::start().await;
    let bind = start(&config(&centre.address()), Arc::new(Deaf));
    let mut peer = centre.accept().await;
    let frame = peer.next().await;
    let answer = Pdu::BindTransceiverResp(rusmpp::pdus::BindTransceiverResp::default());
    peer.send(CommandStatus::EsmeRbindfail, frame.sequence, answer).await;
    assert_eq!(peer.end().await, StreamEnd::Closed);
    assert!(!bind.is_bound());
    let _peer = centre.bound().await;
    let mut links = bind.links.subscribe();
    let any = |links: &Links| links.iter().any(Option::is_some);
    links.wait_for(any).await.expect("bound");
}

#[tokio::test]
async fn a_text_without_a_bind_or_without_time_is_not_sent() {
    let mut config = config("127.0.0.1:1");
    config.response_timeout_s = 1;
    let bind = start(&config, Arc::new(Deaf));
    assert_eq!(
        bind.send(phone(), "hello", in_an_hour()).await,
        Err(SendError::NotBound)
    );
    assert_eq!(
        bind.send(phone(), "hello", SystemClock.now()).await,
        Err(SendError::Expired)
    );
    assert_eq!(bind.send(phone(), "", in_an_hour()).await, Err(SendError::Unsendable));
    assert_eq!(
        bind.send(phone(), &"x".repeat(5_000), in_an_hour()).await,
        Err(SendError::Unsendable)
    );
}

#[tokio::test]
async fn shutting_down_finishes_what_was_begun_and_unbinds() {
    let centre = Centre::start().await;
    let bind = start(&config(&centre.address()), Arc::new(Deaf));
    let mut peer = centre.bound().await;
    let sent = sending(&bind, "hello");
    let (sequence, _) = peer.submitted().await;
    let leaving = tokio::spawn({
        let bind = Arc::clone(&bind);
        async move { bind.shut_down().await }
    });
    let early = timeout(Duration::from_millis(100), peer.reader.next()).await;
    assert!(early.is_err(), "it said goodbye before its text was answered");
    peer.answer(sequence, CommandStatus::EsmeRok).await;
    assert!(sent.await.expect("no panic").is_ok());
    let goodbye = peer.next().await;
    assert_eq!(goodbye.id, CommandId::Unbind);
    peer.send(CommandStatus::EsmeRok, goodbye.sequence, Pdu::UnbindResp)
        .await;
    assert_eq!(peer.end().await, StreamEnd::Closed);
    leaving.await.expect("no panic");
    assert_eq!(
        bind.send(phone(), "hello", in_an_hour()).await,
        Err(SendError::NotBound)
    );
}
