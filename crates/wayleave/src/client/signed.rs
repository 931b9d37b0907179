//! What a client signs itself and opens itself: an ask in its own name, that others may carry, and its sealed outcome.

use domain::id::PartyId;
use domain::journal::checkpoint::VerifierKey;
use domain::journal::receipt::Receipt;
use domain::number::Msisdn;
use hyper::Method;
use serde_json::{Value, json};
use wire::asks::name::EventName;
use wire::asks::opened::{Expected, OpenedProblem, OpenedTold, Trusted, open};
use wire::asks::{Wish, subject};
use wire::jose::SealingJwk;
use wire::jose::jwe::Fresh;
use wire::jose::signed_ask::{Draft, sign};
use wire::json::{DEPTH_MAX, parse};
use wire::oauth::jwks;

use super::credentials::Credentials;
use crate::Failure;
use crate::http::{Answer, send};

/// Where asks are posted at a gateway.
const ASKS: &str = "/wayleave/v1/asks";

/// How a signed ask travels, and whose answer is believed.
#[derive(Debug, clap::Args)]
pub(crate) struct Signing {
    /// Sign it with the client's key, and open the outcome: nobody who carries it can change the one or read the other.
    #[arg(long)]
    signed: bool,
    /// Where a relay takes signed asks: it is posted there as `{"ask": …}`, and not to the gateway.
    #[arg(long, value_name = "URL", requires = "signed")]
    relayed: Option<String>,
    /// The id of a party that may carry it, from the client outward; may be given several times.
    #[arg(long = "relay", value_name = "PARTY", requires = "signed")]
    relays: Vec<PartyId>,
    /// The name of the ticket or call that it rests on.
    #[arg(long, value_name = "NAME", requires = "signed")]
    event: Option<String>,
    /// The issuer of the gateway that is home to the number, where another passes it on.
    #[arg(long, value_name = "ISSUER", requires = "signed")]
    home: Option<String>,
    /// The key of the answering gateway's journal, as its operator gives it (`wayleave journal key`).
    #[arg(long, value_name = "KEY", required_if_eq("signed", "true"))]
    journal_key: Option<String>,
}

/// What the client was told.
pub(crate) struct Told {
    /// What is printed.
    pub(crate) text: String,
    /// The proof that the journal holds an answer.
    pub(crate) receipt: Option<Box<Receipt>>,
}

impl Signing {
    /// Whether it is asked for.
    pub(crate) const fn wanted(&self) -> bool {
        self.signed
    }

    /// Signs a question of this type about a number, has it carried, and opens what comes back.
    ///
    /// # Errors
    /// If it is not carried, not believed, refused, or failed.
    pub(crate) async fn ask(
        &self,
        client: &Credentials,
        number: &str,
        kind: &str,
        mut members: Value,
    ) -> Result<Told, Failure> {
        let number =
            Msisdn::parse(number).ok_or("`--number`: expected a plus and 5 to 15 digits, found another form")?;
        members["type"] = kind.into();
        let wish = Wish::read(parse(members.to_string().as_bytes(), DEPTH_MAX)?)?;
        let key = VerifierKey::parse(self.journal_key.as_deref().unwrap_or_default())?;
        let opens = [client.opens()?];
        let gateway = published(client.issuer()).await?;
        let (name, ask) = self.sign(client, &gateway, number, &wish)?;
        let (_, other) = self.sign(client, &gateway, number, &wish)?;
        let answer = self.carry(client, &json!({"ask": ask}), &json!({"ask": other})).await?;
        if !answer.status.is_success() {
            return Err(format!("expected a sealed outcome, found {}: {}", answer.status, answer.text()).into());
        }
        let trusted = [Trusted {
            issuer: self.home.as_deref().unwrap_or(client.issuer()),
            journal: &key,
        }];
        let expected = Expected {
            trusted: &trusted,
            recipient: client.party()?,
            jti: &name,
        };
        told(open(&answer.text(), &opens, expected)?.told)
    }

    /// A signed ask and its name.
    fn sign(
        &self,
        client: &Credentials,
        gateway: &SealingJwk,
        number: Msisdn,
        wish: &Wish,
    ) -> Result<(String, String), Failure> {
        let event = self.event.as_deref().map(|name| {
            EventName::parse(name).ok_or_else(|| {
                format!(
                    "`--event`: expected 1 to 64 of A–Z a–z 0–9 . _ : -, found `{}`",
                    name.escape_debug()
                )
            })
        });
        let event = event.transpose()?;
        let fresh = Fresh {
            secret: client.chance(),
            nonce: client.chance(),
        };
        let (recipient, name) = (client.party()?, client.jti());
        let draft = Draft {
            recipient,
            audience: client.issuer(),
            jti: &name,
            relays: &self.relays,
            subject: &subject::seal(number, recipient, gateway, fresh)?,
            purpose: client.purpose()?,
            event: event.as_ref(),
            wish,
        };
        let ask = sign(client.key(), draft, client.now())?;
        Ok((name, ask))
    }

    /// Posts the ask to the gateway under a token of the client's, or to the relay, which has its own. It shows a curl with
    /// another ask: each counts once.
    async fn carry(&self, client: &Credentials, ask: &Value, other: &Value) -> Result<Answer, Failure> {
        let Some(relay) = &self.relayed else {
            return client.call_and_show(Method::POST, ASKS, ask, other).await;
        };
        eprintln!("curl -sS -H 'Content-Type: application/json' -d '{other}' {relay}");
        let headers = [("content-type", "application/json")];
        send(Method::POST, relay, &headers, ask.to_string()).await
    }
}

/// The key that the gateway at this issuer publishes for what is sealed to it.
async fn published(issuer: &str) -> Result<SealingJwk, Failure> {
    let answer = send(Method::GET, &format!("{issuer}/oauth2/jwks"), &[], "").await?;
    let first = jwks::parse_sealing(&answer.body)?.into_iter().next();
    Ok(first.ok_or("expected a gateway that publishes a key to seal to, found none")?)
}

fn told(told: OpenedTold) -> Result<Told, Failure> {
    let plain = |text: String| Told { text, receipt: None };
    match told {
        OpenedTold::Answered { answer, receipt } => Ok(Told {
            text: String::from_utf8(answer.expose().clone())?,
            receipt: Some(receipt),
        }),
        OpenedTold::Asked { consent, expires } => Ok(plain(
            json!({"consent": consent.to_string(), "expiresAt": expires.rfc3339()}).to_string(),
        )),
        OpenedTold::State(state) => Ok(plain(state.to_string())),
        OpenedTold::Refused(problem) => Err(says("refused", &problem)),
        OpenedTold::Failed(problem) => Err(says("failed", &problem)),
    }
}

fn says(word: &str, problem: &OpenedProblem) -> Failure {
    let reason = problem.reason.as_deref().map(|reason| format!(" ({reason})"));
    let next = problem.next_step.as_deref().map(|step| format!("; {step}"));
    format!(
        "{word}: {} {}{}{}",
        problem.status,
        problem.code,
        reason.unwrap_or_default(),
        next.unwrap_or_default()
    )
    .into()
}
