//! `/consent-info/capture/{ticket}`: the address that CAMARA's `captureUrl` names. It is made for one partner, purpose and
//! number, and good for a few minutes. Whoever opens it sees the first page of an errand, and no more.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use domain::id::PartyId;
use domain::number::Msisdn;
use domain::purpose::Purpose;
use domain::time::{Span, Timestamp};
use wire::oauth::form::Form;
use wire::oauth::redirect::RedirectUri;

use super::start::{LIFE, first_page};
use super::{Errand, Way, astray, language, unavailable};
use crate::context::Context;
use crate::http::extract::Path;
use crate::http::oauth::client;
use crate::seal::fields::{Reader, Writer};
use crate::seal::ticket::TicketKind;

/// How long such an address is good.
pub(in crate::http) const CAPTURE_LIFE: Span = Span::seconds(900);

/// The longest `state` that the partner may add to the address, in bytes.
const STATE_BYTES_MAX: usize = 2048;

/// What such an address says, to the gateway alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::http) struct Invitation {
    /// Whose it is.
    pub(in crate::http) party: PartyId,
    /// What for.
    pub(in crate::http) purpose: Purpose,
    /// Whom it asks.
    pub(in crate::http) number: Msisdn,
    /// Where the browser goes after that, if anywhere.
    pub(in crate::http) callback: Option<RedirectUri>,
    /// Until when it is good.
    pub(in crate::http) until: Timestamp,
}

impl Invitation {
    /// The address; `None` if it cannot be sealed.
    pub(in crate::http) fn address(&self, context: &Context) -> Option<String> {
        let ticket = context.sealer.ticket(TicketKind::Capture, &self.to_bytes()).ok()?;
        Some(format!(
            "{}/consent-info/capture/{ticket}",
            context.config.gateway.issuer
        ))
    }

    fn to_bytes(&self) -> Vec<u8> {
        Writer::default()
            .party(self.party)
            .text(self.purpose.term())
            .number(Some(self.number))
            .optional_text(self.callback.as_ref().map(RedirectUri::as_str))
            .time(self.until)
            .bytes()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut fields = Reader(bytes);
        let invitation = Self {
            party: fields.party()?,
            purpose: Purpose::from_term(&fields.text()?)?,
            number: fields.number()??,
            callback: fields.optional_text()?.map(|text| text.parse()).transpose().ok()?,
            until: fields.time()?,
        };
        fields.end().map(|()| invitation)
    }
}

/// Shows the first page. A GET asks nobody and texts nothing, whoever opens it.
pub(in crate::http) async fn capture(
    State(context): State<Arc<Context>>,
    Path(ticket): Path<String>,
    request: Request,
) -> Response<Body> {
    let (now, headers) = (context.now(), request.headers());
    let opened = context.sealer.open_ticket(TicketKind::Capture, &ticket).ok();
    let invitation = opened
        .and_then(|bytes| Invitation::from_bytes(&bytes))
        .filter(|invitation| now < invitation.until);
    let state = Form::parse(request.uri().query().unwrap_or_default().as_bytes())
        .ok()
        .map(|mut form| form.take("state"))
        .filter(|state| state.as_ref().is_none_or(|state| state.len() <= STATE_BYTES_MAX));
    let (Some(invitation), Some(state)) = (invitation, state) else {
        return astray(&context, headers);
    };
    let client = match client::named(&context, &invitation.party.to_string(), now) {
        Ok(Some(client)) => client,
        Ok(None) => return astray(&context, headers),
        Err(_) => return unavailable(&context),
    };
    let errand = Errand {
        party: invitation.party,
        purpose: invitation.purpose,
        way: Way::Capture {
            callback: invitation.callback,
            state,
        },
        number: Some(invitation.number),
        used: None,
        locale: language(&context, headers),
        until: now.after(LIFE),
    };
    first_page(&context, &client.record().name, &errand)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives() {
        let invitation = Invitation {
            party: PartyId::from_bytes([1; 16]),
            purpose: Purpose::FraudPreventionAndDetection,
            number: Msisdn::parse("+12025550123").expect("a reserved number"),
            callback: Some("https://a.example.com/back".parse().expect("an address")),
            until: Timestamp::from_unix_ms(1_800_000_000_000),
        };
        let bytes = invitation.to_bytes();
        assert_eq!(Invitation::from_bytes(&bytes), Some(invitation));
        assert!((0..bytes.len()).all(|end| Invitation::from_bytes(&bytes[..end]).is_none()));
    }
}
