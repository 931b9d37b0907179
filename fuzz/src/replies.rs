//! Text messages: what a person meant, the alphabets, and our own texts in parts.

use wire::sms::Code;
use wire::sms::coding::Coding;
use wire::sms::reply::{self, Reply};
use wire::sms::{gsm7, split};

/// The most octets of one message.
const OCTETS_MAX: usize = 160;

pub(crate) fn run(data: &[u8]) {
    for coding in Coding::ALL {
        let text = coding.decode(data);
        assert!(text.chars().count() <= data.len());
        means_what_it_says(&text);
    }
    let text = String::from_utf8_lossy(data);
    means_what_it_says(&text);
    survives_the_way(&text);
    if let Some(octets) = gsm7::encode(&text) {
        assert_eq!(gsm7::decode(&octets), text);
    }
}

pub(crate) fn means_what_it_says(text: &str) {
    let reply = reply::read(text);
    // What neither counts nor separates is no matter here.
    let plain: String = text.chars().filter(|c| !is_dropped(*c)).collect();
    // Beyond these many words nothing is read.
    if text.len() <= 64 {
        let words: Vec<String> = plain
            .split(|c: char| !c.is_alphabetic())
            .map(str::to_uppercase)
            .collect();
        if words.iter().any(|word| word == "STOP") {
            assert_eq!(reply, Reply::Stop, "a STOP was not heard");
        }
        if let Reply::Yes(_) = reply {
            let against = ["NO", "NOT", "NEVER", "STOP"];
            assert!(!words.iter().any(|word| against.contains(&word.as_str())));
        }
    }
    if let Reply::Yes(code) | Reply::No(Some(code)) = reply {
        // Some write thousands with an apostrophe, which does not separate, and some keyboards write digits full-width.
        let digits: String = plain
            .chars()
            .map(|c| match c {
                '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
                c => c,
            })
            .collect();
        assert!(digits.contains(&code.to_string()), "a code that was not written");
        assert_eq!(Code::parse(&code.to_string()), Some(code));
    }
    if text.is_ascii() {
        assert_eq!(
            reply::read(&text.to_ascii_lowercase()),
            reply,
            "capitals have a meaning"
        );
    }
}

fn is_dropped(c: char) -> bool {
    let marks = matches!(c, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    marks || matches!(c, '\'' | '’' | '‘')
}

/// Our own words, cut into parts and put together again, are the same words.
fn survives_the_way(text: &str) {
    let Ok(message) = split::split(text, 7, &[]) else {
        return;
    };
    assert!((1..=split::SEGMENTS_MAX).contains(&message.segments.len()));
    let mut octets = Vec::new();
    for (number, segment) in message.segments.iter().enumerate() {
        let body = if segment.has_header {
            let (header, body) = segment.octets.split_at(6);
            let total = message.segments.len();
            assert_eq!(header, [5, 0, 3, 7, total as u8, number as u8 + 1]);
            body
        } else {
            &segment.octets[..]
        };
        assert!(segment.octets.len() <= OCTETS_MAX);
        octets.extend_from_slice(body);
    }
    assert_eq!(message.coding.decode(&octets), text);
}
