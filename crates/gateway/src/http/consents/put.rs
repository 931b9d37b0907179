//! Putting a question to a person: the terms, the words that they will read, and how the text leads to it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::ConsentId;
use domain::journal::Leaf;
use domain::journal::settle::{Change, Item, Outcome, Words};
use domain::journal::tree::sha256;
use domain::party::Caller;
use domain::permission::chain::Chain;
use domain::permission::consent::Consent;
use domain::permission::terms::Terms;
use domain::serve::Docket as _;
use domain::time::{Span, Timestamp};
use wire::camara::error::Problem;
use wire::consents::ConsentRequest;
use wire::sms::Code;
use wire::sms::words::{Particulars, page_question, question};

use super::reply_role;
use crate::context::Context;
use crate::http::problem::{Explained, refusal};
use crate::party::SealingKey;
use crate::store::party::sqlite::by_id as party_by_id;

/// Puts a question to a person: its name, and when it lapses.
///
/// What a recipient sees of a question that was not put: its own fault is said; what lies with the person is not, and the
/// question looks as if nobody answered it.
///
/// # Errors
/// The refusal, or what keeps the journal from being written.
pub async fn put_to_person(
    context: &Context,
    caller: Caller,
    wish: ConsentRequest,
    now: Timestamp,
) -> Result<(ConsentId, Timestamp), Explained> {
    let put = put_with(context, caller, (wish, Chain::default()), Texted::Link, now).await?;
    Ok((put.consent, put.until))
}

/// The same for a question that its recipient signed, and that comes by relays or rests on an event.
///
/// # Errors
/// As for [`put_to_person`].
pub(in crate::http) async fn put_signed(
    context: &Context,
    caller: Caller,
    wish: ConsentRequest,
    chain: Chain,
    now: Timestamp,
) -> Result<Put, NotPut> {
    put_with(context, caller, (wish, chain), Texted::Link, now).await
}

/// A question that was not put, and its entry if it has one.
#[derive(Debug)]
pub(in crate::http) struct NotPut {
    /// Why, as far as its recipient may know.
    pub(in crate::http) explained: Explained,
    /// Its entry.
    pub(in crate::http) leaf: Option<Leaf>,
}

impl From<Explained> for NotPut {
    fn from(explained: Explained) -> Self {
        Self { explained, leaf: None }
    }
}

impl From<Problem> for NotPut {
    fn from(problem: Problem) -> Self {
        Explained::from(problem).into()
    }
}

impl From<NotPut> for Explained {
    fn from(not_put: NotPut) -> Self {
        not_put.explained
    }
}

/// A question that was put, or must look so.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct Put {
    /// Its name.
    pub(in crate::http) consent: ConsentId,
    /// When it lapses.
    pub(in crate::http) until: Timestamp,
    /// Its entry.
    pub(in crate::http) leaf: Leaf,
}

/// The same for somebody on a page to which the party sent them: the text carries no link, but the code for that page.
/// `vouched` says whether the party itself asked for that, and not only somebody who knows an address of its.
///
/// # Errors
/// As for [`put_to_person`].
pub(in crate::http) async fn put_by_page(
    context: &Context,
    caller: Caller,
    wish: ConsentRequest,
    vouched: bool,
    now: Timestamp,
) -> Result<(ConsentId, Timestamp), Explained> {
    let texted = Texted::PageCode { vouched };
    let put = put_with(context, caller, (wish, Chain::default()), texted, now).await?;
    Ok((put.consent, put.until))
}

/// The same for a visitor of the try page: nothing is texted, since the visitor holds the link in their hand.
///
/// # Errors
/// As for [`put_to_person`].
pub(in crate::http) async fn put_unsent(
    context: &Context,
    caller: Caller,
    wish: ConsentRequest,
    now: Timestamp,
) -> Result<(ConsentId, Timestamp), Explained> {
    let put = put_with(context, caller, (wish, Chain::default()), Texted::Unsent, now).await?;
    Ok((put.consent, put.until))
}

/// How the text leads to the question.
#[derive(Clone, Copy, Debug)]
enum Texted {
    /// By its link.
    Link,
    /// By a code for a page that is open already, which the party vouches for or not.
    PageCode { vouched: bool },
    /// It is not sent: the words are shown on the page alone.
    Unsent,
}

async fn put_with(
    context: &Context,
    caller: Caller,
    (wish, chain): (ConsentRequest, Chain),
    texted: Texted,
    now: Timestamp,
) -> Result<Put, NotPut> {
    // Only the home of a number asks its people. That is decided where everything else is: the party's proof is used up,
    // and it sees what it would see of any number.
    let elsewhere = context.source.is_elsewhere(wish.number);
    let subject = context.subject(wish.number);
    let (terms, words) = draft(context, &caller, (wish, chain), now, |terms| {
        words_of(context, terms, texted)
    })?;
    let until = now.after(Span::seconds(context.config.questions.life_s));
    let link = context.index.hash("link", &context.questions.link(terms.consent));
    let consent = terms.consent;
    let change = Change::Put {
        caller,
        subject,
        terms: Box::new(terms),
        words: Words {
            text: words,
            texted: !matches!(texted, Texted::Unsent),
        },
        link,
        until,
        vouched: match texted {
            Texted::Link => true,
            Texted::PageCode { vouched } => vouched,
            // A visitor who leaves is no reason to look at anybody.
            Texted::Unsent => false,
        },
        elsewhere,
    };
    let put = |leaf| Put { consent, until, leaf };
    let outcome = context
        .docket
        .settle(Item::Change(change))
        .await
        .map_err(|_| Problem::Unavailable)?;
    match outcome {
        Outcome::Changed(changed) => Ok(put(changed.receipt.leaf)),
        Outcome::Refused(refused) if refused.reason.is_held_back() => {
            tracing::info!(reason = refused.reason.code(), "a question was not put");
            Ok(put(refused.leaf))
        }
        Outcome::Refused(refused) => Err(NotPut {
            explained: refusal(refused.reason, None),
            leaf: Some(refused.leaf),
        }),
        _ => Err(Problem::Internal.into()),
    }
}

/// The terms and the words that a person will read.
pub(in crate::http) fn draft(
    context: &Context,
    caller: &Caller,
    (wish, mut chain): (ConsentRequest, Chain),
    now: Timestamp,
    say: impl FnOnce(&Terms) -> Option<String>,
) -> Result<(Terms, String), Problem> {
    let found = context
        .reader
        .read(|store| party_by_id(store, caller.party(), &context.sealer));
    let party = found
        .map_err(|_| Problem::Unavailable)?
        .ok_or(Problem::PermissionDenied)?;
    let consent = ConsentId::new(now, context.chance.bytes());
    let gateway = &context.config.gateway.issuer;
    chain.seal = party.record.sealed_to(now).and_then(SealingKey::hash);
    let mut terms = Terms {
        consent,
        recipient: party.id,
        recipient_name: party.record.name,
        purpose: caller.purpose(),
        precision: wish.precision,
        origin: wish.origin,
        count: wish.count,
        per_hour: wish.per_hour,
        lasts: wish.lasts,
        within: wish.within,
        case: wish.case,
        locale: wish
            .locale
            .unwrap_or_else(|| context.config.gateway.locale())
            .tag()
            .to_owned(),
        text_hash: [0; 32],
        gateway: gateway.clone(),
        chain,
    };
    let words = say(&terms).ok_or(Problem::Internal)?;
    terms.text_hash = sha256(&[words.as_bytes()]);
    Ok((terms, words))
}

/// The text message about a question; `None` if its code is none, which no key derives.
fn words_of(context: &Context, terms: &Terms, texted: Texted) -> Option<String> {
    let particulars = Particulars::from(terms);
    let code = Code::parse(&context.questions.code(terms.consent))?;
    Some(match texted {
        Texted::Link | Texted::Unsent => {
            let token = URL_SAFE_NO_PAD.encode(context.questions.link(terms.consent));
            let link = format!("{}/c/{token}", context.config.gateway.issuer);
            question(&particulars, &link, code, reply_role(context, terms.purpose))
        }
        Texted::PageCode { .. } => {
            let page_code = context.questions.page_code(terms.consent);
            let replies = Consent::asked(terms, Timestamp::from_unix_ms(0)).needs_reply();
            page_question(&particulars, &page_code, replies.then_some(code))
        }
    })
}
