//! Fills the board: the live lines and how they were last asked, the open questions, the keys, the latest of the past.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::decide::is_live;
use domain::facts::{Never, Passed, Passing, Person};
use domain::id::{ConsentId, PartyId};
use domain::journal::store::StoreError;
use domain::permission::consent::{Consent, Life};
use domain::permission::terms::Terms;
use domain::time::{Span, Timestamp};
use rusqlite::Connection;
use wire::words::Locale;

use super::keys::masked;
use super::session::{Level, Session};
use super::trust::{self, Past};
use crate::context::Context;
use crate::pages::board::passed::{PassedStanding, PassedView};
use crate::pages::board::{BoardView, HeadView, KeyView, LineView, NeverView, OpenView, PastView, Standing};
use crate::pages::happened::{self, Row};
use crate::passkeys::relying_party;
use crate::store::board::keys::{BoardKey, KeyKind};
use crate::store::history::{Seen, latest};
use crate::store::party::sqlite::by_id as party_by_id;
use crate::store::permission::sqlite::{person_of, terms_of};

/// So many of the latest entries stand on the board itself.
const ROWS: usize = 5;
/// So many of the latest entries are looked through for what a live line was last asked.
const LOOKED_THROUGH: usize = 200;

/// Everything that a board shows.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn view(
    context: &Context,
    session: &Session,
    locale: Locale,
    head: HeadView,
    now: Timestamp,
) -> Result<BoardView, StoreError> {
    let (person, seen) = context.reader.read(|store| {
        let person = person_of(store, session.subject.key, &context.sealer)?;
        let seen = latest(store, session.subject.key, LOOKED_THROUGH, None, &context.sealer)?;
        Ok::<_, StoreError>((person, seen))
    })?;
    let (past, keys) = trust::past(context, session, &person, now)?;
    let names = names(context, &seen)?;
    let rows = rows(locale, &seen, &names);
    let live = |consent: &&Consent| is_live(consent, &person, now);
    let asked = |consent: &&Consent| matches!(consent.life.at(now), Life::Asked { .. });
    let lines: Result<Vec<LineView>, StoreError> = person
        .consents
        .iter()
        .filter(live)
        .filter_map(|consent| line(context, &person, consent, (&seen, &rows), now).transpose())
        .collect();
    let open: Result<Vec<OpenView>, StoreError> = person
        .consents
        .iter()
        .filter(asked)
        .filter_map(|consent| open(context, consent, session.level).transpose())
        .collect();
    Ok(BoardView {
        locale,
        operator: context.config.gateway.operator.clone(),
        number: masked(&session.subject.number.to_e164()),
        lines: lines?,
        open: open?,
        passed: passed(context, &person, past)?,
        paused: person.paused,
        never: never(&person, now),
        keys: keys
            .iter()
            .map(|(row, key)| key_view(context, &person, (*row, key), (session.level, past), now))
            .collect(),
        key_wait_s: if past == Past::Open && session.level != Level::Link {
            0
        } else {
            context.config.board.key_wait_s
        },
        passkeys: relying_party(&context.config.gateway).is_some(),
        erasing: context.board.store.waits_for_erasure(session.subject.key)?,
        past: match past {
            Past::Open => PastView::Open(rows.iter().take(ROWS).cloned().collect(), rows.len() > ROWS),
            Past::From(at) => PastView::From(at.unix_seconds()),
            Past::Shut => PastView::Shut,
        },
        head,
        sandbox: context.is_sandbox(),
    })
}

/// What is passed on, and what was stopped here. What ended at the home belongs to the past.
fn passed(context: &Context, person: &Person, past: Past) -> Result<Vec<PassedView>, StoreError> {
    let standing = |passed: &Passed| match passed.state {
        Passing::Going => Some(PassedStanding::Going),
        Passing::Stopped => Some(PassedStanding::Stopped),
        Passing::Ended => (past == Past::Open).then_some(PassedStanding::Ended),
    };
    let shown = person
        .passed
        .iter()
        .filter_map(|passed| Some((passed, standing(passed)?)));
    let views = shown.map(|(passed, standing)| {
        let party = passed.party;
        let listed = context
            .reader
            .read(|store| party_by_id(store, party, &context.sealer))?;
        Ok(listed.map(|listed| PassedView {
            company: listed.record.name,
            party,
            purpose: passed.purpose,
            standing,
        }))
    });
    views.filter_map(Result::transpose).collect()
}

fn never(person: &Person, now: Timestamp) -> Option<NeverView> {
    match person.never {
        Some(Never::Stands { .. }) => Some(NeverView::Stands),
        Some(Never::Lifting { at, .. }) if now < at => Some(NeverView::Lifting(at.unix_seconds())),
        Some(Never::Lifting { .. }) | None => None,
    }
}

fn line(
    context: &Context,
    person: &Person,
    consent: &Consent,
    (seen, rows): (&[Seen], &[Row]),
    now: Timestamp,
) -> Result<Option<LineView>, StoreError> {
    let Life::Given { from, until, .. } = consent.life else {
        return Ok(None);
    };
    let standing = if person.paused {
        Standing::Paused
    } else if person.is_paused_for(consent.recipient) {
        Standing::CompanyPaused
    } else if now < from {
        Standing::From(from.unix_seconds())
    } else {
        Standing::Live
    };
    let asked = |(seen, _): &(&Seen, &Row)| seen.end.is_some() && seen.consent == Some(consent.id);
    let last = seen.iter().zip(rows).find(asked).map(|(_, row)| row.clone());
    Ok(terms(context, consent.id)?.map(|terms| LineView {
        terms,
        standing,
        until: Some(until.unix_seconds()),
        used: consent.used,
        last,
    }))
}

fn open(context: &Context, consent: &Consent, level: Level) -> Result<Option<OpenView>, StoreError> {
    let Life::Asked { until, .. } = consent.life else {
        return Ok(None);
    };
    // A yes by the question's link counts as one by the handset. A key shows no handset: it may say no, and the yes takes
    // the text.
    let path = path(level, &context.questions.link(consent.id));
    Ok(terms(context, consent.id)?.map(|terms| OpenView {
        company: terms.recipient_name,
        consent: consent.id.to_string(),
        path,
        until: until.unix_seconds(),
    }))
}

fn path(level: Level, link: &[u8]) -> Option<String> {
    (level == Level::Link).then(|| format!("/c/{}", URL_SAFE_NO_PAD.encode(link)))
}

fn terms(context: &Context, consent: ConsentId) -> Result<Option<Terms>, StoreError> {
    context.reader.read(|store| terms_of(store, consent))
}

fn key_view(
    context: &Context,
    person: &Person,
    (row, key): (i64, &BoardKey),
    (level, past): (Level, Past),
    now: Timestamp,
) -> KeyView {
    let wait = Span::seconds(context.config.board.key_wait_s);
    let live = trust::is_in_effect(key, person.sim_changed, wait, now);
    let from = trust::takes_effect(key, person.sim_changed, wait);
    KeyView {
        row,
        kind: match key.kind {
            KeyKind::Passkey => "board-key-passkey",
            KeyKind::Browser => "board-key-browser",
            KeyKind::Waiting => "board-key-waiting",
        },
        at: key.at().unix_seconds(),
        from: (!live).then(|| from.unix_seconds()),
        removable: trust::is_removable(key, level, past, now),
    }
}

/// The registered names of the parties in these entries.
pub(super) fn names(context: &Context, seen: &[Seen]) -> Result<HashMap<PartyId, String>, StoreError> {
    let mut names = HashMap::new();
    context.reader.read(|store: &Connection| {
        let carriers = seen.iter().flat_map(Seen::relays);
        for party in seen.iter().filter_map(|seen| seen.recipient).chain(carriers) {
            if !names.contains_key(&party)
                && let Some(listed) = party_by_id(store, party, &context.sealer)?
            {
                names.insert(party, listed.record.name);
            }
        }
        Ok(names)
    })
}

/// Entries in words.
pub(super) fn rows(locale: Locale, seen: &[Seen], names: &HashMap<PartyId, String>) -> Vec<Row> {
    let name = |seen: &Seen| seen.recipient.and_then(|party| names.get(&party)).map(String::as_str);
    let row = |seen: &Seen| {
        let relays = seen.relays();
        let carriers = relays.iter().filter_map(|relay| names.get(relay)).map(String::as_str);
        happened::row(locale, seen, name(seen), &carriers.collect::<Vec<_>>())
    };
    seen.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_shows_no_handset_and_leads_to_no_yes() {
        assert_eq!(path(Level::Key(1), &[1; 3]), None);
        assert_eq!(path(Level::Link, &[1; 3]).as_deref(), Some("/c/AQEB"));
    }
}
