//! `POST /oauth2/bc-authorize` (CIBA, poll mode): a client has the gateway ask a person. The question is the ordinary one,
//! put by text; what the client gets is a ticket to come back with. Whether there is such a person is never said.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use axum::http::request::Parts;
use domain::id::{ConsentId, PartyId};
use domain::number::Msisdn;
use domain::permission::terms::{CaseReference, Origin};
use domain::policy::{ConsentRule, Rule};
use domain::subject::Subject;
use domain::time::{Span, Timestamp};
use wire::camara::error::Problem;
use wire::consents::ConsentRequest;
use wire::jose::request_object::{self, Expected};
use wire::oauth::backchannel::{BackchannelRequest, PATH, Parameters, Wish, print_answer};
use wire::oauth::error::OAuthError;
use wire::oauth::grant::Flow;
use wire::oauth::hint::Hint;
use wire::oauth::scope::Scope;
use wire::words::Locale;

use super::answer::{self, Stop};
use super::client::{self, Client};
use super::person::agreed;
use crate::context::Context;
use crate::http::authenticate::{by_assertion, replay_key};
use crate::http::consents::put_to_person;
use crate::http::{body, json};
use crate::seal::ticket::TicketKind;

/// What stands in the text where a partner's own reference would: CIBA has no field for one.
const NO_REFERENCE: &str = "no reference";

/// Puts a question, or finds that it was answered before.
pub async fn authorize(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    let (parts, bytes) = request.into_parts();
    let outcome = ask(&context, &parts, bytes).await;
    answer::response(outcome, &parts.headers, context.is_sandbox())
}

async fn ask(context: &Arc<Context>, parts: &Parts, bytes: Body) -> Result<Vec<u8>, Stop> {
    let now = context.now();
    let bytes = body::read(&context.config.listen, &parts.headers, bytes, json::FORM)
        .await
        .map_err(Stop::Problem)?;
    let request = BackchannelRequest::parse(&bytes)?;
    let client = client::authenticate(context, &request.client, PATH, now)?;
    client.spend(context, OAuthError::InvalidClient).await?;
    let (scope, hint) = parameters(context, &client, request.wish, now).await?.read()?;
    client.approve(Flow::Ciba, &scope)?;
    let Hint::Number(number) = hint else {
        return Err(OAuthError::UnknownUserId.into());
    };
    let ticket = put(context, &client, &scope, number, now).await?;
    let life = Span::seconds(context.config.questions.life_s);
    let sealed = context
        .sealer
        .ticket(TicketKind::BackchannelRequest, &ticket.to_bytes());
    let sealed = sealed.map_err(|_| OAuthError::TemporarilyUnavailable)?;
    Ok(print_answer(&sealed, life))
}

/// The parameters as they stand in the form, or in a request object of this client that was not used before.
async fn parameters(context: &Context, client: &Client, wish: Wish, now: Timestamp) -> Result<Parameters, OAuthError> {
    let object = match wish {
        Wish::Plain(parameters) => return Ok(parameters),
        Wish::Signed(object) => object,
    };
    let client_id = client.party().id.to_string();
    let [issuer, endpoint] = client::audiences(context, PATH);
    let keys = client.record().jwks(now);
    let expected = Expected {
        client_id: &client_id,
        keys: &keys,
        audiences: &[&issuer, &endpoint],
    };
    let object = request_object::verify(&object, expected, now).map_err(|_| OAuthError::InvalidRequestObject)?;
    let used = replay_key(context, "request object", &client_id, &object.jti, object.expires);
    client::spend(context, used, OAuthError::InvalidRequestObject).await?;
    Ok(object.parameters)
}

/// Asks the person, unless they have agreed already.
async fn put(
    context: &Context,
    client: &Client,
    scope: &Scope,
    number: Msisdn,
    now: Timestamp,
) -> Result<Ticket, OAuthError> {
    let subject = context.subject(number);
    let ticket = Ticket {
        party: client.party().id,
        number,
        consent: None,
        until: now.after(Span::seconds(context.config.questions.life_s)),
        scope: scope.clone(),
    };
    if agreed(context, subject, ticket.party, scope.purpose(), now)? {
        return Ok(ticket);
    }
    let Rule::Consent(rule) = context.policy.rule(scope.purpose()) else {
        return Err(OAuthError::QuestionDenied);
    };
    let wish = usual_terms(number, &rule, None).ok_or(OAuthError::QuestionDenied)?;
    let caller = by_assertion(client, scope.purpose());
    let (consent, until) =
        put_to_person(context, caller, wish, now)
            .await
            .map_err(|explained| match explained.problem {
                Problem::Unavailable | Problem::Internal => OAuthError::TemporarilyUnavailable,
                _ => OAuthError::QuestionDenied,
            })?;
    Ok(Ticket {
        consent: Some(consent),
        until,
        ..ticket
    })
}

/// CAMARA's requests carry no terms, so the person is asked for what the policy gives the purpose. Whoever needs less asks
/// by `POST /wayleave/v1/consents`. Without a language of the person's own choice it is the gateway's.
pub(in crate::http) fn usual_terms(
    number: Msisdn,
    rule: &ConsentRule,
    locale: Option<Locale>,
) -> Option<ConsentRequest> {
    Some(ConsentRequest {
        number,
        precision: rule.finest,
        count: rule.count_max,
        per_hour: None,
        lasts: rule.longest,
        case: CaseReference::new(NO_REFERENCE)?,
        origin: Origin::Network,
        within: None,
        locale,
    })
}

/// What an `auth_req_id` says, to the gateway alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Ticket {
    /// To whom it was given.
    pub(super) party: PartyId,
    /// Whom it is about.
    number: Msisdn,
    /// The question that was put, unless the person had agreed before.
    pub(super) consent: Option<ConsentId>,
    /// When it lapses.
    pub(super) until: Timestamp,
    /// What the token shall be for.
    pub(super) scope: Scope,
}

impl Ticket {
    /// Whom it is about.
    pub(super) fn subject(&self, context: &Context) -> Subject {
        context.subject(self.number)
    }

    fn to_bytes(&self) -> Vec<u8> {
        let consent = self.consent.map_or([0; 16], ConsentId::to_bytes);
        [
            &self.party.to_bytes()[..],
            &self.number.to_bytes(),
            &consent,
            &self.until.unix_ms().to_be_bytes(),
            self.scope.to_string().as_bytes(),
        ]
        .concat()
    }

    /// Opens an `auth_req_id`; `None` if this gateway did not make it.
    pub(super) fn open(context: &Context, text: &str) -> Option<Self> {
        let bytes = context.sealer.open_ticket(TicketKind::BackchannelRequest, text).ok()?;
        Self::from_bytes(&bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (party, rest) = bytes.split_first_chunk::<16>()?;
        let (number, rest) = rest.split_first_chunk::<8>()?;
        let (consent, rest) = rest.split_first_chunk::<16>()?;
        let (until, scope) = rest.split_first_chunk::<8>()?;
        Some(Self {
            party: PartyId::from_bytes(*party),
            number: Msisdn::from_bytes(*number)?,
            consent: (*consent != [0; 16]).then(|| ConsentId::from_bytes(*consent)),
            until: Timestamp::from_unix_ms(i64::from_be_bytes(*until)),
            scope: std::str::from_utf8(scope).ok()?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_survives() {
        let scope = "openid dpv:RequestedServiceProvision location-retrieval:read";
        let ticket = Ticket {
            party: PartyId::from_bytes([1; 16]),
            number: Msisdn::parse("+12025550123").expect("a reserved number"),
            consent: Some(ConsentId::from_bytes([2; 16])),
            until: Timestamp::from_unix_ms(1_800_000_000_000),
            scope: scope.parse().expect("a scope"),
        };
        assert_eq!(Ticket::from_bytes(&ticket.to_bytes()), Some(ticket.clone()));
        let answered = Ticket {
            consent: None,
            ..ticket
        };
        assert_eq!(Ticket::from_bytes(&answered.to_bytes()), Some(answered.clone()));
        assert!((0..48).all(|end| Ticket::from_bytes(&answered.to_bytes()[..end]).is_none()));
    }
}
