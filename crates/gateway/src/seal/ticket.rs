//! Tickets: what the gateway hands to others to bring back, and what nobody but the gateway can read or make. A ticket
//! keeps no row here, so that it outlives a crash and fills no disk.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Place, SealError, Sealer};

/// What a ticket is for. One kind is never taken for another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TicketKind {
    /// The person whom an access token is about.
    TokenSubject,
    /// A request that waits for a person's answer (CIBA's `auth_req_id`).
    BackchannelRequest,
    /// An authorization code.
    AuthorizationCode,
    /// A refresh token.
    RefreshToken,
    /// What a partner opened a page of ours for, before anybody said whose number it is about.
    Errand,
    /// The same, once a code was texted to a number.
    Texted,
    /// The same, once that code came back.
    Proven,
    /// An address at which a person can be asked for a consent (CAMARA's `captureUrl`).
    Capture,
    /// The cookie of somebody who is signed in on their board.
    BoardSession,
    /// The journal's head that a board saw last.
    BoardHead,
    /// A challenge that a passkey or a browser's key answers.
    PasskeyChallenge,
    /// A visit to the try page.
    TryVisit,
    /// The cookie of an account's holder who is signed in.
    AccountSession,
}

impl TicketKind {
    fn place(self, row: i64) -> Place {
        Place {
            table: "ticket",
            column: match self {
                Self::TokenSubject => "token subject",
                Self::BackchannelRequest => "backchannel request",
                Self::AuthorizationCode => "authorization code",
                Self::RefreshToken => "refresh token",
                Self::Errand => "errand",
                Self::Texted => "texted",
                Self::Proven => "proven",
                Self::Capture => "capture",
                Self::BoardSession => "board session",
                Self::BoardHead => "board head",
                Self::PasskeyChallenge => "passkey challenge",
                Self::TryVisit => "try visit",
                Self::AccountSession => "account session",
            },
            row,
        }
    }
}

impl Sealer {
    /// Seals `plain` as a ticket: base64url text. Its key follows from chance, so that random nonces never run out.
    ///
    /// # Errors
    /// When the cryptographic library refuses, which it does for no value of this size.
    pub fn ticket(&self, kind: TicketKind, plain: &[u8]) -> Result<String, SealError> {
        let row = self.chance.bytes::<8>();
        let plain = [&self.mark()[..], plain].concat();
        let sealed = self.seal(kind.place(i64::from_be_bytes(row)), &plain)?;
        Ok(URL_SAFE_NO_PAD.encode([&row[..], &sealed].concat()))
    }

    /// Opens a ticket of this kind.
    ///
    /// # Errors
    /// When it was altered, or is of another kind or another gateway.
    pub fn open_ticket(&self, kind: TicketKind, text: &str) -> Result<Vec<u8>, SealError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| SealError)?;
        let (row, sealed) = bytes.split_first_chunk::<8>().ok_or(SealError)?;
        let plain = self.open(kind.place(i64::from_be_bytes(*row)), sealed)?;
        let plain = plain.strip_prefix(&self.mark()[..]).ok_or(SealError)?;
        Ok(plain.to_vec())
    }

    /// What a ticket begins with. The first journal's begin with nothing, and no ticket's own text begins with a zero byte.
    fn mark(&self) -> Vec<u8> {
        if self.journal > 1 {
            self.journal.to_be_bytes().to_vec()
        } else {
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::secret::Secret;

    use super::*;

    #[test]
    fn a_ticket_opens_here_and_as_what_it_is() {
        let sealer = Sealer::new(Secret::new([3; 32]));
        let ticket = sealer.ticket(TicketKind::TokenSubject, b"a number").expect("seals");
        assert_eq!(
            sealer.open_ticket(TicketKind::TokenSubject, &ticket),
            Ok(b"a number".to_vec())
        );
        assert_eq!(
            sealer.open_ticket(TicketKind::BackchannelRequest, &ticket),
            Err(SealError)
        );
        let other = Sealer::new(Secret::new([4; 32]));
        assert_eq!(other.open_ticket(TicketKind::TokenSubject, &ticket), Err(SealError));
        let later = Sealer::new(Secret::new([3; 32])).of_journal(2);
        assert_eq!(later.open_ticket(TicketKind::TokenSubject, &ticket), Err(SealError));
        let newer = later.ticket(TicketKind::TokenSubject, b"a number").expect("seals");
        assert_eq!(
            later.open_ticket(TicketKind::TokenSubject, &newer),
            Ok(b"a number".to_vec())
        );
        let again = sealer.ticket(TicketKind::TokenSubject, b"a number").expect("seals");
        assert_ne!(ticket, again, "two tickets for one person cannot be told to be so");
        for altered in ["", "AAAA", &ticket[..ticket.len() - 2], &format!("A{}", &ticket[1..])] {
            if altered != ticket {
                assert_eq!(sealer.open_ticket(TicketKind::TokenSubject, altered), Err(SealError));
            }
        }
    }
}
