//! The conversation against replies that are settled by a list.

use std::collections::VecDeque;

use super::*;
use crate::clock::SystemClock;

/// Settles as it is told to, and remembers what it was asked.
#[derive(Default)]
struct Desk {
    outcomes: Mutex<VecDeque<Option<Replied>>>,
    settled: Mutex<Vec<Word>>,
    texts: Mutex<Vec<String>>,
    text_failures: Mutex<u32>,
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

fn desk(outcomes: impl IntoIterator<Item = Option<Replied>>) -> (Arc<Desk>, Conversation) {
    let desk = Arc::new(Desk {
        outcomes: Mutex::new(outcomes.into_iter().collect()),
        ..Desk::default()
    });
    let voice = Voice {
        name: "Aster Wayleave".to_owned(),
        help: String::new(),
        locale: Locale::English,
    };
    let conversation = Conversation::new(desk.clone(), Arc::new(SystemClock), voice);
    (desk, conversation)
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
