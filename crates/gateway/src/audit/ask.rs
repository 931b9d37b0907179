//! Whom to text for the auditor, and what: each sampled person once, whatever is run again.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::journal::Leaf;
use domain::journal::entry::{Entry, Kind};
use domain::journal::settle::{Change, Confirmation, Item, Notice};
use domain::journal::tree::sha256;
use domain::number::Msisdn;
use domain::subject::SubjectKey;
use domain::time::{Span, Timestamp};
use serde_json::Value;
use wire::consent_receipt::ConsentReceipt;
use wire::sms::words::audit_question;
use wire::words::Locale;

use super::check::Checked;
use super::page::month;
use super::report::{TOKENS, Tokens};
use super::{Pick, VERSION, digits};
use crate::records::RecordsError;
use crate::records::book::Book;
use crate::store::permission::sqlite::number_of;

/// For so long a text that could not be delivered is worth another try: three days.
const WORTH_SENDING: Span = Span::seconds(3 * 86_400);

/// What is to be done.
pub struct Plan {
    /// What the auditor gets.
    pub tokens: Tokens,
    /// Who is texted.
    pub people: Vec<SubjectKey>,
    /// The entries, each with its text.
    pub items: Vec<Item>,
    /// How many of the sampled people were texted for this audit before.
    pub before: usize,
}

/// Plans the texts of an audit. `link` is what stands before a token in the auditor's address.
///
/// # Errors
/// The store's.
pub fn plan(
    book: &Book,
    (checked, sample): (&Checked, &[u8]),
    audit: &str,
    link: &str,
    now: Timestamp,
) -> Result<Plan, RecordsError> {
    let asked = asked_before(book, audit)?;
    let from = &checked.sample;
    let mut plan = Plan {
        tokens: Tokens {
            what: TOKENS.to_owned(),
            v: VERSION,
            audit: audit.to_owned(),
            party_name: from.party_name.clone(),
            month: from.month.clone(),
            operator: from.operator.clone(),
            sample: digits(&sha256(&[sample])),
            tokens: BTreeMap::new(),
            not_asked: BTreeMap::new(),
        },
        people: Vec::new(),
        items: Vec::new(),
        before: 0,
    };
    for (subject, picks) in people(book, checked, &mut plan.tokens.not_asked)? {
        let leaves: Vec<Leaf> = picks.iter().map(|pick| pick.entry.leaf).collect();
        let Some(to) = reached(book, subject)? else {
            let why = "the number is not kept, or is another person's now";
            let not_asked = leaves.into_iter().map(|leaf| (leaf, why.to_owned()));
            plan.tokens.not_asked.extend(not_asked);
            continue;
        };
        let token = URL_SAFE_NO_PAD.encode(book.audit_token(audit, subject));
        if asked.contains(&subject) {
            plan.before += 1;
        } else {
            let locale = picks.iter().find_map(|pick| language(pick)).unwrap_or_default();
            let address = format!("{}/{token}", link.trim_end_matches('/'));
            let words = audit_question(locale, &from.party_name, &month(locale, &from.month), &address);
            plan.people.push(subject);
            plan.items
                .push(Item::Change(Change::Notice(Box::new(Notice::AuditAsked {
                    subject,
                    audit: audit.to_owned(),
                    text: Confirmation {
                        to,
                        words,
                        until: now.after(WORTH_SENDING),
                    },
                }))));
        }
        plan.tokens.tokens.insert(token, leaves);
    }
    Ok(plan)
}

/// The picks of each person. Whoever was erased since is asked nothing.
fn people<'a>(
    book: &Book,
    checked: &'a Checked,
    not_asked: &mut BTreeMap<Leaf, String>,
) -> Result<BTreeMap<SubjectKey, Vec<&'a Pick>>, RecordsError> {
    let mut people: BTreeMap<SubjectKey, Vec<&Pick>> = BTreeMap::new();
    for pick in &checked.sample.picks {
        let leaf = pick.entry.leaf;
        book.each(leaf..leaf + 1, &mut |kept| {
            match kept.entry().and_then(|entry| entry.subject) {
                Some(subject) => people.entry(subject).or_default().push(pick),
                None => {
                    not_asked.insert(leaf, "the person was erased".to_owned());
                }
            }
            Ok(())
        })?;
    }
    Ok(people)
}

/// Who has an entry of this audit.
fn asked_before(book: &Book, audit: &str) -> Result<BTreeSet<SubjectKey>, RecordsError> {
    let mut asked = BTreeSet::new();
    book.read(&[], &mut |kept| {
        if let Some(entry) = kept.entry().filter(|entry| is_of(entry, audit)) {
            asked.extend(entry.subject);
        }
        Ok(())
    })?;
    Ok(asked)
}

fn is_of(entry: &Entry, audit: &str) -> bool {
    if entry.kind != Kind::AuditAsked {
        return false;
    }
    let part: Value = serde_json::from_str(&entry.party.text).unwrap_or_default();
    part.get("audit").and_then(Value::as_str) == Some(audit)
}

/// A person's number, if it is still theirs: nobody else is told what was asked about them.
fn reached(book: &Book, subject: SubjectKey) -> Result<Option<Msisdn>, RecordsError> {
    let number = number_of(book.store(), subject, book.sealer())?;
    Ok(number.filter(|number| book.subject(*number) == subject))
}

/// The language in which a person was asked for the consent.
fn language(pick: &Pick) -> Option<Locale> {
    let receipt = ConsentReceipt::read(pick.receipt.as_ref()?.to_string().as_bytes()).ok()?;
    Locale::from_tag(&receipt.terms.locale)
}
