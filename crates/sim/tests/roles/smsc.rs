//! The message centre over real sockets, with a small SMPP client.

use crate::common::{call, common as told, eventually, get, ledger, ready};
use serde_json::{Value, json};
use sim::life::Running;
use sim::smpp::pdu::{Address, Bind, Body, Message};
use sim::smpp::{Command, Pdu, Status, long};
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const GATEWAY: &str = "+12025550199";
const PHONE: &str = "+12025550101";

async fn start(dir: &Path) -> Running {
    let password_file = dir.join("password");
    std::fs::write(&password_file, "secret\n").unwrap();
    let options = sim::smsc::Options {
        common: told(&dir.join("smsc")),
        smpp: "127.0.0.1:0".parse().unwrap(),
        system_id: "gateway".into(),
        password_file,
    };
    sim::smsc::start(options).await.unwrap()
}

struct Client {
    stream: TcpStream,
    sequence: u32,
}

impl Client {
    async fn connect(centre: &Running) -> Self {
        Self {
            stream: TcpStream::connect(ready(centre, "smpp")).await.unwrap(),
            sequence: 0,
        }
    }

    async fn bound(centre: &Running) -> Self {
        let mut client = Self::connect(centre).await;
        assert_eq!(
            client.bind(Command::BindTransceiver, "gateway", "secret").await,
            Status::OK
        );
        client
    }

    async fn bind(&mut self, command: Command, system_id: &str, password: &str) -> Status {
        let bind = Bind {
            system_id: system_id.into(),
            password: password.into(),
        };
        self.exchange(Body::Bind(command, bind)).await.status
    }

    async fn put(&mut self, pdu: Pdu) {
        self.stream.write_all(&pdu.encode()).await.unwrap();
    }

    async fn exchange(&mut self, body: Body) -> Pdu {
        self.sequence += 1;
        self.put(Pdu::new(self.sequence, body)).await;
        self.take().await.unwrap()
    }

    /// The next PDU; `None` when the centre hangs up.
    async fn take(&mut self) -> Option<Pdu> {
        let read = async {
            let mut bytes = vec![0; 4];
            self.stream.read_exact(&mut bytes).await.ok()?;
            bytes.resize(u32::from_be_bytes(bytes[..4].try_into().unwrap()) as usize, 0);
            self.stream.read_exact(&mut bytes[4..]).await.ok()?;
            Some(Pdu::decode(&bytes).unwrap())
        };
        tokio::time::timeout(Duration::from_secs(5), read)
            .await
            .expect("the centre said nothing for five seconds")
    }

    async fn delivered(&mut self) -> (u32, Message) {
        match self.take().await {
            Some(Pdu {
                sequence,
                body: Body::DeliverSm(message),
                ..
            }) => (sequence, message),
            other => panic!("expected deliver_sm, found {other:?}"),
        }
    }

    async fn submit(&mut self, to: &str, text: &str, registered_delivery: u8) -> Pdu {
        let (source, destination) = (Address::international(GATEWAY), Address::international(to));
        let mut last = None;
        for mut message in long::messages(&source, &destination, text, 7) {
            message.registered_delivery = registered_delivery;
            last = Some(self.exchange(Body::SubmitSm(message)).await);
        }
        last.unwrap()
    }
}

async fn inbox(centre: &Running, number: &str) -> Vec<Value> {
    get(&format!("{}/inbox/{number}", ready(centre, "control")))
        .await
        .as_array()
        .unwrap()
        .clone()
}

async fn reply(centre: &Running, text: &str) {
    let body = json!({"from": PHONE, "text": text});
    call("POST", &format!("{}/reply", ready(centre, "control")), &body).await;
}

async fn behave(centre: &Running, change: Value) {
    call("PUT", &format!("{}/behaviour", ready(centre, "control")), &change).await;
}

#[tokio::test]
async fn only_its_peer_may_bind_and_only_the_bound_may_send() {
    let dir = tempfile::tempdir().unwrap();
    let centre = start(dir.path()).await;
    let mut client = Client::connect(&centre).await;
    assert_eq!(client.submit(PHONE, "x", 0).await.status, Status::INVALID_BIND_STATUS);
    assert_eq!(
        client.bind(Command::BindTransceiver, "gateway", "guess").await,
        Status::INVALID_PASSWORD
    );
    let mut client = Client::connect(&centre).await;
    assert_eq!(
        client.bind(Command::BindTransceiver, "other", "secret").await,
        Status::INVALID_SYSTEM_ID
    );
    let mut client = Client::connect(&centre).await;
    assert_eq!(
        client.bind(Command::BindReceiver, "gateway", "secret").await,
        Status::OK
    );
    assert_eq!(
        client.bind(Command::BindReceiver, "gateway", "secret").await,
        Status::ALREADY_BOUND
    );
    assert_eq!(client.submit(PHONE, "x", 0).await.status, Status::INVALID_BIND_STATUS);
    assert_eq!(client.exchange(Body::EnquireLink).await.body, Body::EnquireLinkResponse);
    assert_eq!(client.exchange(Body::Unbind).await.body, Body::UnbindResponse);
    assert_eq!(client.take().await, None);
    assert!(inbox(&centre, PHONE).await.is_empty());
}

#[tokio::test]
async fn long_texts_arrive_whole_and_survive_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let centre = start(dir.path()).await;
    let mut client = Client::bound(&centre).await;
    let text = format!(
        "Aster Roadside Help asks {} http://127.0.0.1:1/c/x {{€}}",
        "where ".repeat(40)
    );
    let answer = client.submit(PHONE, &text, 0).await;
    assert!(matches!(answer.body, Body::SubmitSmResponse(id) if !id.is_empty()));
    let received = inbox(&centre, "12025550101").await;
    assert_eq!(
        (received.len(), &received[0]["text"], &received[0]["from"]),
        (1, &json!(text), &json!(GATEWAY))
    );

    let again = start(dir.path()).await;
    assert_eq!(inbox(&again, PHONE).await, received);
}

#[tokio::test]
async fn a_reply_is_repeated_until_it_is_answered_also_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let centre = start(dir.path()).await;
    behave(&centre, json!({"redeliver_ms": 100})).await;
    let mut client = Client::bound(&centre).await;
    client.submit(PHONE, "answer?", 0).await;
    reply(&centre, "YES 4821").await;
    let (_, first) = client.delivered().await;
    assert_eq!(
        (
            first.source.shown(),
            first.destination.shown(),
            first.payload.as_slice()
        ),
        (PHONE.into(), GATEWAY.into(), &b"YES 4821"[..])
    );
    let (sequence, second) = client.delivered().await;
    assert_eq!(second, first);
    // A temporary refusal (ESME_RX_T_APPN) leads to another attempt.
    client
        .put(Pdu {
            status: Status(0x64),
            sequence,
            body: Body::DeliverSmResponse,
        })
        .await;
    client.delivered().await;
    drop(client);

    let again = start(dir.path()).await;
    let mut client = Client::bound(&again).await;
    let (sequence, third) = client.delivered().await;
    assert_eq!(third, first);
    client.put(Pdu::new(sequence, Body::DeliverSmResponse)).await;
    eventually("the answer in the ledger", async || {
        ledger(&again)
            .await
            .iter()
            .any(|line| line["kind"] == "reply-answered")
            .then_some(())
    })
    .await;
    drop(client);
    let third = start(dir.path()).await;
    let mut client = Client::bound(&third).await;
    let silence = tokio::time::timeout(Duration::from_millis(400), client.take()).await;
    assert!(silence.is_err(), "an answered reply came again");
}

#[tokio::test]
async fn receipts_say_what_happened() {
    let dir = tempfile::tempdir().unwrap();
    let centre = start(dir.path()).await;
    behave(&centre, json!({"receipt_ms": 0})).await;
    let mut client = Client::bound(&centre).await;
    for (receipt, word, texts) in [("DELIVRD", "DELIVRD", 1), ("UNDELIV", "UNDELIV", 1)] {
        behave(&centre, json!({"receipt": receipt})).await;
        let answer = client.submit(PHONE, "x", 1).await;
        let Body::SubmitSmResponse(id) = answer.body else {
            panic!("expected submit_sm_resp")
        };
        let (sequence, message) = client.delivered().await;
        client.put(Pdu::new(sequence, Body::DeliverSmResponse)).await;
        let text = String::from_utf8(message.payload).unwrap();
        assert!(
            text.starts_with(&format!("id:{id} ")) && text.contains(&format!("stat:{word}")),
            "{text}"
        );
        assert_eq!(message.esm_class & 0x3C, 0x04);
        assert_eq!(inbox(&centre, PHONE).await.len(), texts);
    }
}

#[tokio::test]
async fn throttles_duplicates_and_goes_away_on_demand() {
    let dir = tempfile::tempdir().unwrap();
    let centre = start(dir.path()).await;
    let mut client = Client::bound(&centre).await;
    behave(&centre, json!({"throttle": true})).await;
    assert_eq!(client.submit(PHONE, "x", 0).await.status, Status::THROTTLED);
    behave(&centre, json!({"throttle": false, "twice": true})).await;
    client.submit(PHONE, "x", 0).await;
    reply(&centre, "STOP").await;
    for _ in 0..2 {
        let (sequence, message) = client.delivered().await;
        assert_eq!(message.payload, b"STOP");
        client.put(Pdu::new(sequence, Body::DeliverSmResponse)).await;
    }
    behave(&centre, json!({"down": true})).await;
    assert_eq!(client.take().await, None);
    assert_eq!(Client::connect(&centre).await.take().await, None);
    behave(&centre, json!({"down": false})).await;
    Client::bound(&centre).await;
}

#[tokio::test]
async fn nonsense_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let centre = start(dir.path()).await;
    let mut client = Client::bound(&centre).await;
    client
        .stream
        .write_all(&[0, 0, 0, 16, 0, 0, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0, 9])
        .await
        .unwrap();
    let nack = client.take().await.unwrap();
    assert_eq!(
        nack,
        Pdu {
            status: Status::INVALID_COMMAND_ID,
            sequence: 9,
            body: Body::GenericNack
        }
    );
    assert_eq!(client.submit("+0", "x", 0).await.status, Status::INVALID_DESTINATION);
    client.stream.write_all(&[0xFF; 16]).await.unwrap();
    assert_eq!(client.take().await.unwrap().status, Status::INVALID_COMMAND_LENGTH);
    assert_eq!(client.take().await, None);
}
