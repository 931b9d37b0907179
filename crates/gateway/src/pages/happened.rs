//! What happened, in plain words: who asked, what came of it, and why not. The same rows stand on the board, in the list
//! of the past, and in the download.

use domain::journal::entry::Kind;
use serde_json::Value;
use wire::words::{Locale, distance, purpose_words};

use super::reasons::reason_words;
use super::sentence::{Inside, Sentence, plain, sentence};
use super::shown::Shown;
use super::through::relays;
use crate::store::history::{End, Seen};

/// One entry about the person, in words.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its place in the journal.
    pub leaf: u64,
    /// Who, what and why, as one sentence.
    pub what: Sentence,
    /// What came of it.
    pub outcome: Option<Sentence>,
    /// Who carried it, if anybody did.
    pub through: Option<Sentence>,
    /// When.
    pub at: Sentence,
    /// When and what, for the line of a permission.
    pub last: Sentence,
    /// Whether somebody learned something.
    pub told: bool,
    /// Whether it was refused.
    pub refused: bool,
}

/// An entry in words. `company` is the party's registered name, if it is known, and `carriers` those of its relays.
#[must_use]
pub fn row(locale: Locale, seen: &Seen, company: Option<&str>, carriers: &[&str]) -> Row {
    let at = ("at", Inside::Moment(seen.at.unix_seconds()));
    let outcome = outcome(locale, seen);
    let nothing = || sentence(locale, "result-none", &[]);
    let parts = [
        at.clone(),
        ("answer", Inside::Said(outcome.clone().unwrap_or_else(nothing))),
    ];
    Row {
        leaf: seen.leaf,
        what: what(locale, seen, company),
        at: sentence(locale, "happened-at", std::slice::from_ref(&at)),
        last: sentence(locale, "board-last", &parts),
        through: relays(locale, carriers.iter().copied())
            .map(|list| sentence(locale, "happened-through", &[("relays", Inside::Said(list))])),
        told: seen.end.as_ref().is_some_and(|end| end.kind == Kind::Answered),
        refused: matches!(seen.kind, Kind::Refused | Kind::ConsentNotAsked),
        outcome,
    }
}

fn what(locale: Locale, seen: &Seen, company: Option<&str>) -> Sentence {
    let unknown = || plain(locale, "happened-somebody");
    let company = Inside::Name(Shown::name(&company.map_or_else(unknown, str::to_owned)));
    let purpose = seen
        .purpose
        .map_or_else(String::new, |purpose| purpose_words(locale, purpose));
    let party: Value = serde_json::from_str(&seen.entry.party.text).unwrap_or_default();
    let word = |key| party.get(key).and_then(Value::as_str).unwrap_or_default();
    let named = |key| (key, Inside::Name(Shown::name(word(key))));
    let parts = [
        ("company", company),
        ("purpose", Inside::Words(purpose)),
        named("who"),
        named("why"),
        named("audit"),
        ("count", Inside::Number(erased(&party))),
    ];
    let asks_place = party.get("question").and_then(Value::as_str) != Some("verify");
    let id = match seen.kind {
        Kind::Asked | Kind::Refused if asks_place => "happened-asked-where",
        Kind::Asked | Kind::Refused => "happened-asked-near",
        Kind::PersonPaused if word("reason") == "restored" => "happened-person-paused-restored",
        Kind::PassingStopped if !word("home").is_empty() => "happened-passing-ended",
        Kind::ConsentWithdrawn if seen.reason.as_deref() == Some("stopped-at-hub") => "happened-consent-stopped-at-hub",
        Kind::Erased if erased(&party) == 0 => "happened-erased-rest",
        Kind::Erased if word("why") == "asked" => "happened-erased-asked",
        Kind::PersonKey => match word("what") {
            "added" => "happened-key-added",
            "in-effect" => "happened-key-in-effect",
            "removed" => "happened-key-removed",
            "wait-begun" => "happened-wait-begun",
            "wait-over" => "happened-wait-over",
            "wait-removed" => "happened-wait-removed",
            _ => "happened-other",
        },
        Kind::EventOpened => match word("what") {
            "ticket" => "happened-event-ticket",
            "call" => "happened-event-call",
            _ => "happened-event-confirmed",
        },
        other => kind_message(other),
    };
    sentence(locale, id, &parts)
}

/// How many entries the totals of an erasure tell of.
fn erased(party: &Value) -> u64 {
    let totals = party.get("totals").and_then(Value::as_array);
    let rows = totals.into_iter().flatten();
    rows.filter_map(|row| row.get("n")?.as_u64()).sum()
}

/// What stands in a person's history of every other kind.
const fn kind_message(kind: Kind) -> &'static str {
    match kind {
        Kind::ConsentAsked => "happened-consent-asked",
        Kind::ConsentNotAsked => "happened-consent-not-asked",
        Kind::ConsentGiven => "happened-consent-given",
        Kind::ConsentRefused => "happened-consent-refused",
        Kind::ConsentLapsed => "happened-consent-lapsed",
        Kind::ConsentWithdrawn => "happened-consent-withdrawn",
        Kind::ConsentVoid => "happened-consent-void",
        Kind::PersonPaused => "happened-person-paused",
        Kind::PersonResumed => "happened-person-resumed",
        Kind::PersonNever => "happened-person-never",
        Kind::PersonAllowed => "happened-person-allowed",
        Kind::SimChanged => "happened-sim-changed",
        Kind::TenureEnded => "happened-tenure-ended",
        Kind::LineAttested => "happened-line-attested",
        Kind::Erased => "happened-erased-retention",
        Kind::StaffLooked => "happened-staff-looked",
        Kind::AuditAsked => "happened-audit-asked",
        Kind::PersonSuspended => "happened-person-suspended",
        Kind::PersonReleased => "happened-person-released",
        Kind::EventEnded => "happened-event-ended",
        Kind::PassingStopped => "happened-passing-stopped",
        Kind::Asked
        | Kind::Refused
        | Kind::Answered
        | Kind::Withheld
        | Kind::Failed
        | Kind::Abandoned
        | Kind::PolicyChanged
        | Kind::PartyEnrolled
        | Kind::PartySuspended
        | Kind::PartyResumed
        | Kind::PartyKeys
        | Kind::ReportDropped
        | Kind::HoldPlaced
        | Kind::HoldLifted
        | Kind::CountsPublished
        | Kind::JournalChecked
        | Kind::JournalRestored
        | Kind::CanaryAsked
        | Kind::StartedAlone
        | Kind::PartyApproved
        | Kind::PartyEnding
        | Kind::DeletionAttested
        | Kind::EventOpened
        | Kind::NoticeReceived
        | Kind::NoticeClosed
        | Kind::CredentialMisused
        | Kind::PersonKey => "happened-other",
    }
}

fn outcome(locale: Locale, seen: &Seen) -> Option<Sentence> {
    match (seen.kind, &seen.end) {
        (Kind::Asked, None) => Some(sentence(locale, "result-under-way", &[])),
        (Kind::Asked, Some(end)) => Some(ended(locale, end)),
        (Kind::Refused | Kind::ConsentNotAsked, _) => Some(because(locale, "result-refused", seen.reason.as_deref())),
        _ => None,
    }
}

fn ended(locale: Locale, end: &End) -> Sentence {
    match (end.kind, end.outcome.as_deref()) {
        (Kind::Answered, Some("area")) => {
            let metres = Inside::Words(distance(locale, end.metres.unwrap_or(0)));
            sentence(locale, "result-area", &[("distance", metres)])
        }
        (Kind::Answered, Some("true")) => sentence(locale, "result-true", &[]),
        (Kind::Answered, Some("false")) => sentence(locale, "result-false", &[]),
        (Kind::Answered, _) => sentence(locale, "result-partial", &[]),
        (Kind::Withheld, _) => sentence(locale, "result-withheld", &[]),
        (Kind::Abandoned, _) => sentence(locale, "result-abandoned", &[]),
        _ => because(locale, "result-failed", end.reason.as_deref()),
    }
}

fn because(locale: Locale, id: &str, reason: Option<&str>) -> Sentence {
    let reason = reason_words(locale, reason.unwrap_or_default());
    sentence(locale, id, &[("reason", Inside::Words(reason))])
}

/// The same words at the beginning of a line.
#[must_use]
pub fn capitalised(words: &str) -> String {
    let mut characters = words.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
