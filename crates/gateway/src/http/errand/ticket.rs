//! What the pages of an errand hand to each other, sealed: what the partner wants, whom it is about, and what the browser
//! has shown so far. Each step has a kind of ticket of its own, so that no step can be left out.

use domain::id::{ConsentId, PartyId};
use domain::number::Msisdn;
use domain::party::ReplayKey;
use domain::purpose::Purpose;
use domain::subject::Subject;
use domain::time::Timestamp;
use wire::oauth::pkce::Challenge;
use wire::oauth::redirect::RedirectUri;
use wire::oauth::scope::Scope;
use wire::words::Locale;

use crate::context::Context;
use crate::seal::fields::{Reader, Writer};
use crate::seal::ticket::TicketKind;

/// What a partner sent a browser here for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::http) struct Errand {
    /// The partner.
    pub(in crate::http) party: PartyId,
    /// What it wants to ask for.
    pub(in crate::http) purpose: Purpose,
    /// What it wants back, and where.
    pub(in crate::http) way: Way,
    /// Whom it is about, if the partner said so.
    pub(in crate::http) number: Option<Msisdn>,
    /// What this uses up: the partner's request object, if it signed one.
    pub(in crate::http) used: Option<ReplayKey>,
    /// The language of the pages and of the question.
    pub(in crate::http) locale: Locale,
    /// Until when the first page is good.
    pub(in crate::http) until: Timestamp,
}

impl Errand {
    /// Whether the partner itself asked for it: it signed the request, or got the address with its own token. Everybody who
    /// knows its address can begin another.
    pub(in crate::http) const fn is_vouched(&self) -> bool {
        self.used.is_some() || matches!(self.way, Way::Capture { .. })
    }
}

/// The way back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::http) enum Way {
    /// With an authorization code.
    Code {
        /// To this address.
        redirect_uri: RedirectUri,
        /// With this, unchanged.
        state: Option<String>,
        /// For an ID token with this.
        nonce: Option<String>,
        /// For whoever knows what this was made from.
        challenge: Challenge,
        /// For a token with this scope.
        scope: Scope,
    },
    /// With the outcome of a capture.
    Capture {
        /// To this address, if there is one.
        callback: Option<RedirectUri>,
        /// With this, unchanged.
        state: Option<String>,
    },
}

/// An errand once a code was texted, or would have been.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::http) struct Texted {
    /// The errand.
    pub(in crate::http) errand: Errand,
    /// Whose number it is about.
    pub(in crate::http) subject: Subject,
    /// What the code follows from: the question that was put, or a name of its own where none was.
    pub(in crate::http) page: ConsentId,
    /// Whether a question was put.
    pub(in crate::http) asked: bool,
    /// When the question's life is over.
    pub(in crate::http) until: Timestamp,
}

impl Errand {
    pub(in crate::http) fn seal(&self, context: &Context) -> Option<String> {
        let bytes = self.write(Writer::default()).bytes();
        context.sealer.ticket(TicketKind::Errand, &bytes).ok()
    }

    pub(in crate::http) fn open(context: &Context, text: &str) -> Option<Self> {
        let bytes = context.sealer.open_ticket(TicketKind::Errand, text).ok()?;
        let mut fields = Reader(&bytes);
        let errand = Self::read(&mut fields)?;
        fields.end().map(|()| errand)
    }

    fn write(&self, writer: Writer) -> Writer {
        let writer = writer
            .party(self.party)
            .text(self.purpose.term())
            .number(self.number)
            .fixed(&[u8::from(self.used.is_some())])
            .fixed(&self.used.map_or([0; 4], |used| used.until_minute.to_be_bytes()))
            .fixed(&self.used.map_or([0; 16], |used| used.hash))
            .text(self.locale.tag())
            .time(self.until);
        match &self.way {
            Way::Code {
                redirect_uri,
                state,
                nonce,
                challenge,
                scope,
            } => writer
                .fixed(b"a")
                .text(redirect_uri.as_str())
                .optional_text(state.as_deref())
                .optional_text(nonce.as_deref())
                .fixed(&challenge.to_bytes())
                .text(&scope.to_string()),
            Way::Capture { callback, state } => writer
                .fixed(b"c")
                .optional_text(callback.as_ref().map(RedirectUri::as_str))
                .optional_text(state.as_deref()),
        }
    }

    fn read(fields: &mut Reader<'_>) -> Option<Self> {
        let party = fields.party()?;
        let purpose = Purpose::from_term(&fields.text()?)?;
        let number = fields.number()?;
        let is_used = fields.fixed::<1>()? == [1];
        let used = ReplayKey {
            until_minute: u32::from_be_bytes(fields.fixed()?),
            hash: fields.fixed()?,
        };
        let locale = Locale::from_tag(&fields.text()?)?;
        let until = fields.time()?;
        let way = match &fields.fixed::<1>()? {
            b"a" => Way::Code {
                redirect_uri: fields.text()?.parse().ok()?,
                state: fields.optional_text()?,
                nonce: fields.optional_text()?,
                challenge: Challenge::from_bytes(fields.fixed()?),
                scope: fields.text()?.parse().ok()?,
            },
            b"c" => Way::Capture {
                callback: fields.optional_text()?.map(|text| text.parse()).transpose().ok()?,
                state: fields.optional_text()?,
            },
            _ => return None,
        };
        Some(Self {
            party,
            purpose,
            way,
            number,
            used: is_used.then_some(used),
            locale,
            until,
        })
    }
}

impl Texted {
    /// The ticket of a browser that waits for the code.
    pub(in crate::http) fn seal(&self, context: &Context) -> Option<String> {
        context.sealer.ticket(TicketKind::Texted, &self.to_bytes()).ok()
    }

    /// The ticket of a browser that brought the code.
    pub(in crate::http) fn prove(&self, context: &Context) -> Option<String> {
        context.sealer.ticket(TicketKind::Proven, &self.to_bytes()).ok()
    }

    /// Opens the ticket of a browser that waits for the code.
    pub(in crate::http) fn open(context: &Context, text: &str) -> Option<Self> {
        Self::from_bytes(&context.sealer.open_ticket(TicketKind::Texted, text).ok()?)
    }

    /// Opens the ticket of a browser that brought the code.
    pub(in crate::http) fn open_proven(context: &Context, text: &str) -> Option<Self> {
        Self::from_bytes(&context.sealer.open_ticket(TicketKind::Proven, text).ok()?)
    }

    fn to_bytes(&self) -> Vec<u8> {
        let writer = Writer::default()
            .subject(self.subject)
            .consent(Some(self.page))
            .fixed(&[u8::from(self.asked)])
            .time(self.until);
        self.errand.write(writer).bytes()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut fields = Reader(bytes);
        let subject = fields.subject()?;
        let page = fields.consent()??;
        let asked = fields.fixed::<1>()? == [1];
        let until = fields.time()?;
        let errand = Errand::read(&mut fields)?;
        fields.end().map(|()| Self {
            errand,
            subject,
            page,
            asked,
            until,
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::subject::SubjectKey;

    use super::*;

    fn errand(way: Way) -> Errand {
        Errand {
            party: PartyId::from_bytes([1; 16]),
            purpose: Purpose::RequestedServiceProvision,
            way,
            number: None,
            used: Some(ReplayKey {
                until_minute: 7,
                hash: [8; 16],
            }),
            locale: Locale::Spanish,
            until: Timestamp::from_unix_ms(1_800_000_000_000),
        }
    }

    fn ways() -> [Way; 3] {
        let address = "https://a.example.com/back";
        [
            Way::Code {
                redirect_uri: address.parse().expect("an address"),
                state: Some("s".to_owned()),
                nonce: None,
                challenge: Challenge::from_bytes([4; 32]),
                scope: "dpv:RequestedServiceProvision location-retrieval:read"
                    .parse()
                    .expect("a scope"),
            },
            Way::Capture {
                callback: Some(address.parse().expect("an address")),
                state: None,
            },
            Way::Capture {
                callback: None,
                state: Some(String::new()),
            },
        ]
    }

    #[test]
    fn what_a_page_hands_on_survives() {
        for way in ways() {
            let texted = Texted {
                errand: errand(way),
                subject: Subject {
                    number: Msisdn::parse("+12025550123").expect("a reserved number"),
                    key: SubjectKey::from_bytes([2; 16]),
                },
                page: ConsentId::from_bytes([3; 16]),
                asked: true,
                until: Timestamp::from_unix_ms(1_800_000_000_001),
            };
            let bytes = texted.to_bytes();
            assert_eq!(Texted::from_bytes(&bytes), Some(texted));
            assert!((0..bytes.len()).all(|end| Texted::from_bytes(&bytes[..end]).is_none()));
        }
    }
}
