//! Which client speaks: `private_key_jwt` (RFC 7523 §3), and what its party is approved for.

use domain::id::PartyId;
use domain::journal::settle::{Item, Outcome};
use domain::party::ReplayKey;
use domain::serve::Docket as _;
use domain::time::Timestamp;
use wire::jose::assertion::UnverifiedAssertion;
use wire::jose::jwk::Jwk;
use wire::oauth::error::OAuthError;
use wire::oauth::grant::{ClientAuthentication, Flow};
use wire::oauth::scope::{Api, Scope};

use crate::context::Context;
use crate::http::authenticate::replay_key;
use crate::http::statement::is_over;
use crate::party::PartyRecord;
use crate::store::party::sqlite::{Listed, by_id};

/// A client whose signature was checked. Only [`authenticate`] and [`vouched`] make one.
#[derive(Debug)]
pub struct Client {
    named: Named,
    used: ReplayKey,
}

/// A client that somebody named: enrolled and not suspended. That it is this client who speaks, nobody has shown.
#[derive(Debug)]
pub struct Named(Listed);

impl Named {
    /// The party.
    #[must_use]
    pub const fn party(&self) -> &Listed {
        &self.0
    }

    /// Its record.
    #[must_use]
    pub const fn record(&self) -> &PartyRecord {
        &self.0.record
    }

    /// Whether the party may have a token with this scope in this way.
    ///
    /// # Errors
    /// `unauthorized_client`, whatever it is not approved for. A flow that puts questions to people needs the
    /// approval for that too.
    pub(in crate::http) fn approve(&self, flow: Flow, scope: &Scope) -> Result<(), OAuthError> {
        let record = self.record();
        let api = |name: &str| record.scopes.iter().any(|approved| approved == name);
        let may_ask_people = !flow.asks_people() || api(Api::Consents.name());
        let approved = record.flows.contains(&flow)
            && may_ask_people
            && record.purposes.contains(&scope.purpose())
            && scope.apis().iter().all(|one| api(one.name()));
        if approved {
            Ok(())
        } else {
            Err(OAuthError::UnauthorizedClient)
        }
    }
}

impl Client {
    /// The party.
    #[must_use]
    pub const fn party(&self) -> &Listed {
        self.named.party()
    }

    /// Its record.
    #[must_use]
    pub const fn record(&self) -> &PartyRecord {
        self.named.record()
    }

    /// Whether the party may have a token with this scope in this way.
    ///
    /// # Errors
    /// See [`Named::approve`].
    pub(super) fn approve(&self, flow: Flow, scope: &Scope) -> Result<(), OAuthError> {
        self.named.approve(flow, scope)
    }

    /// Uses its assertion up.
    ///
    /// # Errors
    /// `replayed` if it was used before, `temporarily_unavailable` to a party that sends more than its pace: each one
    /// takes room in the journal's queue that everybody's asks need.
    pub(super) async fn spend(&self, context: &Context, replayed: OAuthError) -> Result<(), OAuthError> {
        if !context.paces.admit(self.party().id, context.now()) {
            metrics::counter!("wayleave_requests_turned_away_total", "why" => "party-pace").increment(1);
            return Err(OAuthError::TemporarilyUnavailable);
        }
        spend(context, self.used, replayed).await
    }
}

/// The names of this server toward a client that calls the endpoint at `path`. Libraries send either.
pub(in crate::http) fn audiences(context: &Context, path: &str) -> [String; 2] {
    let issuer = &context.config.gateway.issuer;
    [issuer.clone(), format!("{issuer}{path}")]
}

/// Which party signed the client's assertion.
///
/// # Errors
/// `invalid_client`, whatever is wrong with it.
pub(super) fn authenticate(
    context: &Context,
    client: &ClientAuthentication,
    path: &str,
    now: Timestamp,
) -> Result<Client, OAuthError> {
    let invalid = OAuthError::InvalidClient;
    let text = client.assertion.as_deref().ok_or_else(|| invalid.clone())?;
    let unverified = UnverifiedAssertion::parse(text).map_err(|_| invalid.clone())?;
    if !client.agrees(unverified.client_id()) {
        return Err(invalid);
    }
    let (party, keys) = registered(context, unverified.client_id(), now)?.ok_or_else(|| invalid.clone())?;
    let [issuer, endpoint] = audiences(context, path);
    let assertion = unverified
        .verify(&keys, &[&issuer, &endpoint], now)
        .map_err(|_| invalid)?;
    let used = replay_key(
        context,
        "assertion",
        &assertion.client_id,
        &assertion.jti,
        assertion.expires,
    );
    Ok(Client {
        named: Named(party),
        used,
    })
}

/// The client of a grant that it signed itself; `used` is what it may use only once.
pub(super) const fn vouched(party: Listed, used: ReplayKey) -> Client {
    Client {
        named: Named(party),
        used,
    }
}

/// The party with this client's name and the keys that are its keys now; `None` if there is none, it is suspended, or the
/// agreement with it is over.
///
/// # Errors
/// `temporarily_unavailable` when the store cannot be read.
pub(super) fn registered(
    context: &Context,
    client_id: &str,
    now: Timestamp,
) -> Result<Option<(Listed, Vec<Jwk>)>, OAuthError> {
    let Ok(id) = client_id.parse::<PartyId>() else {
        return Ok(None);
    };
    let found = context.reader.read(|store| by_id(store, id, &context.sealer));
    let found = found.map_err(|_| OAuthError::TemporarilyUnavailable)?;
    let standing = found.filter(|party| !party.suspended && !is_over(party, now));
    Ok(standing.map(|mut party| {
        if let Some(ending) = party.held.ending.as_ref().filter(|ending| ending.on <= now) {
            // What it still is approved for is what the agreement goes on for.
            party.record.purposes.retain(|purpose| ending.keeps.contains(purpose));
        }
        let keys = party.record.jwks(now);
        (party, keys)
    }))
}

/// The client with this name; `None` if there is none or its party is suspended.
///
/// # Errors
/// `temporarily_unavailable` when the store cannot be read.
pub(in crate::http) fn named(context: &Context, client_id: &str, now: Timestamp) -> Result<Option<Named>, OAuthError> {
    Ok(registered(context, client_id, now)?.map(|(party, _)| Named(party)))
}

/// Uses something up that is good once.
///
/// # Errors
/// `replayed` if it was used before.
pub(super) async fn spend(context: &Context, used: ReplayKey, replayed: OAuthError) -> Result<(), OAuthError> {
    match context.docket.settle(Item::Spend(used)).await {
        Ok(Outcome::Done) => Ok(()),
        Ok(Outcome::Replayed) => Err(replayed),
        Ok(_) | Err(_) => Err(OAuthError::TemporarilyUnavailable),
    }
}
