//! What an ask says, and what is wrong with it: from the posted text to what is to be done.

use domain::ask::{Ask, Carried, Question};
use domain::id::{ConsentId, PartyId};
use domain::journal::tree::{Hash, sha256};
use domain::number::Msisdn;
use domain::party::Caller;
use domain::permission::chain::Chain;
use domain::purpose::Purpose;
use domain::refusal::Carriage;
use domain::time::{Span, Timestamp};
use wire::asks::Wish;
use wire::asks::body::Posted;
use wire::camara::error::Problem;
use wire::consents::ConsentRequest;
use wire::jose::signed_ask::{ClaimedAsk, GenuineAsk, SignedAsk, UnverifiedAsk};
use wire::jose::{Fault, FaultClass};
use wire::oauth::scope::Api;

use super::addressee::Addressee;
use super::{Bearer, PATH};
use crate::context::Context;
use crate::http::authenticate::{by_signed_ask, replay_key};
use crate::http::consents::relay;
use crate::http::locate::check_circle;
use crate::http::oauth::client::audiences;
use crate::store::party::sqlite::{Listed, by_id};

/// The name of an ask that nobody signed is remembered for so long.
const UNSIGNED_KEPT: Span = Span::seconds(60);

/// An ask that was heard, and to whom its outcome goes.
pub(super) struct Heard {
    pub(super) to: Addressee,
    pub(super) work: Work,
}

/// What is to be done.
pub(super) enum Work {
    /// To ask, or to write down that it is refused.
    Ask(Box<Ask>, Caller),
    /// To put a question to a person.
    Put(Box<(Caller, ConsentRequest, Chain)>),
    /// To tell what became of a consent.
    Tell(Caller, Msisdn, ConsentId),
    /// Nothing: it cannot be told whom it is about, or what is asked.
    Nothing(Problem),
}

/// Where an ask is heard.
struct Ear<'a> {
    context: &'a Context,
    bearer: &'a Bearer,
    /// SHA-256 of what was posted.
    digest: Hash,
    received: Timestamp,
}

impl Heard {
    /// Hears one posted ask.
    pub(super) fn of(context: &Context, bearer: &Bearer, posted: &Posted, received: Timestamp) -> Self {
        let ear = Ear {
            context,
            bearer,
            digest: sha256(&[posted.ask.as_bytes()]),
            received,
        };
        let Ok(unverified) = UnverifiedAsk::parse(&posted.ask) else {
            return Self {
                to: Addressee::new(bearer.party, None, received),
                work: Work::Nothing(Problem::PermissionDenied),
            };
        };
        let recipient = unverified.recipient();
        let found = context.reader.read(|store| by_id(store, recipient, &context.sealer));
        let listed = match found {
            Ok(listed) => listed,
            Err(_) => return ear.nothing(recipient, None, Problem::Unavailable),
        };
        let mut to = Addressee::new(recipient, listed.as_ref().map(|it| &it.record), received);
        let work = ear.hear(&unverified, listed.as_ref(), posted, &mut to);
        Self { to, work }
    }
}

impl Ear<'_> {
    fn nothing(&self, recipient: PartyId, listed: Option<&Listed>, problem: Problem) -> Heard {
        Heard {
            to: Addressee::new(recipient, listed.map(|it| &it.record), self.received),
            work: Work::Nothing(problem),
        }
    }

    fn hear(
        &self,
        unverified: &UnverifiedAsk<'_>,
        listed: Option<&Listed>,
        posted: &Posted,
        to: &mut Addressee,
    ) -> Work {
        let keys = listed.map(|it| it.record.jwks(self.received)).unwrap_or_default();
        let genuine = match unverified.genuine(&keys) {
            Ok(genuine) => genuine,
            Err(fault) if fault.class() == FaultClass::Signature => {
                return match unverified.claimed() {
                    Ok(claimed) => self.unsigned(&claimed, posted),
                    Err(_) => Work::Nothing(Problem::PermissionDenied),
                };
            }
            Err(fault) => return Work::Nothing(problem_of(fault)),
        };
        genuine.jti().clone_into(&mut to.jti);
        let recipient = genuine.recipient();
        let (sealed, handed_on) = (genuine.subject().to_owned(), self.handed_on(posted));
        let sealing = &self.context.sealing;
        let Ok(number) = sealing.open_subject(&sealed, handed_on, recipient) else {
            // Who carries a sealed number for others may try it in an ask of its own. Its person sees who did.
            return match sealing.open_spliced(&sealed, handed_on, recipient) {
                Some(number) => self.faulty(&genuine, number, Carriage::SubjectNotOwn),
                None => Work::Nothing(Problem::InvalidArgument(wire::json::ParseError::new(
                    "a subject that is sealed to this gateway's key of `/oauth2/jwks`",
                    "another",
                ))),
            };
        };
        let names = self.names(number);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if !listed.is_some_and(may_ask) {
            return self.faulty(&genuine, number, Carriage::NotApproved);
        }
        match genuine.clone().check(&names, self.received) {
            // What brings it is for another purpose than the recipient signed.
            Ok(signed) if signed.purpose != self.bearer.purpose => {
                self.faulty(&genuine, number, Carriage::OtherPurpose)
            }
            Ok(signed) => self.signed(signed, number, posted),
            Err(fault) => self.faulty(&genuine, number, carriage(&fault)),
        }
    }

    /// The names under which asks about a number are taken: this gateway's own, those of the gateway that brings them, and
    /// those of the number's home, which alone answers an ask that names it.
    fn names(&self, number: Msisdn) -> Vec<String> {
        let mut names = audiences(self.context, PATH).to_vec();
        let home = self.context.source.home(number);
        for gateway in self.bearer.gateway.as_deref().into_iter().chain(home) {
            names.extend([gateway.to_owned(), format!("{gateway}{PATH}")]);
        }
        names
    }

    /// Only a gateway hands keys on.
    fn handed_on<'p>(&self, posted: &'p Posted) -> Option<&'p str> {
        posted.key.as_deref().filter(|_| self.bearer.gateway.is_some())
    }

    fn signed(&self, ask: SignedAsk, number: Msisdn, posted: &Posted) -> Work {
        let caller = self.caller((ask.recipient, ask.purpose), (&ask.jti, ask.expires), None);
        let own = self.context.source.own_names();
        let relays: Vec<PartyId> = ask.relays.into_iter().filter(|relay| !own.contains(relay)).collect();
        let event = ask.event.as_ref().map(|name| self.context.index.event(name.as_str()));
        let elsewhere = self.context.source.is_elsewhere(number);
        let question = match ask.wish {
            wish if elsewhere => passed_on(&wish),
            Wish::Question(question) => question,
            Wish::Consent(wish) => {
                let relays = relays.into_iter().map(|party| relay(self.context, party));
                let chain = Chain {
                    relays: relays.collect(),
                    seal: None,
                    event,
                };
                return Work::Put(Box::new((caller, wish.about(number), chain)));
            }
            // Who brings it is named in it, as for every other wish.
            Wish::Status(_) if caller.bearer() != caller.party() && !relays.contains(&caller.bearer()) => {
                return Work::Nothing(Problem::PermissionDenied);
            }
            Wish::Status(consent) => return Work::Tell(caller, number, consent),
        };
        if let Err(problem) = check_circle(&self.context.policy, ask.purpose, &question) {
            return Work::Nothing(problem);
        }
        let carried = Carried {
            signed: true,
            relays,
            bearer: self.bearer(ask.recipient),
            event,
            elsewhere,
            digest: Some(self.digest),
            letter: elsewhere.then(|| posted.ask.as_str().into()),
            // What only shortens a wait needs no trust; from a gateway alone it says something.
            wait: posted.wait.filter(|_| self.bearer.gateway.is_some()),
        };
        let ask = Ask::new(
            self.context.ask_id(self.received),
            self.context.subject(number),
            ask.recipient,
            ask.purpose,
            question,
            self.received,
        );
        Work::Ask(Box::new(ask.carried(carried)), caller)
    }

    /// What its recipient signed for another gateway or another time: nothing but the refusal is written down.
    fn faulty(&self, ask: &GenuineAsk, number: Msisdn, fault: Carriage) -> Work {
        // Its name is remembered for the day: an old ask that is brought again and again is one entry a day.
        let day_s = 86_400;
        let until = Timestamp::from_unix_seconds((self.received.unix_seconds() / day_s + 1) * day_s);
        let name = (ask.jti(), ask.expires().max(until));
        let caller = self.caller((ask.recipient(), ask.purpose()), name, Some(fault));
        self.refused((ask.recipient(), ask.purpose()), caller, ask.wish(), number)
    }

    /// What nobody signed is written down as tried by whoever brought it, if it can be told about whom.
    fn unsigned(&self, ask: &ClaimedAsk, posted: &Posted) -> Work {
        let bearer = self.bearer.party;
        let opened = |by| {
            let sealing = &self.context.sealing;
            sealing.open_subject(ask.subject(), self.handed_on(posted), by).ok()
        };
        let Some(number) = opened(bearer).or_else(|| opened(ask.claims_to_be())) else {
            return Work::Nothing(Problem::PermissionDenied);
        };
        let name = (ask.jti(), self.received.after(UNSIGNED_KEPT));
        let caller = self.caller((bearer, self.bearer.purpose), name, Some(Carriage::NotSigned));
        self.refused((bearer, self.bearer.purpose), caller, ask.wish(), number)
    }

    fn refused(&self, (recipient, purpose): (PartyId, Purpose), caller: Caller, wish: &Wish, number: Msisdn) -> Work {
        let question = match wish {
            Wish::Question(question) => question.clone(),
            other => passed_on(other),
        };
        let context = self.context;
        let (id, subject) = (context.ask_id(self.received), context.subject(number));
        let ask = Ask::new(id, subject, recipient, purpose, question, self.received);
        let carried = Carried {
            signed: true,
            bearer: self.bearer(recipient),
            digest: Some(self.digest),
            ..Carried::default()
        };
        Work::Ask(Box::new(ask.carried(carried)), caller)
    }

    fn caller(
        &self,
        (recipient, purpose): (PartyId, Purpose),
        (jti, expires): (&str, Timestamp),
        fault: Option<Carriage>,
    ) -> Caller {
        let kind = if fault.is_some() { "faulty ask" } else { "ask" };
        let name = replay_key(self.context, kind, &recipient.to_string(), jti, expires);
        by_signed_ask(recipient, purpose, self.bearer.party, name, fault)
    }

    /// Who brought it, if that is not its recipient.
    fn bearer(&self, recipient: PartyId) -> Option<PartyId> {
        Some(self.bearer.party).filter(|bearer| *bearer != recipient)
    }
}

/// Whether a party may sign asks at all.
fn may_ask(listed: &Listed) -> bool {
    listed.record.scopes.iter().any(|scope| scope == Api::Asks.name())
}

fn passed_on(wish: &Wish) -> Question {
    match wish {
        Wish::Question(question) => question.clone(),
        Wish::Consent(_) | Wish::Status(_) => Question::PassOn { class: wish.class() },
    }
}

/// What is wrong with an ask that its recipient signed.
fn carriage(fault: &Fault) -> Carriage {
    match fault.class() {
        FaultClass::Audience => Carriage::WrongAudience,
        FaultClass::Time => Carriage::Stale,
        FaultClass::Malformed | FaultClass::Signature | FaultClass::Request => Carriage::NotSigned,
    }
}

/// The recipient signed it, so that it may learn what is wrong with it.
fn problem_of(fault: Fault) -> Problem {
    match fault {
        Fault::Malformed(error) => Problem::InvalidArgument(error),
        _ => Problem::PermissionDenied,
    }
}
