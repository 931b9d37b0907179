//! `POST /errand/text`: the person says that the code may be texted. What follows looks the same for every number,
//! whatever is known of it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode};
use domain::id::ConsentId;
use domain::journal::settle::{Item, Outcome};
use domain::number::Msisdn;
use domain::policy::Rule;
use domain::serve::Docket as _;
use domain::subject::Subject;
use domain::time::{Span, Timestamp};
use wire::camara::error::Problem;
use wire::oauth::form::Form;
use wire::words::say;

use super::ended::way_back;
use super::start::shortened;
use super::{CODE_PATH, Errand, LEAVE_PATH, Texted, astray, no_sooner, page, redirect, unavailable};
use crate::context::Context;
use crate::http::allowance::{Allowance, end_of_span};
use crate::http::authenticate::on_behalf_of;
use crate::http::consents::put_by_page;
use crate::http::oauth::backchannel::usual_terms;
use crate::http::oauth::client::{self, Named};
use crate::http::oauth::person::{agreed, may_be_texted};
use crate::http::question::is_own_origin;
use crate::http::server::Neighbour;
use crate::http::{body, json};
use crate::pages::errand::{Step, Trouble};

/// So many texts one first page can send.
const TEXTS_PER_PAGE_MAX: u32 = 3;
/// So many such texts a number gets in a day, whoever asks for them.
const TEXTS_PER_DAY_MAX: u32 = 5;
const DAY_S: i64 = 86_400;

/// Texts a code, or does what looks the same.
pub(in crate::http) async fn send(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    let now = context.now();
    let (parts, bytes) = request.into_parts();
    let neighbour = parts.extensions.get::<Neighbour>().copied();
    let (Ok(response) | Err(response)) = sent(&context, (&parts.headers, neighbour), bytes, now).await;
    no_sooner(&context, now).await;
    response
}

async fn sent(
    context: &Context,
    (headers, neighbour): (&HeaderMap, Option<Neighbour>),
    bytes: Body,
    now: Timestamp,
) -> Result<Response<Body>, Response<Body>> {
    let lost = || astray(context, headers);
    if !is_own_origin(context, headers) {
        return Err(lost());
    }
    let bytes = body::read(&context.config.listen, headers, bytes, json::FORM).await;
    let mut form = bytes.ok().and_then(|bytes| Form::parse(&bytes).ok()).ok_or_else(lost)?;
    let ticket = form.take("ticket").ok_or_else(lost)?;
    let errand = Errand::open(context, &ticket)
        .filter(|errand| now < errand.until)
        .ok_or_else(lost)?;
    let client = client::named(context, &errand.party.to_string(), now).map_err(|_| unavailable(context))?;
    let client = client.ok_or_else(lost)?;
    let typed = form.take("number");
    let Some(number) = errand.number.or_else(|| typed.as_deref().and_then(read_number)) else {
        return Err(again(context, &client, &errand, ticket, Trouble::Malformed));
    };
    if !context.errands.admit(neighbour, now) {
        return Err(again(context, &client, &errand, ticket, Trouble::Busy));
    }
    let per_page = Allowance {
        what: "errand texts",
        whose: &ticket,
        most: TEXTS_PER_PAGE_MAX,
        until: errand.until,
    };
    let fresh = use_up(context, &errand, &per_page)
        .await
        .map_err(|_| unavailable(context))?;
    if !fresh || !per_page.take(context).await.map_err(|_| unavailable(context))? {
        return Err(lost());
    }
    let texted = ask(context, &client, errand, number, now)
        .await
        .map_err(|_| unavailable(context))?;
    let ticket = texted.seal(context).ok_or_else(|| unavailable(context))?;
    Ok(redirect(StatusCode::SEE_OTHER, &way_back(CODE_PATH, &ticket)))
}

/// The first page again, and why.
fn again(context: &Context, client: &Named, errand: &Errand, ticket: String, trouble: Trouble) -> Response<Body> {
    let status = match trouble {
        Trouble::Malformed => StatusCode::UNPROCESSABLE_ENTITY,
        Trouble::Busy => StatusCode::TOO_MANY_REQUESTS,
    };
    let step = Step::Number {
        number: errand.number.map(|number| shortened(&number.to_e164())),
        leave: way_back(LEAVE_PATH, &ticket),
        ticket,
        trouble: Some(trouble),
    };
    page(context, status, &client.record().name, errand.locale, step)
}

/// Uses the partner's request object up, for this page alone: the page may send again, another with the same may not.
async fn use_up(context: &Context, errand: &Errand, per_page: &Allowance<'_>) -> Result<bool, Problem> {
    let sent_before = per_page.is_taken(context).map_err(|_| Problem::Unavailable)?;
    let Some(used) = errand.used.filter(|_| !sent_before) else {
        return Ok(true);
    };
    match context.docket.settle(Item::Spend(used)).await {
        Ok(Outcome::Done) => Ok(true),
        Ok(Outcome::Replayed) => Ok(false),
        Ok(_) | Err(_) => Err(Problem::Unavailable),
    }
}

/// A number as people write it: with a leading plus, and with whatever they put between digits.
fn read_number(text: &str) -> Option<Msisdn> {
    let plain: String = text.chars().filter(|c| !" -.()/\u{a0}".contains(*c)).collect();
    Msisdn::parse(&plain)
}

/// Puts the question with a code for this page; or, to somebody who agreed before, texts a code alone.
async fn ask(
    context: &Context,
    client: &Named,
    errand: Errand,
    number: Msisdn,
    now: Timestamp,
) -> Result<Texted, Problem> {
    let subject = context.subject(number);
    let until = now.after(Span::seconds(context.config.questions.life_s));
    // Made for everybody, so that it takes the same time for everybody.
    let page = ConsentId::new(now, context.chance.bytes());
    let unasked = Texted {
        errand,
        subject,
        page,
        asked: false,
        until,
    };
    let per_day = Allowance {
        what: "texts of errands",
        whose: &number.to_e164(),
        most: TEXTS_PER_DAY_MAX,
        until: end_of_span(now, DAY_S),
    };
    if !per_day.take(context).await.map_err(|_| Problem::Unavailable)? {
        tracing::info!("a code was not texted: the number had enough of them today");
        return Ok(unasked);
    }
    let (party, purpose) = (unasked.errand.party, unasked.errand.purpose);
    let has_agreed = agreed(context, subject, party, purpose, now).map_err(|_| Problem::Unavailable)?;
    if has_agreed {
        text_code(context, client, &unasked, subject).await?;
        return Ok(unasked);
    }
    let Rule::Consent(rule) = context.policy.rule(purpose) else {
        return Ok(unasked);
    };
    let Some(wish) = usual_terms(number, &rule, Some(unasked.errand.locale)) else {
        return Ok(unasked);
    };
    let vouched = unasked.errand.is_vouched();
    match put_by_page(context, on_behalf_of(party, purpose), wish, vouched, now).await {
        Ok((consent, until)) => Ok(Texted {
            page: consent,
            asked: true,
            until,
            ..unasked
        }),
        Err(explained) => match explained.problem {
            Problem::Unavailable | Problem::Internal => Err(Problem::Unavailable),
            // Nothing was put; the page must not say so.
            _ => Ok(unasked),
        },
    }
}

/// The text for somebody who agreed before: it asks nothing, and lets them show that they hold the phone.
async fn text_code(context: &Context, client: &Named, texted: &Texted, subject: Subject) -> Result<(), Problem> {
    if !may_be_texted(context, subject, context.now()).map_err(|_| Problem::Unavailable)? {
        return Ok(());
    }
    let code = context.questions.page_code(texted.page);
    let variables = [("company", (&client.record().name).into()), ("page_code", code.into())];
    let item = Item::Text {
        to: subject.number,
        words: say(texted.errand.locale, "page-code", &variables),
        until: texted.until,
    };
    match context.docket.settle(item).await {
        Ok(_) => Ok(()),
        Err(_) => Err(Problem::Unavailable),
    }
}

/// The last digits of the number that a page is about, for that page.
pub(super) fn about(texted: &Texted) -> String {
    shortened(&texted.subject.number.to_e164())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        let number = Msisdn::parse("+12025550123").expect("a reserved number");
        for text in [
            "+12025550123",
            "+1 202 555 0123",
            "+1 (202) 555-0123",
            " +1.202.555.0123 ",
        ] {
            assert_eq!(read_number(text), Some(number), "{text}");
        }
        for text in ["", "2025550123", "+1", "+1 202 555 0123 x", "tel:+12025550123"] {
            assert_eq!(read_number(text), None, "{text}");
        }
    }
}
