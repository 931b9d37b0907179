//! A browser without script: it opens pages, fills in their forms, and follows where it is sent within the gateway. And
//! what a client does round it: the address that it sends the browser to, and the code that it redeems.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::http::{Answer, Request, split};
use crate::jose::{Key, base64url, unbase64url};
use crate::oauth::{FORM, TOKEN, form};
use crate::partner::Partner;
use crate::phone::{Phone, attribute};
use crate::world::World;

pub const AUTHORIZE: &str = "/oauth2/authorize";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// The parameters of a good authorization request about a number.
pub fn request<'a>(partner: &'a Partner, scope: &'a str, hint: &'a str) -> Vec<(&'a str, String)> {
    let challenge = base64url(digest(&SHA256, VERIFIER.as_bytes()));
    let mut all = vec![
        ("response_type", "code".to_owned()),
        ("client_id", partner.client_id.clone()),
        ("redirect_uri", back_of(partner)),
        ("scope", scope.to_owned()),
        ("state", "a state&more".to_owned()),
        ("nonce", "a nonce".to_owned()),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256".to_owned()),
    ];
    if !hint.is_empty() {
        all.push(("login_hint", format!("tel:{hint}")));
    }
    all
}

/// The registered address of a partner of the parts.
pub fn back_of(partner: &Partner) -> String {
    let name = if partner.purpose == "FraudPreventionAndDetection" {
        "bank"
    } else {
        "plain"
    };
    format!("https://{name}.example.com/back")
}

/// The path and query of an authorization request with some parameters changed; an empty value removes one.
pub fn address(parameters: &[(&str, String)], changes: &[(&str, &str)]) -> String {
    let kept = parameters
        .iter()
        .filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let mut all: Vec<(&str, &str)> = kept.map(|(name, value)| (*name, value.as_str())).collect();
    all.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    format!("{AUTHORIZE}?{}", form(&all))
}

/// The parameters of an address.
pub fn parameters(address: &str) -> Vec<(String, String)> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let decode = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'+' => b' ',
                b'%' => {
                    let digits = [rest.next().expect("a digit"), rest.next().expect("a digit")];
                    u8::from_str_radix(std::str::from_utf8(&digits).expect("digits"), 16).expect("digits")
                }
                other => other,
            });
        }
        String::from_utf8(bytes).expect("UTF-8")
    };
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// One parameter of an address, or nothing.
pub fn parameter(address: &str, name: &str) -> String {
    let found = parameters(address).into_iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value).unwrap_or_default()
}

/// A browser in somebody's hand.
pub struct Browser<'a>(pub &'a World);

impl Browser<'_> {
    pub fn open(&self, path: &str) -> Answer {
        Request::new("GET", path).send(self.0.host())
    }

    /// Sends a form as a page of the gateway does.
    pub fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::new("POST", path).header("content-type", FORM);
        let request = request.header("origin", &self.0.issuer);
        request.body(form(fields)).send(self.0.host())
    }

    /// Asks for the text on the first page; the ticket of the page where the code goes.
    #[track_caller]
    pub fn ask_for_text(&self, first: &Answer, number: Option<&str>) -> String {
        assert_eq!(first.status, 200, "{}", first.text());
        let ticket = ticket_of(first);
        let mut fields = vec![("ticket", ticket.as_str())];
        fields.extend(number.map(|number| ("number", number)));
        let sent = self.submit("/errand/text", &fields);
        assert_eq!(sent.status, 303, "{}", sent.text());
        let next = sent.header("location").expect("a way on").to_owned();
        assert!(next.starts_with("/errand/code?"), "{next}");
        parameter(&next, "ticket")
    }

    pub fn enter(&self, ticket: &str, code: &str) -> Answer {
        self.submit("/errand/code", &[("ticket", ticket), ("code", code)])
    }

    /// Opens the way back.
    pub fn back(&self, proven: &str) -> Answer {
        self.open(&format!("/errand/back?{}", form(&[("ticket", proven)])))
    }

    pub fn leave(&self, ticket: &str) -> Answer {
        self.open(&format!("/errand/leave?{}", form(&[("ticket", ticket)])))
    }

    /// Signs the terms of a question's page with a new key, as its script does.
    pub fn agree(&self, path: &str) -> Answer {
        let page = self.open(path);
        let terms = unbase64url(&attribute(&page.text(), "data-terms"));
        let key = Key::generate();
        let body = json!({"key": key.public(), "signature": base64url(key.sign(&terms))});
        let path = path.split('?').next().expect("a path");
        let request = Request::new("POST", &format!("{path}/agree")).header("origin", &self.0.issuer);
        request.json(&body).send(self.0.host())
    }
}

/// The ticket in a page's form.
#[track_caller]
pub fn ticket_of(page: &Answer) -> String {
    let text = page.text();
    let form = text.split("name=\"ticket\" value=\"").nth(1);
    let ticket = form.and_then(|rest| rest.split('"').next());
    ticket
        .unwrap_or_else(|| panic!("expected a ticket in {text}"))
        .to_owned()
}

/// The six digits of the text that came after so many others of its kind.
pub fn page_code(phone: &Phone<'_>, after: usize) -> String {
    let text = phone.text("tell it to nobody", after);
    let digits: Vec<&str> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|word| word.len() == 6)
        .collect();
    assert_eq!(digits.len(), 1, "{text}");
    digits[0].to_owned()
}

/// A browser that went through the code; where it stands.
pub struct Through {
    /// The question's address, if there is one.
    pub question: Option<String>,
    /// The ticket of the way back.
    pub proven: String,
}

impl Through {
    /// Where an answer to the right code leads.
    #[track_caller]
    pub fn of(entered: &Answer) -> Self {
        match entered.status {
            303 => {
                let question = entered.header("location").expect("a question").to_owned();
                assert!(question.starts_with("/c/"), "{question}");
                Self {
                    proven: parameter(&question, "back"),
                    question: Some(question),
                }
            }
            200 => {
                let text = entered.text();
                let back = text.split("/errand/back?ticket=").nth(1).expect("a way back");
                let end = back.find(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c));
                Self {
                    proven: back[..end.expect("an end")].to_owned(),
                    question: None,
                }
            }
            other => panic!("expected a way on, found {other}: {}", entered.text()),
        }
    }
}

/// The whole way of somebody who agrees: the address with the code, and the question's.
#[track_caller]
pub fn come_back(browser: &Browser<'_>, phone: &Phone<'_>, start: &str) -> (String, String) {
    let before = phone
        .texts()
        .iter()
        .filter(|text| text.contains("tell it to nobody"))
        .count();
    let ticket = browser.ask_for_text(&browser.open(start), None);
    let through = Through::of(&browser.enter(&ticket, &page_code(phone, before)));
    let question = through.question.expect("a question");
    let agreed = browser.agree(&question);
    assert_eq!(agreed.status, 200, "{}", agreed.text());
    let back = browser.back(&through.proven);
    assert_eq!(back.status, 302, "{}", back.text());
    (back.header("location").expect("a way back").to_owned(), question)
}

impl Partner {
    /// Brings a code.
    pub fn redeem(&self, code: &str, redirect_uri: &str, verifier: &str) -> Answer {
        self.post_as_client(
            TOKEN,
            &[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", redirect_uri),
                ("code_verifier", verifier),
            ],
        )
    }

    /// Brings a refresh token.
    pub fn refresh(&self, token: &str) -> Answer {
        self.post_as_client(TOKEN, &[("grant_type", "refresh_token"), ("refresh_token", token)])
    }
}

/// A member of a token endpoint's answer.
#[track_caller]
pub fn member(answer: &Answer, name: &str) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body: Value = answer.json();
    body[name]
        .as_str()
        .unwrap_or_else(|| panic!("expected {name} in {body}"))
        .to_owned()
}

/// `issuer/path` as a path.
pub fn path_of(url: &str) -> &str {
    split(url).1
}
