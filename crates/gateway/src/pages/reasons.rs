//! Why something was refused or came to nothing, in plain words: one message for each code of
//! [`domain::refusal::Refusal`] and [`domain::locate::Failure`].

use wire::words::Locale;

use super::sentence::plain;

/// Each code and its message.
const REASONS: [(&str, &str); 70] = [
    ("replayed", "reason-replayed"),
    ("not-the-recipient", "reason-not-the-recipient"),
    ("party-unknown", "reason-party-unknown"),
    ("party-suspended", "reason-party-suspended"),
    ("purpose-not-approved", "reason-purpose-not-approved"),
    ("purpose-forbidden", "reason-purpose-forbidden"),
    ("purpose-unavailable", "reason-purpose-unavailable"),
    ("number-not-reserved", "reason-number-not-reserved"),
    ("no-permission", "reason-no-permission"),
    ("not-answered", "reason-not-answered"),
    ("said-no", "reason-said-no"),
    ("lapsed", "reason-lapsed"),
    ("withdrawn", "reason-withdrawn"),
    ("expired", "reason-expired"),
    ("yes-no-only", "reason-yes-no-only"),
    ("evidence-too-weak", "reason-evidence-too-weak"),
    ("count-spent", "reason-count-spent"),
    ("too-often", "reason-too-often"),
    ("surface-too-fine", "reason-surface-too-fine"),
    ("circle-too-small", "reason-circle-too-small"),
    ("probing", "reason-probing"),
    ("paused", "reason-paused"),
    ("void", "reason-void"),
    ("not-yet", "reason-not-yet"),
    ("outside-schedule", "reason-outside-schedule"),
    ("ceiling-reached", "reason-ceiling-reached"),
    ("withdrawn-unseen", "reason-withdrawn-unseen"),
    ("never", "reason-never"),
    ("ended-at-home", "reason-ended-at-home"),
    ("stopped-unseen", "reason-stopped-unseen"),
    ("tenure-ended", "reason-tenure-ended"),
    ("too-many-questions", "reason-too-many-questions"),
    ("questions-spent", "reason-questions-spent"),
    ("cooling-off", "reason-cooling-off"),
    ("sim-changed", "reason-sim-changed"),
    ("terms-too-wide", "reason-terms-too-wide"),
    ("not-signed", "reason-not-signed"),
    ("subject-not-own", "reason-subject-not-own"),
    ("wrong-audience", "reason-wrong-audience"),
    ("stale", "reason-stale"),
    ("not-approved", "reason-not-approved"),
    ("other-purpose", "reason-other-purpose"),
    ("relay-not-named", "reason-relay-not-named"),
    ("relay-unknown", "reason-relay-unknown"),
    ("relay-suspended", "reason-relay-suspended"),
    ("not-home", "reason-not-home"),
    ("programme-suspended", "reason-programme-suspended"),
    ("agreement-ended", "reason-agreement-ended"),
    ("agreement-ending", "reason-agreement-ending"),
    ("outside-region", "reason-outside-region"),
    ("programme-hour-spent", "reason-programme-hour-spent"),
    ("no-event", "reason-no-event"),
    ("event-spent", "reason-event-spent"),
    ("event-unconfirmed", "reason-event-unconfirmed"),
    ("person-suspended", "reason-person-suspended"),
    ("relay-not-agreed", "reason-relay-not-agreed"),
    ("key-not-pinned", "reason-key-not-pinned"),
    ("event-over", "reason-event-over"),
    ("no-source", "reason-no-source"),
    ("source-busy", "reason-source-busy"),
    ("unknown-to-source", "reason-unknown-to-source"),
    ("denied-by-source", "reason-denied-by-source"),
    ("vetoed", "reason-vetoed"),
    ("unlocatable", "reason-unlocatable"),
    ("too-old", "reason-too-old"),
    ("surface-not-met", "reason-surface-not-met"),
    ("source-timeout", "reason-source-timeout"),
    ("source-unavailable", "reason-source-unavailable"),
    ("source-untrustworthy", "reason-source-untrustworthy"),
    ("beyond-grid", "reason-beyond-grid"),
];

/// A reason in plain words. One that stands in no table is said to be a rule.
#[must_use]
pub fn reason_words(locale: Locale, code: &str) -> String {
    let id = REASONS.iter().find(|(known, _)| *known == code);
    plain(locale, id.map_or("reason-other", |(_, id)| id))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The codes that a file of the domain hands out.
    fn codes(file: &str) -> Vec<String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/src").join(file);
        let source = std::fs::read_to_string(path).expect("the domain's source");
        let bodies = source.split("fn code(self)").skip(1);
        let codes = bodies.flat_map(|body| {
            let body = body.split("\n    }\n").next().expect("its body");
            body.split('"').skip(1).step_by(2)
        });
        codes.map(str::to_owned).collect()
    }

    #[test]
    fn every_code_has_its_words() {
        for file in ["refusal.rs", "refusal/chain.rs", "locate.rs"] {
            let codes = codes(file);
            assert!(codes.len() > 5, "{file}: {codes:?}");
            for code in codes {
                assert!(REASONS.iter().any(|(known, _)| *known == code), "{file}: {code}");
            }
        }
        for (code, id) in REASONS {
            for locale in Locale::ALL {
                assert_ne!(plain(locale, id), id, "{code} in {locale:?}");
            }
        }
        assert_eq!(
            reason_words(Locale::English, "x"),
            plain(Locale::English, "reason-other")
        );
    }
}
