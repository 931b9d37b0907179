//! Challenges that keep no row here: the challenge, what it is for and until when travel in a sealed ticket, which the
//! browser brings back. That an answer is used once is the journal's list of used proofs.

use domain::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::chance::SystemChance;
use crate::seal::ticket::TicketKind;
use crate::seal::{SealError, Sealer};

/// How long a person may take: to find their phone, their finger, their security key.
const LIFE: Span = Span::seconds(300);

/// What a challenge is for. One kind of answer never stands for the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aim {
    /// A new key is enrolled on the board of somebody who is signed in.
    Enrol,
    /// Somebody signs in.
    SignIn,
    /// The holder of an account enrols the key that the invitation is for.
    HolderEnrols,
    /// The holder of an account signs in.
    HolderSignsIn,
}

/// A challenge and the ticket that brings it back.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// Thirty-two bytes of chance.
    pub bytes: [u8; 32],
    /// The sealed ticket.
    pub ticket: String,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    bytes: [u8; 32],
    aim: Aim,
    /// Whose board, for an enrolment; which account.
    subject: Option<[u8; 16]>,
    until_ms: i64,
}

/// Draws a challenge.
///
/// # Errors
/// When the cryptographic library refuses.
pub fn draw(
    sealer: &Sealer,
    chance: &SystemChance,
    (aim, subject): (Aim, Option<[u8; 16]>),
    now: Timestamp,
) -> Result<Challenge, SealError> {
    let sealed = Sealed {
        bytes: chance.bytes(),
        aim,
        subject,
        until_ms: now.after(LIFE).unix_ms(),
    };
    let plain = serde_json::to_vec(&sealed).map_err(|_| SealError)?;
    Ok(Challenge {
        bytes: sealed.bytes,
        ticket: sealer.ticket(TicketKind::PasskeyChallenge, &plain)?,
    })
}

/// The challenge of a ticket that was drawn for this aim and this board, and is not old; with the minute in which it ends.
#[must_use]
pub fn redeem(
    sealer: &Sealer,
    ticket: &str,
    (aim, subject): (Aim, Option<[u8; 16]>),
    now: Timestamp,
) -> Option<([u8; 32], u32)> {
    let plain = sealer.open_ticket(TicketKind::PasskeyChallenge, ticket).ok()?;
    let sealed: Sealed = serde_json::from_slice(&plain).ok()?;
    let fits = sealed.aim == aim && sealed.subject == subject && now.unix_ms() < sealed.until_ms;
    let minute = u32::try_from(sealed.until_ms / 60_000 + 1).ok()?;
    fits.then_some((sealed.bytes, minute))
}

#[cfg(test)]
mod tests {
    use domain::secret::Secret;

    use super::*;

    #[test]
    fn a_challenge_comes_back_for_its_aim_its_board_and_in_its_time() {
        let (sealer, chance) = (Sealer::new(Secret::new([3; 32])), SystemChance::new());
        let now = Timestamp::from_unix_ms(1_800_000_000_000);
        let drawn = draw(&sealer, &chance, (Aim::Enrol, Some([1; 16])), now).expect("drawn");
        let redeemed = |aim, subject, at| redeem(&sealer, &drawn.ticket, (aim, subject), at).map(|(bytes, _)| bytes);
        assert_eq!(redeemed(Aim::Enrol, Some([1; 16]), now), Some(drawn.bytes));
        assert_eq!(redeemed(Aim::SignIn, Some([1; 16]), now), None);
        assert_eq!(redeemed(Aim::Enrol, Some([2; 16]), now), None);
        assert_eq!(redeemed(Aim::Enrol, None, now), None);
        assert_eq!(redeemed(Aim::Enrol, Some([1; 16]), now.after(LIFE)), None);
        assert_eq!(redeem(&sealer, "AAAA", (Aim::Enrol, None), now), None);
    }
}
