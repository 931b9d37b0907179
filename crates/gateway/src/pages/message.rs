//! Small pages that say one thing: an unknown link, too many requests, something that went wrong.

use domain::time::Span;
use wire::words::{Locale, duration, say};

use super::frame::Frame;
use super::sentence::{Inside, Sentence, plain, sentence};
use super::shown::Shown;

/// What a small page says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// The address of a question that the gateway does not know, or no longer knows.
    UnknownLink,
    /// Any other address that does not exist.
    NotFound,
    /// Too many requests; the reader may try again after this many seconds.
    TooMany {
        /// Seconds until another try is welcome.
        retry_after_s: u32,
    },
    /// The form came from another site, or not as the page would have sent it.
    NotFromHere,
    /// The gateway cannot answer at the moment.
    Unavailable,
    /// Something failed; the reference finds it in the operator's log and says nothing by itself.
    Failed {
        /// The opaque id of the request.
        reference: String,
    },
}

/// What the page of a [`Message`] shows.
#[derive(Clone, Debug)]
pub struct MessageView {
    /// What it says.
    pub message: Message,
    /// The language.
    pub locale: Locale,
    /// Who runs the gateway.
    pub operator: String,
    /// Whether this gateway is a sandbox.
    pub sandbox: bool,
}

#[derive(askama::Template)]
#[template(path = "message.html")]
struct MessagePage {
    frame: Frame,
    heading: String,
    body: String,
    reference: Option<Sentence>,
    always: Sentence,
}

/// The page as HTML.
#[must_use]
pub fn render(view: &MessageView) -> String {
    let locale = view.locale;
    let (heading, body) = said(locale, &view.message);
    let reference = match &view.message {
        Message::Failed { reference } => {
            let reference = Inside::Name(Shown::name(reference));
            Some(sentence(locale, "message-reference", &[("reference", reference)]))
        }
        Message::UnknownLink
        | Message::NotFound
        | Message::TooMany { .. }
        | Message::NotFromHere
        | Message::Unavailable => None,
    };
    super::written(&MessagePage {
        frame: Frame::new(locale, &format!("{heading} · Wayleave"), &view.operator, view.sandbox),
        heading,
        body,
        reference,
        always: sentence(locale, "always-stop", &[("stop", Inside::Strong("STOP".to_owned()))]),
    })
}

fn said(locale: Locale, message: &Message) -> (String, String) {
    let (heading, body) = match message {
        Message::UnknownLink => ("message-link-title", "message-link-lead"),
        Message::NotFound => ("message-nothing-title", "message-nothing-lead"),
        Message::NotFromHere => ("message-foreign-title", "message-foreign-lead"),
        Message::Unavailable => ("message-unavailable-title", "message-unavailable-lead"),
        Message::Failed { .. } => ("message-failed-title", "message-failed-lead"),
        Message::TooMany { retry_after_s } => {
            let wait = duration(locale, Span::seconds(*retry_after_s));
            let body = say(locale, "message-wait-lead", &[("wait", wait.into())]);
            return (plain(locale, "message-wait-title"), body);
        }
    };
    (plain(locale, heading), plain(locale, body))
}
