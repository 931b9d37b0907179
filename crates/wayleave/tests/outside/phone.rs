//! A simulated phone in its owner's hand: its texts, its browser, its replies.

use serde_json::{Value, json};

use crate::http::{self, Answer};
use crate::partner::Partner;
use crate::program::until;
use crate::world::{World, ledger};

/// The number from which the gateway's texts come.
pub const GATEWAY: &str = "+12025550199";

/// One phone.
pub struct Phone<'a> {
    pub world: &'a World,
    pub number: String,
}

impl<'a> Phone<'a> {
    pub fn new(world: &'a World, number: &str) -> Self {
        Self {
            world,
            number: number.to_owned(),
        }
    }

    fn url(&self, what: &str) -> String {
        format!("{}/api/phones/{}/{what}", self.world.phones, self.number)
    }

    /// The texts that it received, oldest first.
    pub fn texts(&self) -> Vec<String> {
        let inbox = http::fetch(&self.url("inbox")).json();
        let texts = inbox.as_array().expect("a list").iter();
        texts
            .map(|text| text["text"].as_str().expect("text").to_owned())
            .collect()
    }

    /// Waits for the text that has `part` in it, after so many others that have it.
    pub fn text(&self, part: &str, after: usize) -> String {
        until(&format!("a text with `{part}`"), || {
            self.texts().into_iter().filter(|text| text.contains(part)).nth(after)
        })
    }

    /// How many texts have `part` in them.
    pub fn count(&self, part: &str) -> usize {
        self.texts().iter().filter(|text| text.contains(part)).count()
    }

    /// The question that came after so many others.
    pub fn question(&self, after: usize) -> Question {
        Question::read(&self.text("/c/", after))
    }

    /// Sends a text to the gateway's number, and waits until the gateway has taken it.
    pub fn reply(&self, text: &str) {
        let reply = json!({"from": self.number, "to": GATEWAY, "text": text});
        let answer = http::send_json("POST", &format!("{}/reply", self.world.smsc), &reply);
        assert_eq!(answer.status, 202, "{}", answer.text());
        let id = answer.json()["id"].clone();
        until("the gateway to take the text", || {
            let lines = ledger(&self.world.smsc);
            lines
                .iter()
                .any(|line| line["kind"] == "reply-answered" && line["id"] == id)
                .then_some(())
        });
    }

    /// Presses a button of the question's page: `agree`, `refuse` or `stop`.
    pub fn press(&self, button: &str, question: &Question) -> Answer {
        http::send_json("POST", &self.url(button), &json!({"link": question.link}))
    }

    /// `partner` asks for a consent, the text comes, and the owner agrees on the page.
    pub fn agree_to(&self, partner: &Partner, change: &Value) -> Given {
        let before = self.texts().iter().filter(|text| text.contains("/c/")).count();
        let id = partner.ask_consent(&self.number, change);
        let question = self.question(before);
        let agreed = self.press("agree", &question);
        assert_eq!(agreed.status, 200, "{}", agreed.text());
        assert_eq!(partner.consent_state(&id), "GIVEN");
        Given { id, question }
    }
}

/// A consent that was given on a phone.
pub struct Given {
    pub id: String,
    pub question: Question,
}

/// What a question's text says.
#[derive(Debug, Clone)]
pub struct Question {
    pub link: String,
    pub code: String,
}

impl Question {
    fn read(text: &str) -> Self {
        let link = text
            .split_whitespace()
            .find(|word| word.contains("/c/"))
            .expect("a link");
        // In English, or in Spanish.
        let code = ["YES ", "SI "]
            .iter()
            .find_map(|yes| text.split(yes).nth(1))
            .expect("yes and a code");
        Self {
            link: link.to_owned(),
            code: code.chars().take_while(char::is_ascii_digit).collect(),
        }
    }

    /// Another code than the right one.
    pub fn wrong_code(&self, step: u32) -> String {
        let right: u32 = self.code.parse().expect("a code");
        format!("{:04}", (right + 1 + step) % 10_000)
    }

    /// The link's path at the gateway.
    pub fn path(&self) -> &str {
        http::split(&self.link).1
    }

    /// The state that the page shows.
    pub fn state(&self) -> String {
        let page = http::fetch(&self.link).text();
        attribute(&page, "data-state")
    }
}

/// The value of a page's attribute.
pub fn attribute(page: &str, name: &str) -> String {
    let rest = page.split(&format!("{name}=\"")).nth(1);
    let value = rest.and_then(|rest| rest.split('"').next());
    value
        .unwrap_or_else(|| panic!("expected `{name}` in {page}"))
        .to_owned()
}
