//! What was said to whom a moment ago, so that a text that comes twice is answered once, and two machines that answer
//! each other fall silent. It is kept in memory only: after a restart one answer too many may leave.

use std::collections::BTreeMap;

use domain::number::Msisdn;
use domain::time::{Span, Timestamp};
use wire::sms::reply::Reply;

/// The same words within this time are the same text, brought again.
const AGAIN: Span = Span::seconds(60);

/// Hints to one number are counted over this time.
const HINTS_OVER: Span = Span::seconds(60 * 60);

/// How many hints a number gets in that time.
const HINTS_MOST: usize = 5;

/// How many numbers are remembered; the one that was silent longest is forgotten.
const PEOPLE_MOST: usize = 20_000;

/// How much it matters that an answer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// It confirms a change, and is always given.
    Change,
    /// It confirms a STOP that found nothing to end; not given twice in a moment.
    Stop,
    /// It explains something; not given twice in a moment, and only so often in an hour.
    Hint,
}

#[derive(Default)]
struct Person {
    last: Option<(Reply, Timestamp)>,
    hints: Vec<Timestamp>,
    owed: Option<(Reply, String)>,
}

/// What was said lately.
#[derive(Default)]
pub(super) struct Recent {
    people: BTreeMap<[u8; 8], Person>,
}

impl Recent {
    /// The words to answer with: those given, those owed from the first time that this text came, or none.
    pub(super) fn choose(
        &mut self,
        from: Msisdn,
        said: Reply,
        words: String,
        weight: Weight,
        now: Timestamp,
    ) -> Option<String> {
        self.make_room(from);
        let person = self.people.entry(from.to_bytes()).or_default();
        let again = person
            .last
            .as_ref()
            .is_some_and(|(last, at)| *last == said && now.since(*at) < AGAIN);
        if weight != Weight::Change
            && let Some((_, owed)) = person.owed.take_if(|(first, _)| *first == said)
        {
            return Some(owed);
        }
        person.hints.retain(|at| now.since(*at) < HINTS_OVER);
        let speak = match weight {
            Weight::Change => true,
            Weight::Stop => !again,
            Weight::Hint => !again && person.hints.len() < HINTS_MOST,
        };
        if !speak {
            return None;
        }
        if weight == Weight::Hint {
            person.hints.push(now);
        }
        person.last = Some((said, now));
        person.owed = None;
        Some(words)
    }

    /// The words could not be queued: when the same text comes again, they are what it is answered with.
    pub(super) fn owe(&mut self, to: Msisdn, said: Reply, words: String, now: Timestamp) {
        let person = self.people.entry(to.to_bytes()).or_default();
        person.last = Some((said, now));
        person.owed = Some((said, words));
    }

    fn make_room(&mut self, from: Msisdn) {
        if self.people.len() < PEOPLE_MOST || self.people.contains_key(&from.to_bytes()) {
            return;
        }
        let silent = self
            .people
            .iter()
            .min_by_key(|(_, person)| person.last.as_ref().map(|(_, at)| *at));
        if let Some(number) = silent.map(|(number, _)| *number) {
            self.people.remove(&number);
        }
    }
}

#[cfg(test)]
mod tests {
    use wire::sms::Code;

    use super::*;

    fn person() -> Msisdn {
        Msisdn::parse("+12025550101").expect("a reserved number")
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_seconds(seconds)
    }

    fn choose(recent: &mut Recent, said: Reply, weight: Weight, seconds: i64) -> bool {
        recent
            .choose(person(), said, "words".to_owned(), weight, at(seconds))
            .is_some()
    }

    #[test]
    fn a_text_that_comes_twice_is_answered_once() {
        let mut recent = Recent::default();
        assert!(choose(&mut recent, Reply::Stop, Weight::Change, 0));
        assert!(!choose(&mut recent, Reply::Stop, Weight::Stop, 5));
        assert!(choose(&mut recent, Reply::Stop, Weight::Stop, 100));
        // A change is confirmed however close it follows.
        assert!(choose(&mut recent, Reply::Stop, Weight::Change, 101));
    }

    #[test]
    fn machines_that_answer_each_other_fall_silent() {
        let mut recent = Recent::default();
        let answered = (0..100)
            .filter(|turn| choose(&mut recent, Reply::Unclear, Weight::Hint, turn * 61))
            .count();
        // Five in the first hour, five in the rest of the second.
        assert_eq!(answered, 10);
        assert!(
            choose(&mut recent, Reply::Stop, Weight::Stop, 6_200),
            "a STOP is answered all the same"
        );
    }

    #[test]
    fn an_owed_confirmation_is_given_when_the_text_comes_again() {
        let mut recent = Recent::default();
        let yes = Reply::Yes(Code::parse("4821").expect("four digits"));
        assert!(choose(&mut recent, yes, Weight::Change, 0));
        recent.owe(person(), yes, "you agreed".to_owned(), at(0));
        let words = recent.choose(person(), yes, "nothing is open".to_owned(), Weight::Hint, at(3));
        assert_eq!(words.as_deref(), Some("you agreed"));
        assert!(!choose(&mut recent, yes, Weight::Hint, 4));
    }

    #[test]
    fn only_so_many_people_are_remembered() {
        let mut recent = Recent::default();
        for tail in 0..PEOPLE_MOST + 10 {
            let number = Msisdn::parse(&format!("+99912{tail:06}")).expect("a reserved number");
            recent.choose(
                number,
                Reply::Help,
                String::new(),
                Weight::Hint,
                at(i64::try_from(tail).expect("small")),
            );
        }
        assert_eq!(recent.people.len(), PEOPLE_MOST);
    }
}
