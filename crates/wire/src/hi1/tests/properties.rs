//! Messages that were altered anywhere: whatever is still accepted has one meaning, which printing keeps.

use proptest::prelude::*;

use super::samples::*;
use super::whole;
use crate::hi1::action::Verb;
use crate::hi1::answer::{Outcome, Response};
use crate::hi1::message::{Message, Payload};
use crate::hi1::object::Object;

/// One message with every kind of object and every verb.
fn everything() -> String {
    let [delivery, notification] = whole::made();
    let text = request(&[
        &format!("<CREATE>{}</CREATE>", whole::authorisation()),
        &format!("<CREATE>{}</CREATE>", whole::document()),
        &format!("<UPDATE>{}</UPDATE>", whole::interception()),
        &format!("<CREATE>{}</CREATE>", whole::disclosed()),
        &format!("<CREATE>{notification}</CREATE>"),
        &format!("<DELIVER><Identifier>{DOCUMENT}</Identifier>{delivery}</DELIVER>"),
        "<LIST/>",
    ]);
    text.replace("xmlns:w=", "xmlns:wayleave=")
}

/// The objects of a message.
fn objects(payload: &mut Payload) -> Vec<&mut Object> {
    match payload {
        Payload::Request(actions) => {
            let objects = actions.iter_mut().filter_map(|action| match &mut action.verb {
                Verb::Create(object) | Verb::Update(object) | Verb::Deliver { object, .. } => Some(&mut **object),
                Verb::Get(_) | Verb::List(_) => None,
            });
            objects.collect()
        }
        Payload::Response(Response::Answers(answers)) => {
            let objects = answers.iter_mut().filter_map(|answer| match &mut answer.outcome {
                Outcome::Got(object) => Some(&mut **object),
                Outcome::Created(_, object) | Outcome::Updated(_, object) => object.as_deref_mut(),
                Outcome::Listed(_) | Outcome::Delivered(_) | Outcome::Failed(_) => None,
            });
            objects.collect()
        }
        Payload::Response(Response::Refused(_)) => Vec::new(),
    }
}

/// Whether a message is accepted; if it is, what is printed of it means the same.
fn keeps_its_meaning(bytes: &[u8]) -> bool {
    let Ok(mut message) = Message::read(bytes) else {
        return false;
    };
    let again = Message::read(&message.print());
    for object in objects(&mut message.payload) {
        object.unused.clear();
    }
    assert_eq!(again, Ok(message));
    true
}

#[test]
fn the_unaltered_message_is_accepted() {
    assert!(keeps_its_meaning(everything().as_bytes()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn an_altered_message_is_refused_or_has_one_meaning(
        at in any::<prop::sample::Index>(), length in 0_usize..40, other in "[ -~é]{0,12}",
    ) {
        let mut bytes = everything().into_bytes();
        let start = at.index(bytes.len());
        let end = (start + length).min(bytes.len());
        bytes.splice(start..end, other.into_bytes());
        keeps_its_meaning(&bytes);
    }

    #[test]
    fn an_element_that_is_left_out_or_doubled_is_noticed_or_harmless(
        at in any::<prop::sample::Index>(), doubled in any::<bool>(),
    ) {
        let text = everything();
        let lines = text.replace("><", ">\n<");
        let leaves: Vec<&str> = lines.lines().filter(|line| line.contains("</") && !line.starts_with("</")).collect();
        let leaf = leaves[at.index(leaves.len())];
        let instead = if doubled { leaf.repeat(2) } else { String::new() };
        let altered = text.replacen(leaf, &instead, 1);
        let accepted = keeps_its_meaning(altered.as_bytes());
        let may_be_many = ["AssociatedObject>", "ObservedTimes>"].iter().any(|name| leaf.contains(name));
        prop_assert!(!(accepted && doubled) || may_be_many, "{}", leaf);
    }

    #[test]
    fn arbitrary_text_does_not_stop_the_reader(text in "\\PC{0,200}") {
        prop_assert!(!keeps_its_meaning(text.as_bytes()));
    }

    #[test]
    fn arbitrary_words_are_kept(text in "[!-~¡-ÿ\t\n ]{0,40}") {
        let mut message = read(&request(&["<LIST/>"]));
        message.header.workflow = Some(long(&text));
        let printed = message.print();
        prop_assert_eq!(Message::read(&printed), Ok(message));
    }
}
