//! The form of each kind of entry: which fields its two parts have, no more and no fewer. A field that was dropped, added
//! or emptied is found here.
//!
//! One line per kind: the party's part, and the subject's part besides `v`, which is 1 in both. `name:type` must be there,
//! `name?type` may be left out, `name~type` may be null, `name!` must be null.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

/// Both parts of every kind.
const FORMS: &[(&str, &str, &str)] = &[
    (
        "asked",
        "answer! ask:ask asked! at:time bearer?pty event?key kind:text letter?hash metres! outcome! policy:hash purpose:text question:text recipient:pty relays:parties",
        "carrier! n:number permission~con reason!",
    ),
    (
        "refused",
        "answer! ask:ask asked! at:time bearer?pty event?key kind:text letter?hash metres! outcome! policy:hash purpose:text question:text recipient:pty relays:parties",
        "carrier! n:number permission~con reason:text",
    ),
    (
        "answered",
        "answer:hash ask:ask asked:number at:time event?key kind:text metres:number outcome:text policy:hash purpose:text question:text recipient:pty relays:parties seal?hash",
        "carrier:text n:number permission~con reason!",
    ),
    (
        "withheld",
        "answer! ask:ask asked:number at:time event?key kind:text metres:number outcome:text policy:hash purpose:text question:text recipient:pty relays:parties",
        "carrier:text n:number permission~con reason:text",
    ),
    (
        "failed",
        "answer! ask:ask asked:number at:time event?key kind:text metres:number outcome:text policy:hash purpose:text question:text recipient:pty relays:parties",
        "carrier! n:number permission~con reason:text",
    ),
    (
        "abandoned",
        "ask:ask asked:number at:time kind:text purpose?text recipient:pty",
        "carrier! n:number permission~con reason:text",
    ),
    (
        "consent-asked",
        CONSENT_TERMS,
        "carrier! n:number permission:con reason!",
    ),
    (
        "consent-not-asked",
        CONSENT_TERMS,
        "carrier! n:number permission:con reason:text",
    ),
    (
        "consent-given",
        "at:time consent:con evidence:text kind:text metres:number policy:hash purpose:text recipient:pty relays:parties terms~hash",
        "carrier! n:number permission:con reason!",
    ),
    ("consent-refused", CONSENT, "carrier! n:number permission:con reason!"),
    (
        "consent-withdrawn",
        CONSENT,
        "carrier! n:number permission:con reason~text",
    ),
    (
        "consent-lapsed",
        CONSENT,
        "carrier! n:number permission:con reason~text",
    ),
    ("consent-void", CONSENT, "carrier! n:number permission:con reason!"),
    ("person-paused", "at:time kind:text reason?text recipient?pty", PERSON),
    ("person-resumed", "at:time kind:text recipient?pty", PERSON),
    ("person-never", "at:time kind:text", PERSON),
    ("person-allowed", "at:time from:time kind:text", PERSON),
    ("sim-changed", "at:time kind:text", PERSON),
    ("tenure-ended", "at:time kind:text", PERSON),
    ("line-attested", "account?acc at:time kind:text", PERSON),
    ("policy-changed", "at:time kind:text policy:hash", NOBODY),
    ("party-enrolled", "at:time kind:text party:pty record:hash", NOBODY),
    (
        "party-suspended",
        "at:time kind:text party:pty purpose?text reason?text record!",
        NOBODY,
    ),
    (
        "party-resumed",
        "at:time kind:text party:pty purpose?text record!",
        NOBODY,
    ),
    (
        "party-approved",
        "at:time kind:text narrowed?list party:pty record:hash",
        NOBODY,
    ),
    ("party-ending", "at:time keeps:list kind:text on:time party:pty", NOBODY),
    (
        "deletion-attested",
        "at:time kind:text party:pty statement:hash until:time",
        NOBODY,
    ),
    ("person-suspended", "at:time kind:text", PERSON),
    ("person-released", "at:time kind:text", PERSON),
    (
        "passing-stopped",
        "at:time home?pty kind:text purpose:text recipient:pty",
        PERSON,
    ),
    (
        "event-opened",
        "at:time count~number event:key kind:text recipient~pty source~pty until:time what:text",
        PERSON,
    ),
    ("event-ended", "at:time event:key kind:text source~pty", PERSON),
    (
        "notice-received",
        "about:pty at:time by:pty document:hash kind:text notice:ntc purpose~text until~time what:text",
        NOBODY,
    ),
    (
        "notice-closed",
        "at:time because~text how:text kind:text notice:ntc who~text",
        NOBODY,
    ),
    (
        "credential-misused",
        "at:time bearer~pty kind:text owner:pty what:text",
        NOBODY,
    ),
    ("party-keys", "at:time kind:text party:pty record:hash", NOBODY),
    (
        "report-dropped",
        "at:time count:number kind:text source~text why:text",
        NOBODY,
    ),
    (
        "erased",
        "at:time kind:text totals:list why:text",
        "carrier! n~number permission! reason!",
    ),
    ("hold-placed", "at:time hold:text kind:text party~pty why:text", NOBODY),
    ("hold-lifted", "at:time hold:text kind:text party! why!", NOBODY),
    ("staff-looked", "at:time kind:text who:text why:text", PERSON),
    (
        "started-alone",
        "at:time cosigned:number kind:text needed:number published:text who:text why:text",
        NOBODY,
    ),
    ("audit-asked", "at:time audit:text kind:text", PERSON),
    ("counts-published", "at:time day:text document:hash kind:text", NOBODY),
    (
        "journal-checked",
        "at:time differences:number entries:number kind:text",
        NOBODY,
    ),
    (
        "journal-restored",
        "at:time entries:number former:text formerRoot:hash formerSize:number kind:text",
        NOBODY,
    ),
    ("canary-asked", "at:time kind:text leaf:number party~pty", NOBODY),
    ("person-key", "at:time kind:text what:text", PERSON),
];

const CONSENT: &str = "at:time consent:con evidence! kind:text metres:number policy:hash purpose:text recipient:pty relays:parties terms!";
const CONSENT_TERMS: &str = "at:time consent:con evidence! kind:text metres:number policy:hash purpose:text recipient:pty relays:parties terms:hash";
const PERSON: &str = "carrier! n:number permission! reason!";
const NOBODY: &str = "carrier! n! permission! reason!";

/// How a field may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Always,
    MayBeMissing,
    MayBeNull,
    Null,
}

/// One field.
struct Field {
    name: &'static str,
    presence: Presence,
    kind: &'static str,
}

/// The forms, read once.
pub(super) struct Forms(HashMap<&'static str, [Vec<Field>; 2]>);

/// A part of an entry.
pub(super) type Part = BTreeMap<String, Value>;

impl Forms {
    pub(super) fn new() -> Self {
        let read =
            |(kind, party, own): &(&'static str, &'static str, &'static str)| (*kind, [fields(party), fields(own)]);
        Self(FORMS.iter().map(read).collect())
    }

    /// Whether both parts have the form of their kind; `Err` says what is wrong.
    pub(super) fn fit(&self, kind: &str, party: &Part, own: &Part) -> Result<(), String> {
        let [of_party, of_own] = self.0.get(kind).ok_or_else(|| format!("no kind is called `{kind}`"))?;
        fit("party's", of_party, party)?;
        fit("subject's", of_own, own)
    }

    #[cfg(test)]
    pub(super) fn kinds(&self) -> impl Iterator<Item = &&'static str> {
        self.0.keys()
    }
}

fn fields(line: &'static str) -> Vec<Field> {
    let field = |word: &'static str| {
        let at = word.find(['!', ':', '?', '~']).unwrap_or(word.len());
        let (name, rest) = word.split_at(at);
        let (mark, kind) = rest.split_at(rest.len().min(1));
        let presence = match mark {
            "!" => Presence::Null,
            "?" => Presence::MayBeMissing,
            "~" => Presence::MayBeNull,
            _ => Presence::Always,
        };
        Field { name, presence, kind }
    };
    line.split(' ').map(field).collect()
}

fn fit(which: &str, fields: &[Field], part: &Part) -> Result<(), String> {
    if part.get("v") != Some(&Value::from(1)) {
        return Err(format!("the {which} part is not of version 1"));
    }
    for field in fields {
        let fits = match (part.get(field.name), field.presence) {
            (None, presence) => presence == Presence::MayBeMissing,
            (Some(Value::Null), presence) => matches!(presence, Presence::Null | Presence::MayBeNull),
            (Some(_), Presence::Null) => false,
            (Some(value), _) => is_of(value, field.kind),
        };
        if !fits {
            return Err(format!(
                "the {which} field `{}` is missing or of another form",
                field.name
            ));
        }
    }
    let known = |name: &String| name == "v" || fields.iter().any(|field| field.name == name);
    match part.keys().find(|name| !known(name)) {
        Some(name) => Err(format!("the {which} part has a field `{name}` that its kind has not")),
        None => Ok(()),
    }
}

fn is_of(value: &Value, kind: &str) -> bool {
    let text = value.as_str();
    match kind {
        "text" => text.is_some(),
        "number" => value.as_u64().is_some(),
        "list" => value.is_array(),
        "parties" => value
            .as_array()
            .is_some_and(|relays| relays.len() <= 4 && relays.iter().all(|relay| is_of(relay, "pty"))),
        "hash" => is_hex(text, 64),
        "key" => is_hex(text, 32),
        "time" => text.and_then(super::statement::time).is_some(),
        prefix => text
            .and_then(|text| text.strip_prefix(prefix)?.strip_prefix('_'))
            .is_some_and(|rest| rest.len() == 26 && rest.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())),
    }
}

/// Whether a text is so many lower-case hexadecimal digits.
fn is_hex(text: Option<&str>, digits: usize) -> bool {
    text.is_some_and(|text| text.len() == digits && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
}
