//! Words to parts of texts and back, by the codec of text messages.

use wire::sms::Code;
use wire::sms::coding::Coding;
use wire::sms::split;

/// One part of a text, ready to be submitted.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// How the octets stand for the text.
    pub(super) data_coding: u8,
    /// Whether they begin with a user data header.
    pub(super) has_header: bool,
    /// Header and text.
    pub(super) octets: Vec<u8>,
}

/// The parts that carry the words; `None` if there are no words or too many. An answer to copy, `YES 4821`, stays in
/// one piece.
pub(super) fn split(words: &str, reference: u8) -> Option<Vec<Part>> {
    if words.is_empty() {
        return None;
    }
    let message = split::split(words, reference, &answers(words)).ok()?;
    let data_coding = message.coding.data_coding();
    let part = |segment: split::Segment| Part {
        data_coding,
        has_header: segment.has_header,
        octets: segment.octets,
    };
    Some(message.segments.into_iter().map(part).collect())
}

/// Every answer that is to be copied with its code, in every language that texts are written in.
fn answers(words: &str) -> Vec<&str> {
    let begins = ["YES ", "SI ", "NO "]
        .into_iter()
        .flat_map(|word| words.match_indices(word));
    let answers = begins.filter_map(|(begin, word)| words.get(begin..begin + word.len() + 4));
    answers
        .filter(|answer| answer.rsplit(' ').next().and_then(Code::parse).is_some())
        .collect()
}

/// The words that came in. An alphabet that is not known gives none, which the conversation answers with a question.
pub(super) fn decode(data_coding: u8, octets: &[u8]) -> String {
    Coding::from_data_coding(data_coding).map_or_else(String::new, |coding| coding.decode(octets))
}

#[cfg(test)]
mod tests {
    use domain::permission::terms::{Origin, Precision};
    use domain::purpose::Purpose;
    use domain::time::Span;
    use wire::sms::words::{Particulars, ReplyRole, question};
    use wire::words::Locale;

    use super::*;

    #[test]
    fn the_answer_to_copy_is_never_cut() {
        for before in 100..170 {
            let words = format!("{} YES 4821 or NO. {}", "x".repeat(before), "y ".repeat(60));
            let parts = split(&words, 7).expect("short enough");
            let whole = parts
                .iter()
                .filter(|part| String::from_utf8_lossy(&part.octets).contains("YES 4821"));
            assert_eq!(whole.count(), 1, "{before}");
        }
        assert_eq!(answers("YES 48 YES 4821, YES ABCD yes 1234 YES 9"), ["YES 4821"]);
        assert_eq!(answers("SI 4821 o NO 4821. NO gracias"), ["SI 4821", "NO 4821"]);
    }

    #[test]
    fn link_answer_and_stop_are_whole_in_every_language() {
        let link = "https://gateway.example.com/c/AbCdEfGhIjKlMnOpQrStUv";
        for locale in Locale::ALL {
            for length in 1..=60 {
                let particulars = Particulars {
                    locale,
                    recipient_name: &"N".repeat(length),
                    relays: &[],
                    purpose: Purpose::FraudPreventionAndDetection,
                    precision: Precision::YesNo { metres: 2000 },
                    origin: Origin::Network,
                    count: None,
                    per_hour: Some(4),
                    lasts: Span::seconds(31_536_000),
                    case: "CARD-2207",
                };
                let code = Code::parse("4821").expect("four digits");
                let words = question(&particulars, link, code, ReplyRole::Confirms);
                let parts = split(&words, 7).expect("short enough");
                let shown: Vec<String> = parts
                    .iter()
                    .map(|part| decode(part.data_coding, &part.octets[6..]))
                    .collect();
                for whole in [link, answers(&words)[0], "STOP"] {
                    assert!(shown.iter().any(|part| part.contains(whole)), "{whole}: {shown:?}");
                }
                assert_eq!(shown.concat(), words);
            }
        }
    }

    #[test]
    fn no_words_and_too_many_are_no_text() {
        assert!(split("", 1).is_none());
        assert!(split(&"x".repeat(5_000), 1).is_none());
        assert_eq!(decode(4, b"YES 4821"), "");
    }
}
