//! The conversation against replies that are settled by a list.

mod table;

use std::collections::VecDeque;

use super::*;
use crate::clock::SystemClock;
use crate::messages::outbox::OutboxError;
use crate::messages::smpp::{MessageId, State};
use crate::store::outbox::submitted::Submitted;

/// Settles as it is told to, and remembers what it was asked.
#[derive(Default)]
struct Desk {
    outcomes: Mutex<VecDeque<Option<Replied>>>,
    settled: Mutex<Vec<Word>>,
    texts: Mutex<Vec<String>>,
    text_failures: Mutex<u32>,
    /// What the ledger finds, look by look, the last first.
    notes: Mutex<Vec<Option<Submitted>>>,
    ends: Mutex<Vec<(i64, bool)>>,
    closed: Mutex<Vec<ConsentId>>,
    heard: Mutex<String>,
    open: Mutex<Vec<OpenQuestion>>,
    language: Mutex<Option<Locale>>,
    refused: Mutex<Vec<ConsentId>>,
}

impl Replies for Desk {
    fn settle(&self, _from: Msisdn, word: Word) -> Wait<'_, Result<Replied, StoreError>> {
        Box::pin(async move {
            self.settled.lock().expect("unpoisoned").push(word);
            let outcome = self.outcomes.lock().expect("unpoisoned").pop_front().flatten();
            outcome.ok_or_else(|| StoreError::Failed("the disk is full".to_owned()))
        })
    }

    fn text(&self, _to: Msisdn, words: String, until: Timestamp) -> Wait<'_, Result<(), StoreError>> {
        Box::pin(async move {
            assert!(until > SystemClock.now());
            let mut failures = self.text_failures.lock().expect("unpoisoned");
            if *failures > 0 {
                *failures -= 1;
                return Err(StoreError::Failed("the disk is full".to_owned()));
            }
            self.texts.lock().expect("unpoisoned").push(words);
            Ok(())
        })
    }
}

impl Ledger for Desk {
    fn submitted(&self, receipt: &Receipt) -> Result<Option<Submitted>, OutboxError> {
        let mut notes = self.notes.lock().expect("unpoisoned");
        // The first look is before the note.
        let found = notes.pop().filter(|_| receipt.id.is_some());
        Ok(found.flatten())
    }

    fn settled(&self, submitted: Submitted, lost: bool) -> Result<(), OutboxError> {
        self.ends.lock().expect("unpoisoned").push((submitted.part, lost));
        Ok(())
    }

    fn was_heard(&self, _from: Msisdn, said: &str) -> Result<bool, OutboxError> {
        Ok(*self.heard.lock().expect("unpoisoned") == said)
    }

    fn hear(&self, _from: Msisdn, said: &str) -> Result<(), OutboxError> {
        said.clone_into(&mut self.heard.lock().expect("unpoisoned"));
        Ok(())
    }
}

impl Conversant for Desk {
    fn open(&self, _from: Msisdn) -> Wait<'_, Result<Vec<OpenQuestion>, StoreError>> {
        Box::pin(async { Ok(self.open.lock().expect("unpoisoned").clone()) })
    }

    fn sight(&self, _from: Msisdn) -> Wait<'_, Result<Sight, StoreError>> {
        Box::pin(async { Ok(Sight::default()) })
    }

    fn language(&self, _from: Msisdn) -> Wait<'_, Result<Option<Locale>, StoreError>> {
        Box::pin(async { Ok(*self.language.lock().expect("unpoisoned")) })
    }

    fn refuse(&self, _from: Msisdn, consent: ConsentId) -> Wait<'_, Result<Replied, StoreError>> {
        Box::pin(async move {
            self.refused.lock().expect("unpoisoned").push(consent);
            Ok(Replied::Refused(consent))
        })
    }
}

impl Aftermath for Desk {
    fn undelivered(&self, question: ConsentId) -> Wait<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.closed.lock().expect("unpoisoned").push(question);
            Ok(())
        })
    }

    fn opted_out(&self, _from: Msisdn) -> Wait<'_, Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }
}

fn desk(outcomes: impl IntoIterator<Item = Option<Replied>>) -> (Arc<Desk>, Conversation) {
    let desk = Arc::new(Desk {
        outcomes: Mutex::new(outcomes.into_iter().collect()),
        ..Desk::default()
    });
    let conversation = restarted(&desk);
    (desk, conversation)
}

/// The same people and the same store, and nothing in memory.
fn restarted(desk: &Arc<Desk>) -> Conversation {
    let voice = Voice {
        name: "Aster Wayleave".to_owned(),
        help: String::new(),
        locale: Locale::English,
        zone: TimeZone::UTC,
    };
    let ends = Ends {
        replies: desk.clone(),
        conversant: desk.clone(),
        ledger: desk.clone(),
        aftermath: desk.clone(),
    };
    Conversation::new(ends, Arc::new(SystemClock), voice)
}

fn consent() -> ConsentId {
    ConsentId::new(Timestamp::from_unix_ms(0), [0; 10])
}

async fn says(conversation: &Conversation, text: &str) -> Result<(), InboxError> {
    let from = Msisdn::parse("+12025550101").expect("a reserved number");
    conversation.received(from, text.to_owned()).await
}

impl Desk {
    fn texts(&self) -> Vec<String> {
        self.texts.lock().expect("unpoisoned").clone()
    }
}

#[tokio::test]
async fn each_word_is_settled_and_answered_once() {
    let outcomes = [
        Replied::Given(consent()),
        Replied::Refused(consent()),
        Replied::Stopped(2),
    ];
    let (desk, conversation) = desk(outcomes.map(Some));
    for text in ["Yes please 4821", "no", "stop!!"] {
        says(&conversation, text).await.expect("dealt with");
    }
    let settled = desk.settled.lock().expect("unpoisoned").clone();
    assert_eq!(settled, [Word::Yes("4821".to_owned()), Word::No, Word::Stop]);
    let texts = desk.texts();
    assert_eq!(texts.len(), 3);
    for (text, words) in texts.iter().zip(["You agreed", "You said no", "Stopped"]) {
        assert!(text.starts_with(&format!("Aster Wayleave: {words}")), "{text}");
    }
}

#[tokio::test]
async fn help_and_unclear_texts_change_nothing() {
    let (desk, conversation) = desk([]);
    for text in ["HELP", "what now?"] {
        says(&conversation, text).await.expect("dealt with");
    }
    assert!(desk.settled.lock().expect("unpoisoned").is_empty());
    assert_eq!(desk.texts().len(), 2);
}

#[tokio::test]
async fn a_store_that_fails_has_the_text_come_again() {
    let (desk, conversation) = desk([None, Some(Replied::Stopped(1))]);
    assert!(says(&conversation, "STOP").await.is_err());
    assert!(desk.texts().is_empty());
    says(&conversation, "STOP").await.expect("dealt with");
    assert_eq!(desk.texts().len(), 1);
}

#[tokio::test]
async fn a_text_that_is_brought_twice_is_answered_once() {
    let outcomes = [
        Replied::Given(consent()),
        Replied::NothingOpen,
        Replied::Stopped(1),
        Replied::Stopped(0),
    ];
    let (desk, conversation) = desk(outcomes.map(Some));
    for text in ["YES 4821", "YES 4821", "STOP", "STOP"] {
        says(&conversation, text).await.expect("dealt with");
    }
    assert_eq!(desk.settled.lock().expect("unpoisoned").len(), 4);
    assert_eq!(desk.texts().len(), 2);
}

#[tokio::test]
async fn a_confirmation_that_could_not_be_queued_is_given_the_next_time() {
    let (desk, conversation) = desk([Some(Replied::Given(consent())), Some(Replied::NothingOpen)]);
    *desk.text_failures.lock().expect("unpoisoned") = 1;
    assert!(says(&conversation, "YES 4821").await.is_err());
    says(&conversation, "YES 4821").await.expect("dealt with");
    let texts = desk.texts();
    assert_eq!(texts.len(), 1);
    assert!(texts[0].starts_with("Aster Wayleave: You agreed"), "{}", texts[0]);
}

fn receipt(state: State, id: &str) -> Receipt {
    Receipt {
        state,
        id: MessageId::new(id),
        phone: None,
    }
}

#[tokio::test]
async fn a_question_whose_text_is_lost_is_closed_also_when_its_receipt_is_faster_than_the_note() {
    let (desk, conversation) = desk([]);
    let part = |question| Submitted {
        text: 3,
        part: 2,
        question,
    };
    desk.notes
        .lock()
        .expect("unpoisoned")
        .extend([Some(part(Some(consent()))), None]);
    conversation
        .receipt(receipt(State::Undeliverable, "7"))
        .await
        .expect("taken");
    assert_eq!(*desk.closed.lock().expect("unpoisoned"), [consent()]);
    desk.notes
        .lock()
        .expect("unpoisoned")
        .extend([Some(part(None)), Some(part(Some(consent())))]);
    conversation
        .receipt(receipt(State::Delivered, "7"))
        .await
        .expect("taken");
    conversation.receipt(receipt(State::Expired, "7")).await.expect("taken");
    conversation.receipt(receipt(State::Enroute, "7")).await.expect("taken");
    assert_eq!(desk.closed.lock().expect("unpoisoned").len(), 1);
    assert_eq!(
        *desk.ends.lock().expect("unpoisoned"),
        [(2, true), (2, false), (2, true)]
    );
}

fn two_open() -> Vec<OpenQuestion> {
    let question = |byte, company: &str, code| OpenQuestion {
        consent: ConsentId::from_bytes([byte; 16]),
        company: company.to_owned(),
        code: Code::parse(code).expect("four digits"),
        by_reply: true,
        locale: Locale::English,
    };
    vec![
        question(1, "Aster Roadside Help", "4821"),
        question(2, "Harbour Bank", "0007"),
    ]
}

#[tokio::test]
async fn two_open_questions_never_share_an_answer() {
    let (desk, conversation) = desk([Some(Replied::Ambiguous)]);
    *desk.open.lock().expect("unpoisoned") = two_open();
    for text in ["no", "yes", "NO 0007"] {
        says(&conversation, text).await.expect("dealt with");
    }
    let texts = desk.texts();
    for text in &texts[..2] {
        assert!(
            text.contains("Aster Roadside Help: reply YES 4821 or NO 4821. Harbour Bank: reply YES 0007"),
            "{text}"
        );
    }
    assert_eq!(
        *desk.refused.lock().expect("unpoisoned"),
        [ConsentId::from_bytes([2; 16])]
    );
    assert!(texts[2].contains("You said no"), "{}", texts[2]);
    assert_eq!(*desk.settled.lock().expect("unpoisoned"), [Word::No]);
}

#[tokio::test]
async fn a_text_that_is_brought_again_after_a_restart_is_not_confirmed_again() {
    let (desk, conversation) = desk([
        Some(Replied::Given(consent())),
        Some(Replied::NothingOpen),
        Some(Replied::Stopped(0)),
    ]);
    says(&conversation, "YES 4821").await.expect("dealt with");
    let (after, later) = (desk.clone(), restarted(&desk));
    says(&later, "yes, 4821!").await.expect("dealt with");
    assert_eq!(after.texts().len(), 1);
    says(&later, "STOP").await.expect("dealt with");
    let latest = restarted(&desk);
    *desk.outcomes.lock().expect("unpoisoned") = [Some(Replied::Stopped(0))].into();
    says(&latest, "stop.").await.expect("dealt with");
    assert_eq!(after.texts().len(), 2);
    says(&latest, "HELP").await.expect("dealt with");
    assert_eq!(after.texts().len(), 3);
}

#[tokio::test]
async fn people_are_answered_in_their_language() {
    let (desk, conversation) = desk([Some(Replied::Stopped(1)), Some(Replied::Stopped(1))]);
    says(&conversation, "AYUDA").await.expect("dealt with");
    says(&conversation, "STOP").await.expect("dealt with");
    *desk.language.lock().expect("unpoisoned") = Some(Locale::Spanish);
    says(&conversation, "stop").await.expect("dealt with");
    says(&conversation, "who").await.expect("dealt with");
    says(&conversation, "¿quién?").await.expect("dealt with");
    let begins = ["Este servicio le pregunta", "Stopped.", "Terminado.", "Nobody can see"];
    for (text, begin) in desk.texts().iter().zip(begins) {
        assert!(text.starts_with(&format!("Aster Wayleave: {begin}")), "{text}");
    }
}
