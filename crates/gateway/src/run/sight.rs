//! What a person is told about their own questions and about who sees them: read from the store, and deciding nothing.

use domain::decide::is_live;
use domain::id::PartyId;
use domain::journal::entry::Kind;
use domain::journal::keys::Keys;
use domain::journal::store::StoreError;
use domain::permission::consent::Life;
use domain::subject::SubjectKey;
use domain::time::Timestamp;
use rusqlite::Connection;
use wire::sms::Code;
use wire::sms::words::locale_of;

use crate::messages::replies::{Ask, Ending, Live, OpenQuestion, Sight};
use crate::seal::Sealer;
use crate::store::history::{Seen, latest};
use crate::store::party::sqlite::by_id as party_by_id;
use crate::store::permission::sqlite::{by_id, person_of, terms_of};

/// So many asks are told of.
const ASKS: usize = 3;
/// So many entries are read to find them: between asks stand questions and changes.
const ENTRIES: usize = 60;

/// The questions that wait for this person's answer, oldest first.
pub(super) fn open(
    connection: &Connection,
    subject: SubjectKey,
    now: Timestamp,
    (sealer, keys): (&Sealer, &Keys),
) -> Result<Vec<OpenQuestion>, StoreError> {
    let person = person_of(connection, subject, sealer)?;
    let asked = person.consents.iter();
    let asked = asked.filter(|consent| matches!(consent.life.at(now), Life::Asked { .. }));
    let mut open = Vec::new();
    for consent in asked {
        let code = keys.code(consent.id);
        let question = by_id(connection, consent.id, consent.recipient, sealer)?;
        if let (Some(question), Some(parsed)) = (question, Code::parse(&code)) {
            open.push(OpenQuestion {
                consent: consent.id,
                company: question.terms.recipient_name.clone(),
                code: parsed,
                // Only the words that were texted say whether a reply is wanted.
                by_reply: question.words.contains(&format!(" {code}")),
                locale: locale_of(&question.terms),
            });
        }
    }
    Ok(open)
}

/// Who can see this person now, and who asked last.
pub(super) fn sight(
    connection: &Connection,
    subject: SubjectKey,
    now: Timestamp,
    sealer: &Sealer,
) -> Result<Sight, StoreError> {
    let person = person_of(connection, subject, sealer)?;
    let mut live = Vec::new();
    for consent in &person.consents {
        if is_live(consent, &person, now)
            && let Life::Given { until, .. } = consent.life
            && let Some(terms) = terms_of(connection, consent.id)?
        {
            live.push(Live {
                company: terms.recipient_name,
                precision: terms.precision,
                until,
            });
        }
    }
    let seen = latest(connection, subject, ENTRIES, None, sealer)?;
    let asked = |seen: &&Seen| matches!(seen.kind, Kind::Asked | Kind::Refused);
    let mut asks = Vec::new();
    for seen in seen.iter().filter(asked).take(ASKS) {
        asks.push(Ask {
            company: name_of(connection, seen.recipient, sealer)?,
            at: seen.at,
            ending: ending(seen),
        });
    }
    Ok(Sight {
        paused: person.paused,
        never: person.forbids_questions(now),
        live,
        asks,
    })
}

fn ending(seen: &Seen) -> Ending {
    let kind = seen.end.as_ref().map_or(seen.kind, |end| end.kind);
    match kind {
        Kind::Answered => Ending::Answered,
        Kind::Refused => Ending::Refused,
        Kind::Withheld => Ending::Withheld,
        Kind::Failed | Kind::Abandoned => Ending::NoPosition,
        _ => Ending::UnderWay,
    }
}

fn name_of(connection: &Connection, party: Option<PartyId>, sealer: &Sealer) -> Result<Option<String>, StoreError> {
    let Some(party) = party else { return Ok(None) };
    Ok(party_by_id(connection, party, sealer)?.map(|party| party.record.name))
}
