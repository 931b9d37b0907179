//! A partner, or a scanner of links, opens every address that it can get hold of, and sends every form, again and again.
//! Without the code that only the phone was sent it never obtains a consent.

use std::collections::{BTreeSet, VecDeque};

use serde_json::json;

use crate::browser::{Browser, address, back_of, parameter, request, ticket_of};
use crate::http::{Answer, Request};
use crate::oauth::{BACKCHANNEL, FORM, form};
use crate::partner::assert_refused;
use crate::parts::{Parts, Settings};
use crate::phone::Phone;
use crate::world::{CONSENTS, World};

/// So many addresses are tried at most.
const TRIES_MAX: usize = 400;

/// Every path of the gateway that an answer names, in its headers or its body.
fn addresses(world: &World, answer: &Answer) -> Vec<String> {
    let headers = answer.headers.iter().map(|(_, value)| value.as_str());
    let text = format!("{}\n{}", headers.collect::<Vec<_>>().join("\n"), answer.text());
    let text = text
        .replace("&amp;", "&")
        .replace("&#38;", "&")
        .replace(&world.issuer, "");
    let ends = |c: char| c.is_whitespace() || "\"'<>\\,;)".contains(c);
    text.split(|c: char| ends(c) || c == '=')
        .chain(
            text.split(ends)
                .filter_map(|word| word.split_once("url=").map(|(_, url)| url)),
        )
        .chain(text.split(ends))
        .filter(|word| word.starts_with('/') && !word.starts_with("//") && !word.starts_with("/assets/"))
        .map(str::to_owned)
        .collect()
}

/// The tickets and tokens that an answer carries anywhere.
fn secrets(answer: &Answer) -> Vec<String> {
    let headers = answer.headers.iter().map(|(_, value)| value.as_str());
    let text = format!("{}\n{}", headers.collect::<Vec<_>>().join("\n"), answer.text());
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    text.split(|c: char| !plain(c))
        .filter(|word| word.len() >= 22)
        .map(str::to_owned)
        .collect()
}

/// Opens and posts everything that leads on from these answers.
fn scan(world: &World, begun: Vec<Answer>) -> usize {
    let mut known = BTreeSet::new();
    let mut found: VecDeque<Answer> = begun.into();
    let mut tries = 0;
    while let Some(answer) = found.pop_front() {
        let mut next = addresses(world, &answer);
        for secret in secrets(&answer) {
            next.push(format!("/c/{secret}"));
            next.push(format!("/consent-info/capture/{secret}"));
            for path in ["/errand/code", "/errand/back", "/errand/leave"] {
                next.push(format!("{path}?ticket={secret}"));
            }
            for code in ["000000", "123456"] {
                next.push(format!("POST /errand/code ticket={secret}&code={code}"));
            }
            next.push(format!("POST /errand/text ticket={secret}"));
            for action in ["agree", "refuse", "stop", "wanted"] {
                next.push(format!("POST /c/{secret}/{action} agree=yes"));
            }
        }
        for address in next {
            if tries >= TRIES_MAX || !known.insert(address.clone()) {
                continue;
            }
            tries += 1;
            let request = match address.strip_prefix("POST ").and_then(|rest| rest.split_once(' ')) {
                Some((path, body)) => Request::new("POST", path).header("content-type", FORM).body(body),
                None => Request::new("GET", &address),
            };
            found.push_back(request.send(world.host()));
            if !address.starts_with("POST ") {
                found.push_back(
                    Request::new("POST", &address)
                        .header("content-type", FORM)
                        .send(world.host()),
                );
            }
        }
    }
    tries
}

/// Everything that a partner gets when it asks a person in each of the ways that there are.
fn everything(world: &World, phone: &Phone<'_>) -> Vec<Answer> {
    let (plain, browser) = (world.partner("plain"), Browser(world));
    let (scope, hint) = (plain.scope(), format!("tel:{}", phone.number));
    let start = address(&request(&plain, &scope, &phone.number), &[]);
    let first = browser.open(&start);
    let sent = browser.submit("/errand/text", &[("ticket", &ticket_of(&first))]);
    let capture = plain.call(
        "POST",
        "/consent-info/v0.2/retrieve",
        &json!({
            "phoneNumber": phone.number, "scopes": ["location-retrieval:read"], "requestCaptureUrl": true,
            "purpose": "dpv:RequestedServiceProvision", "callbackUrl": back_of(&plain),
        }),
    );
    assert_eq!(capture.status, 200, "{}", capture.text());
    let backchannel = plain.post_as_client(BACKCHANNEL, &[("scope", &scope), ("login_hint", &hint)]);
    assert_eq!(backchannel.status, 200, "{}", backchannel.text());
    let asked = plain.call("POST", CONSENTS, &plain.wish(&phone.number));
    let discovery = world.get("/.well-known/openid-configuration");
    vec![first, sent, capture, backchannel, asked, discovery]
}

#[test]
fn whoever_opens_everything_without_the_code_obtains_nothing() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, phone) = (world.partner("plain"), world.free_phone());
    let begun = everything(world, &phone);
    let location = begun[1].header("location").expect("the page for the code").to_owned();
    let tries = scan(world, begun);
    assert!(tries > 60, "{tries}");
    let refused = plain.retrieve(&phone.number);
    assert_refused(&refused, "not-answered");
    let page = parameter(&location, "ticket");
    for _ in 0..6 {
        // By now every try is used up, for the right code too.
        let tried = Browser(world).enter(&page, "000000");
        assert_eq!(
            (tried.status, tried.header("location")),
            (403, None),
            "{}",
            tried.text()
        );
    }
    for grant in ["code", "auth_req_id", "refresh_token", "assertion"] {
        let kind = match grant {
            "code" => "authorization_code",
            "auth_req_id" => crate::oauth::CIBA,
            "refresh_token" => "refresh_token",
            _ => crate::oauth::JWT_BEARER,
        };
        let answer = plain.post_as_client(
            crate::oauth::TOKEN,
            &[
                ("grant_type", kind),
                (grant, &page),
                ("redirect_uri", &back_of(&plain)),
                ("code_verifier", crate::browser::VERIFIER),
            ],
        );
        assert_eq!(answer.status, 400, "{grant}: {}", answer.text());
        assert!(answer.json()["access_token"].is_null());
    }
    // The form's own spelling changes nothing.
    let tried = Request::new("POST", "/errand/code").header("content-type", "application/json");
    let tried = tried
        .body(json!({"ticket": page, "code": "000000"}).to_string())
        .send(world.host());
    assert_eq!(tried.status, 400);
    assert_eq!(
        world
            .get(&format!("/errand/code?{}", form(&[("code", "000000")])))
            .status,
        400
    );
    assert!(world.queries(&phone.number).is_empty());
    parts.verify_journal();
}
