//! What this gateway published itself, in the folder or the bucket that a static host serves: a checkpoint that is larger
//! than the journal, or that the journal does not continue, says that the store is an older copy or was rewritten.

use std::time::Duration;

use domain::journal::checkpoint::{Checkpoint, VerifierKey};
use domain::journal::note::Note;
use domain::journal::store::StoreError;

use super::{Data, DataError, KEYS};
use crate::config::Config;
use crate::config::gateway::Gateway;
use crate::config::journal::Journal;
use crate::journal::proofs::Proofs;
use crate::journal::publish::CHECKPOINT;
use crate::journal::publish::place::{Place, PlaceError};
use crate::keys::{KeyDirectory, number_of};

/// How long it waits before it asks again a place that did not answer.
const AGAIN_AFTER: Duration = Duration::from_millis(500);

/// Holds the journal against the checkpoint that was published last. A place without one, or with that of a journal before a
/// declared restore, says nothing. One of a journal after it says that store and keys are both copies of before.
///
/// A place that cannot be read is waited for as long as a witness is. Then others must speak for the journal: the witnesses
/// that the configuration needs, or whoever said to start without them.
///
/// # Errors
/// When the published checkpoint is beyond the journal, or beside it; or when it cannot be read, and nobody else speaks.
/// Otherwise whether the place said anything.
pub async fn check(place: &dyn Place, config: &Config, data: &Data) -> Result<bool, DataError> {
    let journal = &config.journal;
    let patience = Duration::from_secs(journal.start_wait_s.into());
    let note = match ask(place, patience).await {
        Ok(Some(note)) => note,
        Ok(None) => return Ok(true),
        Err(why) => return away(place, journal, why).map(|()| false),
    };
    let note = String::from_utf8_lossy(&note);
    match VerifierKey::of(&data.questions).open(&note) {
        Ok(published) => compare(place, data, &published).map(|()| true),
        Err(error) => {
            if let Some(knows) = later(&config.gateway, data, &note)? {
                return Err(DataError::Superseded {
                    who: who(place),
                    knows,
                    found: data.questions.origin().to_owned(),
                });
            }
            tracing::warn!(%error, place = place.name(), "the published checkpoint is not this journal's");
            Ok(true)
        }
    }
}

/// The name in a note that the journal's own key signed under a higher number than the journal has here.
fn later(gateway: &Gateway, data: &Data, note: &str) -> Result<Option<String>, DataError> {
    let said = Note::parse(note).and_then(|note| Checkpoint::parse(note.text()));
    let Ok(Checkpoint { origin, .. }) = said else {
        return Ok(None);
    };
    let number = |name: &str| number_of(&gateway.origin(), name);
    if number(&origin) <= number(data.questions.origin()) {
        return Ok(None);
    }
    let directory = KeyDirectory::open(&gateway.data_dir.join(KEYS), gateway.world.into())?;
    let key = VerifierKey::of(&directory.journal_named(&origin)?);
    Ok(key.open(note).is_ok().then_some(origin))
}

fn who(place: &dyn Place) -> String {
    format!("whoever reads `{}`", place.name())
}

/// Asks again and again until the place says something, or its time is over.
async fn ask(place: &dyn Place, patience: Duration) -> Result<Option<Vec<u8>>, String> {
    let mut last = "it did not answer in time".to_owned();
    let answered = tokio::time::timeout(patience, async {
        loop {
            match place.read(CHECKPOINT).await {
                Ok(found) => return found,
                Err(PlaceError::Failed(why) | PlaceError::Different(why)) => last = why,
            }
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    });
    answered.await.map_err(|_| last)
}

/// Nobody knows what was published: whether to start all the same.
fn away(place: &dyn Place, journal: &Journal, why: String) -> Result<(), DataError> {
    let place = place.name();
    if let Some(alone) = &journal.without_witnesses {
        tracing::error!(
            place,
            why,
            who = alone.who,
            because = alone.why,
            "STARTED WITHOUT WITNESSES, as the command line wants it: nobody knows what was published last"
        );
        return Ok(());
    }
    if journal.cosignatures > 0 {
        // They are asked next, and without their word there is no start.
        tracing::warn!(
            place,
            why,
            "what was published last cannot be read; the witnesses have to speak for the journal"
        );
        return Ok(());
    }
    Err(DataError::PublishedAway { place, why })
}

fn compare(place: &dyn Place, data: &Data, published: &Checkpoint) -> Result<(), DataError> {
    let found = data.opened.entries;
    if published.size > found {
        return Err(DataError::Behind {
            who: who(place),
            knows: published.size,
            found,
        });
    }
    let root = Proofs::open(&data.store)?.at_head(|walk| walk.root(published.size));
    match root {
        Ok(root) if root == published.root => Ok(()),
        Ok(_) => Err(DataError::Contradicted {
            who: who(place),
            why: "the published root is another",
        }),
        Err(error) => Err(StoreError::Failed(error.to_string()).into()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use std::sync::Arc;

    use domain::journal::checkpoint::sign;
    use domain::locate::Wait;

    use super::*;
    use crate::clock::SystemClock;
    use crate::config::journal::Alone;
    use crate::data::{create_if_missing, open};
    use crate::keys::numbered;

    /// A place that cannot be read so many times.
    struct Away(AtomicUsize);

    impl Place for Away {
        fn name(&self) -> String {
            "https://s3.example.com/log/".to_owned()
        }

        fn read<'a>(&'a self, _: &'a str) -> Wait<'a, Result<Option<Vec<u8>>, PlaceError>> {
            let left = self
                .0
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
            Box::pin(async move {
                match left {
                    Ok(_) => Err(PlaceError::Failed("nobody answers".to_owned())),
                    Err(_) => Ok(Some(b"a note".to_vec())),
                }
            })
        }

        fn keep<'a>(&'a self, _: &'a str, _: Vec<u8>) -> Wait<'a, Result<(), PlaceError>> {
            Box::pin(async { panic!("a start writes nothing") })
        }

        fn replace<'a>(&'a self, _: &'a str, _: Vec<u8>) -> Wait<'a, Result<(), PlaceError>> {
            Box::pin(async { panic!("a start writes nothing") })
        }

        fn clear<'a>(&'a self, _: &'a str) -> Wait<'a, Result<(), PlaceError>> {
            Box::pin(async { panic!("a start removes nothing") })
        }
    }

    #[tokio::test]
    async fn a_place_that_is_away_is_waited_for_and_no_longer() {
        let back = Away(AtomicUsize::new(1));
        assert_eq!(ask(&back, Duration::from_secs(60)).await, Ok(Some(b"a note".to_vec())));
        let gone = Away(AtomicUsize::new(usize::MAX));
        let why = ask(&gone, Duration::from_millis(50)).await;
        assert_eq!(why, Err("nobody answers".to_owned()));
    }

    #[test]
    fn somebody_else_has_to_speak_for_the_journal_then() {
        let place = Away(AtomicUsize::new(usize::MAX));
        for (cosignatures, without_witnesses, starts) in
            [(0, false, false), (1, false, true), (0, true, true), (1, true, true)]
        {
            let alone = || Alone {
                who: "R. Miller".to_owned(),
                why: "the bucket is away".to_owned(),
            };
            let journal = Journal {
                cosignatures,
                without_witnesses: without_witnesses.then(alone),
                ..Journal::default()
            };
            let outcome = away(&place, &journal, "nobody answers".to_owned());
            assert_eq!(outcome.is_ok(), starts, "{cosignatures} {without_witnesses}");
            if let Err(error) = outcome {
                assert!(error.to_string().contains("nobody answers"), "{error}");
            }
        }
    }

    #[test]
    fn a_note_of_a_later_journal_of_the_same_key_is_known_as_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let (ours, others) = (super::super::tests::gateway(folder.path()), {
            super::super::tests::gateway(&folder.path().join("other"))
        });
        for gateway in [&ours, &others] {
            create_if_missing(gateway).expect("made");
        }
        let data = open(&ours, Arc::new(SystemClock)).expect("opens");
        let note = |gateway: &Gateway, number| {
            let directory = KeyDirectory::open(&gateway.data_dir.join(KEYS), gateway.world.into()).expect("keys");
            let keys = directory.journal_named(&numbered(&gateway.origin(), number));
            sign(&keys.expect("keys"), 9, &[7; 32])
        };
        let found = |note: &str| later(&ours, &data, note).expect("keys");
        assert_eq!(found(&note(&ours, 2)), Some(numbered(&ours.origin(), 2)));
        assert_eq!(found(&note(&ours, 1)), None, "this journal's own");
        assert_eq!(found(&note(&others, 2)), None, "another key's");
        assert_eq!(found("a note"), None);
    }
}
