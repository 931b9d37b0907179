//! Documents that no peer should send: doubled, broken, endless in depth, or full of entities.

use super::behaviour::Misbehaviour;
use std::fmt::Write as _;

/// How deep `deep-nesting` nests: so that the document stays below 64 KiB, where a limit of size would not see it.
const NESTING: usize = 8_000;

/// The document as `misdeed` makes of it; `base` is this carrier's own address, where an entity may point.
pub fn deform(misdeed: Option<Misbehaviour>, document: Vec<u8>, base: &str) -> Vec<u8> {
    match misdeed {
        Some(Misbehaviour::Twice) => document.repeat(2),
        Some(Misbehaviour::Malformed) => {
            let half = document.len() * 2 / 3;
            [document.get(..half).unwrap_or_default(), b"<pd></shape>"].concat()
        }
        Some(Misbehaviour::EntityBomb) => with_entity(&document, &bomb()),
        Some(Misbehaviour::Doctype) => {
            let declared = format!(
                "<!DOCTYPE svc_result SYSTEM \"{base}/elsewhere.dtd\" [<!ENTITY e SYSTEM \"{base}/elsewhere\">]>"
            );
            with_entity(&document, &declared)
        }
        Some(Misbehaviour::DeepNesting) => [
            "<svc_result>",
            &"<a>".repeat(NESTING),
            &"</a>".repeat(NESTING),
            "</svc_result>",
        ]
        .concat()
        .into_bytes(),
        _ => document,
    }
}

/// Nine generations of ten: a few hundred bytes that stand for gigabytes.
fn bomb() -> String {
    let mut declared = "<!DOCTYPE svc_result [<!ENTITY e0 \"lololololo\">".to_owned();
    for generation in 1..9 {
        let before = format!("&e{};", generation - 1).repeat(10);
        // Writing to a string cannot fail.
        let _ = write!(declared, "<!ENTITY e{generation} \"{before}\">");
    }
    declared.push_str("<!ENTITY e \"&e8;&e8;&e8;&e8;&e8;&e8;&e8;&e8;&e8;&e8;\">]>");
    declared
}

/// The document with `declared` before its root, and the entity `e` in each number, or at the end where there is none.
fn with_entity(document: &[u8], declared: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(document);
    let body = text.find("<svc_result").and_then(|at| text.get(at..)).unwrap_or(&text);
    let used = if body.contains("</msid>") {
        body.replace("</msid>", "&e;</msid>")
    } else {
        body.replace("</svc_result>", "&e;</svc_result>")
    };
    ["<?xml version=\"1.0\"?>", declared, &used].concat().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::carrier_mlp::xml;

    #[test]
    fn none_of_them_can_be_read() {
        let document = b"<svc_result><slia><pos><msid>1</msid></pos></slia></svc_result>".to_vec();
        assert!(xml::read(&deform(None, document.clone(), "http://127.0.0.1:1")).is_ok());
        for misdeed in [
            Misbehaviour::Twice,
            Misbehaviour::Malformed,
            Misbehaviour::EntityBomb,
            Misbehaviour::Doctype,
            Misbehaviour::DeepNesting,
        ] {
            let deformed = deform(Some(misdeed), document.clone(), "http://127.0.0.1:1");
            assert!(xml::read(&deformed).is_err(), "{misdeed:?}");
        }
    }
}
