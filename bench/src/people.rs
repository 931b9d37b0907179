//! A population that agreed: one given consent for each person, put straight into the table of people.
//!
//! The rows are what the journal would have left behind, without the entries, texts and signatures of each agreement: a
//! million of those would take longer to make than everything that is measured. No figure depends on them, since an ask
//! reads the person's row only.

use std::path::Path;
use std::sync::Arc;

use domain::facts::{Needs, Person};
use domain::id::{ConsentId, PartyId};
use domain::journal::store::{Store as _, Writes};
use domain::journal::tree::Hash;
use domain::number::Msisdn;
use domain::permission::consent::{Consent, Life};
use domain::permission::evidence::Grade;
use domain::permission::terms::{Origin, Precision};
use domain::purpose::Purpose;
use domain::subject::{Subject, SubjectKey};
use domain::time::{Span, Timestamp};
use gateway::chance::SystemChance;
use gateway::clock::{Clock as _, SystemClock};
use gateway::keys::SubjectIndex;
use gateway::seal::Sealer;
use gateway::store::journal::sqlite::SqliteJournal;

use crate::Failure;
use crate::place::PURPOSE;

/// The first person's number; the others follow.
pub const FIRST_NUMBER: u64 = 99_930_000_000;
/// The asks that each person agreed to.
pub const ASKS_EACH: u32 = 12;
/// How long each plain consent lasts: the longest for its purpose.
const LASTS: Span = Span::seconds(7200);
/// So many rows are written in one transaction.
const CHUNK: usize = 20_000;
/// The rows are written in so many sweeps over the keys. One sweep in order would leave every page full, as no page of a
/// table that grew by and by is; rows that come between earlier ones leave the usual gaps.
const SWEEPS: usize = 3;

/// A person's number.
///
/// # Errors
/// When it is not a number.
pub fn number(person: u32) -> Result<Msisdn, Failure> {
    let digits = (FIRST_NUMBER + u64::from(person)).to_string();
    Msisdn::from_digits(&digits).ok_or_else(|| format!("expected a number, found `{digits}`").into())
}

/// A person as the journal names them.
///
/// # Errors
/// When the number is not one.
pub fn subject(index: &SubjectIndex, person: u32) -> Result<Subject, Failure> {
    let number = number(person)?;
    Ok(Subject {
        key: index.key(number),
        number,
    })
}

/// What each person agreed to.
#[derive(Debug)]
pub struct Agreement {
    /// Who may ask.
    pub recipient: PartyId,
    /// What for.
    pub purpose: Purpose,
    /// How exact.
    pub precision: Precision,
    /// At most so many asks in all.
    pub count: Option<u32>,
    /// How long it lasts.
    pub lasts: Span,
    /// Who may carry signed asks.
    pub relays: Vec<PartyId>,
    /// The thumbprint of the key that outcomes are sealed to.
    pub seal: Option<Hash>,
}

impl Agreement {
    /// Twelve asks for an area, by nobody but the recipient itself.
    #[must_use]
    pub fn plain(recipient: PartyId) -> Self {
        Self {
            recipient,
            purpose: PURPOSE,
            precision: Precision::Area { metres: 500 },
            count: Some(ASKS_EACH),
            lasts: LASTS,
            relays: Vec::new(),
            seal: None,
        }
    }
}

/// Writes so many people into the store, each of whom agreed to that.
///
/// # Errors
/// When the store cannot be written.
pub fn put(
    store: &Path,
    sealer: &Arc<Sealer>,
    index: &SubjectIndex,
    agreement: &Agreement,
    people: u32,
) -> Result<(), Failure> {
    let mut store = SqliteJournal::open(store, Arc::new(SystemClock), Arc::clone(sealer))?;
    let mut keys = (0..people)
        .map(|person| Ok(subject(index, person)?.key))
        .collect::<Result<Vec<SubjectKey>, Failure>>()?;
    keys.sort_unstable();
    let chance = SystemChance::new();
    for sweep in 0..SWEEPS {
        let swept: Vec<SubjectKey> = keys.iter().copied().skip(sweep).step_by(SWEEPS).collect();
        for chunk in swept.chunks(CHUNK) {
            let now = SystemClock.now();
            store.transact("put people", &Needs::default(), &mut |head, _, _| Writes {
                entries: Arc::default(),
                people: chunk
                    .iter()
                    .map(|key| (*key, agreed(agreement, now, &chance)))
                    .collect(),
                changes: Vec::new(),
                spent: Vec::new(),
                erased: Vec::new(),
                leaves: Vec::new(),
                cold: Vec::new(),
                head: head.clone(),
                checkpoint: None,
            })?;
        }
    }
    Ok(())
}

fn agreed(agreement: &Agreement, now: Timestamp, chance: &SystemChance) -> Person {
    let consent = Consent {
        id: ConsentId::new(now, chance.bytes()),
        recipient: agreement.recipient,
        purpose: agreement.purpose,
        precision: agreement.precision,
        origin: Origin::Network,
        count: agreement.count,
        per_hour: None,
        lasts: agreement.lasts,
        within: None,
        relays: agreement.relays.clone(),
        seal: agreement.seal,
        event: None,
        terms: None,
        life: Life::Given {
            at: now,
            from: now,
            until: now.after(agreement.lasts),
            grade: Grade::HandsetLink,
            replied: false,
        },
        used: 0,
        recent: Vec::new(),
        probes: Vec::new(),
    };
    // The question and the agreement were counted.
    Person {
        count: 2,
        last_leaf: Some(0),
        consents: vec![consent],
        ..Person::default()
    }
}
