//! Small pages that say one thing: an unknown link, too many requests, something that went wrong.

use super::assets;
use super::shown::Shown;
use super::words;

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
    /// Who runs the gateway.
    pub operator: String,
    /// Whether this gateway is a sandbox.
    pub sandbox: bool,
}

#[derive(askama::Template)]
#[template(path = "message.html")]
struct MessagePage {
    heading: &'static str,
    body: String,
    reference: Option<Shown>,
    operator: Shown,
    sandbox: bool,
    style: String,
}

/// The page as HTML.
#[must_use]
pub fn render(view: &MessageView) -> String {
    let (heading, body) = said(&view.message);
    let reference = match &view.message {
        Message::Failed { reference } => Some(Shown::name(reference)),
        Message::UnknownLink
        | Message::NotFound
        | Message::TooMany { .. }
        | Message::NotFromHere
        | Message::Unavailable => None,
    };
    super::written(&MessagePage {
        heading,
        body,
        reference,
        operator: Shown::name(&view.operator),
        sandbox: view.sandbox,
        style: assets::address("style.css"),
    })
}

fn said(message: &Message) -> (&'static str, String) {
    let same = str::to_owned;
    match message {
        Message::UnknownLink => (
            "We do not know this link",
            same("It may be cut short, or it is too old. Open the text message again and tap the whole link."),
        ),
        Message::NotFound => ("There is nothing here", same("Check the address.")),
        Message::TooMany { retry_after_s } => (
            "Please wait a moment",
            format!(
                "Too many requests came at once. Try again in {}.",
                words::duration(u64::from(*retry_after_s))
            ),
        ),
        Message::NotFromHere => (
            "That did not come from our page",
            same("Nothing was changed. Open the link in the text message and answer there."),
        ),
        Message::Unavailable => (
            "We cannot answer just now",
            same("Nothing was changed. Try again in a minute, or answer the text message."),
        ),
        Message::Failed { .. } => (
            "Something went wrong",
            same("We do not know whether your answer arrived. Open the link again to see."),
        ),
    }
}
