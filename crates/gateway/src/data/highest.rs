//! The highest checkpoint that others know. A store that is behind it, or beside it, is an older copy or a rewritten one: it
//! is not opened, since it would revive consents that were withdrawn and deny what was written.
//!
//! The key directory's own mark is looked at when the data directory is opened. Here are those that the operator of the
//! machine does not hold: the witnesses.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::journal::checkpoint::sign;
use domain::journal::keys::Keys;
use domain::journal::note::Note;
use domain::journal::store::StoreError;
use domain::journal::tree::Frontier;
use tokio::task::JoinSet;

use super::{Data, DataError};
use crate::clock::Clock;
use crate::config::Config;
use crate::config::journal::{Alone, Journal};
use crate::journal::proofs::Proofs;
use crate::journal::witnesses::client::{Client, Told};
use crate::journal::witnesses::clients;

/// How long it waits before it calls a witness again that did not answer.
const AGAIN_AFTER: Duration = Duration::from_millis(500);

/// Asks every witness what it knows of this journal, before anything is added to it. Each is waited for at most as long as
/// the configuration says; then enough of them must have cosigned.
///
/// # Errors
/// When a witness knows a larger or another journal, or too few can be reached and nobody said to start without them. With
/// that word, how many did speak.
pub async fn check(
    journal: &Journal,
    clients: &[Arc<Client>],
    data: &Data,
    clock: &Arc<dyn Clock>,
) -> Result<Option<usize>, DataError> {
    if clients.is_empty() {
        return Ok(None);
    }
    let proofs = Arc::new(Proofs::open(&data.store)?);
    let (size, note) = head(&proofs, &data.questions)?;
    let patience = Duration::from_secs(journal.start_wait_s.into());
    let mut asked = JoinSet::new();
    for client in clients {
        let (client, proofs, note) = (Arc::clone(client), Arc::clone(&proofs), note.clone());
        let clock = Arc::clone(clock);
        asked.spawn(async move {
            let told = ask(&client, &note, size, &proofs, (&clock, patience)).await;
            (client, told)
        });
    }
    let (mut cosigned, mut away) = (0, Vec::new());
    while let Some(answered) = asked.join_next().await {
        let Ok((client, told)) = answered else { continue };
        let who = || format!("the witness `{}`", client.name());
        match told {
            Told::Cosigned(_) => cosigned += 1,
            Told::Ahead(knows) => {
                return Err(DataError::Behind {
                    who: who(),
                    knows,
                    found: size,
                });
            }
            Told::Contradicts(why) => return Err(DataError::Contradicted { who: who(), why }),
            Told::Away(why) => {
                tracing::warn!(
                    witness = client.name(),
                    why,
                    "a witness says nothing about this journal"
                );
                away.push(client.name().to_owned());
            }
        }
    }
    tracing::info!(
        size,
        cosigned,
        away = away.len(),
        "witnesses know no larger journal than this one"
    );
    if cosigned >= journal.cosignatures {
        return Ok(None);
    }
    if let Some(Alone { who, why }) = &journal.without_witnesses {
        tracing::error!(
            who,
            why,
            cosigned,
            needed = journal.cosignatures,
            "STARTED WITHOUT WITNESSES, as the command line wants it: nobody else says that this journal is the whole one"
        );
        return Ok(Some(cosigned));
    }
    Err(DataError::WitnessesAway {
        needed: journal.cosignatures,
        cosigned,
        away: away.join("`, `"),
    })
}

/// How many entries witnesses have seen of the journal that the backup in the folder `from` is of. One that cannot be
/// reached has seen nothing, and is said to be away.
///
/// # Errors
/// When the backup cannot be read, or a witness says that it is not the beginning of what it saw.
pub async fn seen(
    config: &Config,
    from: &Path,
    clock: &Arc<dyn Clock>,
) -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
    let proofs = Arc::new(Proofs::open(&from.join(super::STORE))?);
    let (size, text) = proofs.at_head(|walk| Ok((walk.size(), walk.note().to_owned())))?;
    let note = Note::parse(&text)?;
    let mut seen = 0;
    for client in clients(config)? {
        match client.cosign(&note, size, &proofs, clock.now()).await {
            Told::Cosigned(_) => seen = seen.max(size),
            Told::Ahead(knows) => seen = seen.max(knows),
            Told::Contradicts(why) => {
                let who = format!("the witness `{}`", client.name());
                return Err(DataError::Contradicted { who, why }.into());
            }
            Told::Away(why) => tracing::warn!(witness = client.name(), why, "a witness says nothing of this backup"),
        }
    }
    Ok(seen)
}

/// The signed head; one is made for an empty journal, so that witnesses are asked about that too.
fn head(proofs: &Proofs, keys: &Keys) -> Result<(u64, Note), DataError> {
    let (size, text) = proofs.at_head(|walk| Ok((walk.size(), walk.note().to_owned())))?;
    let text = if text.is_empty() {
        sign(keys, size, &Frontier::default().root())
    } else {
        text
    };
    let note = Note::parse(&text).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok((size, note))
}

/// Calls one witness again and again until it says something, or its time is over.
async fn ask(
    client: &Client,
    note: &Note,
    size: u64,
    proofs: &Arc<Proofs>,
    (clock, patience): (&Arc<dyn Clock>, Duration),
) -> Told {
    let mut last = Told::Away("it did not answer in time");
    let answered = tokio::time::timeout(patience, async {
        loop {
            last = client.cosign(note, size, proofs, clock.now()).await;
            if !matches!(last, Told::Away(_)) {
                return;
            }
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    });
    // Out of time: what it said last is why.
    let _ = answered.await;
    last
}
