//! Who carries asks and answers, in words: the names of relays, in their order from the company outward.

use wire::words::Locale;

use super::sentence::{Inside, Sentence, sentence};
use super::shown::Shown;

/// The relays' names as one list; `None` where there are none.
pub fn relays<'a>(locale: Locale, names: impl IntoIterator<Item = &'a str>) -> Option<Sentence> {
    let names = names.into_iter().map(|name| Inside::Name(Shown::name(name)));
    names.fold(None, |before, relay| {
        Some(match before {
            None => sentence(locale, "board-words", &[("words", relay)]),
            Some(before) => {
                let parts = [("before", Inside::Said(before)), ("relay", relay)];
                sentence(locale, "board-through-more", &parts)
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_their_order_and_cannot_write_marks() {
        assert!(relays(Locale::English, []).is_none());
        let words = relays(Locale::English, ["Copper Reach", "<b>Hub</b>"]).expect("two relays");
        let html = words.to_string();
        let (near, far) = (html.find("Copper Reach"), html.find("Hub"));
        assert!(near.is_some() && near < far, "{html}");
        assert!(!html.contains("<b>"), "{html}");
    }
}
