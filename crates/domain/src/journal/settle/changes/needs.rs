//! What each change wants to know of the store.

use super::Change;
use crate::facts::Needs;

impl Change {
    /// Adds what this change wants to know.
    pub(in super::super) fn needs(&self, needs: &mut Needs) {
        match self {
            Self::Put {
                caller, subject, terms, ..
            } => {
                needs.parties.extend(terms.chain.relays.iter().map(|relay| relay.party));
                needs.people.push(subject.key);
                needs.parties.push(caller.party());
                needs.parties.push(caller.bearer());
                needs.proofs.extend(caller.proofs());
            }
            Self::Agree { subject, .. }
            | Self::Refuse { subject, .. }
            | Self::Withdraw { subject, .. }
            | Self::Reply { subject, .. }
            | Self::Open { subject, .. }
            | Self::Close { subject, .. }
            | Self::PauseParty { subject, .. }
            | Self::SimChanged { subject }
            | Self::EndTenure { subject, .. }
            | Self::AttestLine { subject, .. }
            | Self::SuspendPerson { subject, .. }
            | Self::BeginCall { subject, .. }
            | Self::EndCall { subject, .. }
            | Self::StopPassing { subject, .. }
            | Self::PauseRestored { subject, .. } => needs.people.push(*subject),
            Self::Notice(notice) => needs.people.extend(notice.subject()),
            Self::PlaceHold { .. } | Self::LiftHold { .. } => needs.holds = true,
            Self::Erase { subject, entries, .. } => {
                needs.holds = true;
                needs.entries.extend(entries.iter().map(|entry| entry.leaf));
                needs.people.extend(*subject);
            }
            Self::AgreeForLine { subject, signed, .. } => {
                needs.people.push(subject.key);
                needs.parties.push(signed.terms().recipient);
            }
            Self::CloseNotice { notice, about, .. } => {
                needs.notices.push(*notice);
                needs.parties.push(about.0);
            }
            Self::OpenEvent { .. }
            | Self::EndEvent { .. }
            | Self::HearStop(_)
            | Self::ReceiveNotice { .. }
            | Self::AttestDeletion { .. } => self.needs_of_what_was_sent(needs),
            Self::Enrol { party, .. }
            | Self::Rekey { party, .. }
            | Self::Reapprove { party, .. }
            | Self::Suspend { party, .. }
            | Self::SuspendProgramme { party, .. }
            | Self::EndAgreement { party, .. } => needs.parties.push(*party),
            Self::Abandon(_) | Self::DropReports { .. } | Self::Policy { .. } => {}
        }
    }

    /// The same for what parties sign and send: who sent it, whom it is about, and what is used up with it.
    fn needs_of_what_was_sent(&self, needs: &mut Needs) {
        match self {
            Self::OpenEvent { subject, event, proofs } => {
                needs.people.push(*subject);
                needs.parties.extend([event.source, event.recipient]);
                needs.proofs.extend(proofs);
            }
            Self::EndEvent {
                subject,
                source,
                proofs,
                ..
            } => {
                needs.people.push(*subject);
                needs.parties.push(*source);
                needs.proofs.extend(proofs);
            }
            Self::HearStop(told) => {
                needs.people.push(told.subject);
                needs.parties.push(told.by);
                needs.proofs.extend(&told.proofs);
            }
            Self::ReceiveNotice { notice, proofs } => {
                needs.parties.extend([notice.by, notice.about]);
                needs.proofs.extend(proofs);
            }
            Self::AttestDeletion { party, proofs, .. } => {
                needs.parties.push(*party);
                needs.proofs.extend(proofs);
            }
            _ => {}
        }
    }
}
