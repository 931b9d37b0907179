//! Random batches, held against a model that is small enough to be believed.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::world::*;
use crate::id::ConsentId;
use crate::journal::settle::{Change, Item, Outcome, Recorded, Word};
use crate::locate::Failure;
use crate::time::{Span, Timestamp};

/// What can happen; numbers pick among what there is.
#[derive(Clone, Debug)]
enum Op {
    Agree { person: u8, count: u32, lasts: u32 },
    Ask { person: u8 },
    Release(usize),
    Fail(usize, bool),
    Withdraw(usize),
    Suspend(bool),
    Pause { person: u8, paused: bool },
    Wait(u32),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        2 => (1..3_u8, 1..4_u32, 50..200_u32).prop_map(|(person, count, lasts)| Op::Agree { person, count, lasts }),
        6 => (1..3_u8).prop_map(|person| Op::Ask { person }),
        4 => any::<usize>().prop_map(Op::Release),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(index, contacted)| Op::Fail(index, contacted)),
        2 => any::<usize>().prop_map(Op::Withdraw),
        1 => any::<bool>().prop_map(Op::Suspend),
        1 => (1..3_u8, any::<bool>()).prop_map(|(person, paused)| Op::Pause { person, paused }),
        2 => (1..120_u32).prop_map(Op::Wait),
    ]
}

struct Consent {
    id: ConsentId,
    person: u8,
    left: u32,
    until: Timestamp,
    withdrawn: bool,
}

/// An ask that was covered: by which consent, and what has ended it since.
struct Pending {
    recorded: Option<Recorded>,
    consent: usize,
    ended: Option<&'static str>,
}

#[derive(Default)]
struct Model {
    consents: Vec<Consent>,
    pending: Vec<Pending>,
    suspended: bool,
    paused: BTreeSet<u8>,
}

impl Model {
    /// The word that the next ask about this person must have, and the consent that covers it.
    fn ask(&mut self, person: u8, now: Timestamp) -> (&'static str, Option<usize>) {
        if self.suspended {
            return ("party-suspended", None);
        }
        let mut reason = None;
        for (index, consent) in self
            .consents
            .iter_mut()
            .enumerate()
            .rev()
            .filter(|(_, it)| it.person == person)
        {
            let why = match () {
                () if consent.withdrawn => "withdrawn",
                () if now >= consent.until => "expired",
                () if consent.left == 0 => "count-spent",
                () if self.paused.contains(&person) => {
                    consent.left -= 1;
                    return ("paused", None);
                }
                () => {
                    consent.left -= 1;
                    return ("recorded", Some(index));
                }
            };
            reason = reason.or(Some(why));
        }
        (reason.unwrap_or("no-permission"), None)
    }

    fn end(&mut self, why: &'static str, which: impl Fn(&Pending) -> bool) {
        for pending in self.pending.iter_mut().filter(|pending| which(pending)) {
            pending.ended = pending.ended.or(Some(why));
        }
    }

    fn release(&self, index: usize, now: Timestamp) -> &'static str {
        let pending = &self.pending[index];
        let expired = now >= self.consents[pending.consent].until;
        pending.ended.or(expired.then_some("expired")).unwrap_or("released")
    }

    /// An ask that is still to be closed.
    fn pick(&self, number: usize) -> Option<usize> {
        let open: Vec<usize> = (0..self.pending.len())
            .filter(|index| self.pending[*index].recorded.is_some())
            .collect();
        (!open.is_empty()).then(|| open[number % open.len()])
    }
}

/// The item that an operation is, and the word that its outcome must have.
fn item(world: &mut World, model: &mut Model, op: &Op, covered: &mut Vec<usize>) -> Option<(Item, &'static str)> {
    let now = world.now();
    Some(match op {
        Op::Ask { person: who } => {
            let (word, consent) = model.ask(*who, now);
            covered.extend(consent);
            (world.ask(ROADSIDE, person(*who), WHERE), word)
        }
        Op::Release(number) => {
            let index = model.pick(*number)?;
            let word = model.release(index, now);
            let answer = world.answer(model.pending[index].recorded.take()?);
            (Item::Release(answer), word)
        }
        Op::Fail(number, contacted) => {
            let index = model.pick(*number)?;
            let failure = if *contacted { Failure::Timeout } else { Failure::Busy };
            model.consents[model.pending[index].consent].left += u32::from(!contacted);
            (
                Item::Fail(model.pending[index].recorded.take()?, failure),
                failure.code(),
            )
        }
        Op::Withdraw(number) => {
            let index = number.checked_rem(model.consents.len())?;
            let (who, id) = (model.consents[index].person, model.consents[index].id);
            let alive = !model.consents[index].withdrawn && now < model.consents[index].until;
            if alive {
                // Whatever the same company was given by the same person ends with it.
                let held = |consent: &Consent| consent.person == who && !consent.withdrawn && now < consent.until;
                let ended: Vec<usize> = (0..model.consents.len())
                    .filter(|one| held(&model.consents[*one]))
                    .collect();
                ended.iter().for_each(|one| model.consents[*one].withdrawn = true);
                model.end("withdrawn", |pending| ended.contains(&pending.consent));
            }
            let item = World::withdraw(person(who), id);
            (item, if alive { "changed" } else { "not-applicable" })
        }
        Op::Suspend(suspended) => {
            let changes = model.suspended != *suspended;
            model.suspended = *suspended;
            if changes && *suspended {
                model.end("party-suspended", |_| true);
            }
            (
                World::suspend(ROADSIDE, *suspended),
                if changes { "changed" } else { "not-applicable" },
            )
        }
        Op::Pause { person: who, paused } => {
            let consents = &model.consents;
            let theirs: Vec<bool> = consents.iter().map(|consent| consent.person == *who).collect();
            if !*paused {
                model.paused.remove(who);
            } else if model.paused.insert(*who) {
                model.end("paused", |pending| theirs[pending.consent]);
            }
            let word = if *paused { Word::Pause } else { Word::Resume };
            let subject = person(*who).key;
            (Item::Change(Change::Reply { subject, word }), "replied")
        }
        Op::Agree { .. } | Op::Wait(_) => return None,
    })
}

fn agree(world: &mut World, model: &mut Model, who: u8, count: u32, lasts: u32) {
    // One question more than a person's list holds would be refused; the model keeps to fewer.
    if model.suspended || model.consents.len() >= 12 {
        return;
    }
    let until = world.now().after(Span::seconds(lasts));
    let id = world.agreed(ROADSIDE, person(who), |terms| {
        (terms.count, terms.lasts) = (Some(count), Span::seconds(lasts));
    });
    model.consents.push(Consent {
        id,
        person: who,
        left: count,
        until,
        withdrawn: false,
    });
}

/// Settles one batch and compares outcome by outcome.
fn settle(world: &mut World, model: &mut Model, ops: &[Op]) -> Result<(), TestCaseError> {
    let mut covered = Vec::new();
    let pending = model.pending.len();
    let mut batch = Vec::new();
    for op in ops {
        // A release within a batch sees the changes before it; what the batch itself asked is answered later.
        let item = item(world, model, op, &mut covered);
        while model.pending.len() < pending + covered.len() {
            let consent = covered[model.pending.len() - pending];
            model.pending.push(Pending {
                recorded: None,
                consent,
                ended: None,
            });
        }
        batch.extend(item);
    }
    let (items, words): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
    let outcomes = world.settle(items);
    let found: Vec<_> = outcomes.iter().map(word).collect();
    prop_assert_eq!(found, words);
    let recorded = outcomes.into_iter().filter_map(|outcome| match outcome {
        Outcome::Recorded(recorded) => Some(*recorded),
        _ => None,
    });
    for (slot, recorded) in model.pending[pending..].iter_mut().zip(recorded) {
        slot.recorded = Some(recorded);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_history_is_the_models(batches in prop::collection::vec(prop::collection::vec(op(), 1..6), 1..30)) {
        let (mut world, mut model) = (World::new(), Model::default());
        for batch in &batches {
            for op in batch {
                match op {
                    Op::Agree { person, count, lasts } => agree(&mut world, &mut model, *person, *count, *lasts),
                    Op::Wait(seconds) => world.wait(*seconds),
                    _ => {}
                }
            }
            settle(&mut world, &mut model, batch)?;
        }
        let open_asks = model.pending.iter().filter(|pending| pending.recorded.is_some()).count();
        drop(model);
        let (entries, closed) = restart(&mut world);
        prop_assert_eq!(entries + closed as u64, world.store.content().entries.len() as u64);
        prop_assert_eq!(closed, open_asks);
    }
}
