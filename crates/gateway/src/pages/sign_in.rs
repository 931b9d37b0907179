//! The door of the board: a number, a text with a link, a button.

use wire::words::Locale;

use super::assets;
use super::frame::Frame;
use super::sentence::{Inside, Sentence, plain, sentence};

/// Where somebody stands at the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// They may give a number.
    Number,
    /// What they gave is no number.
    Malformed,
    /// Too many links are asked for at this time.
    Busy,
    /// The form came from another site.
    NotFromHere,
    /// A link is on its way, if the number can get one.
    Sent,
    /// They opened a link: the button signs in.
    Link {
        /// The link's secret, as it stands in the address.
        secret: String,
    },
    /// They opened a link that does not open, or not any more.
    Shut,
    /// They have just left.
    SignedOut,
}

/// What the door shows.
#[derive(Clone, Debug)]
pub struct SignInView {
    /// The language.
    pub locale: Locale,
    /// Who runs the gateway.
    pub operator: String,
    /// Where they stand.
    pub step: Step,
    /// Whether this gateway has a name, so that passkeys can be made for it.
    pub passkeys: bool,
    /// Whether this gateway is a sandbox.
    pub sandbox: bool,
}

#[derive(askama::Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    heading: String,
    lead: String,
    warning: Option<String>,
    asks_number: bool,
    number_label: String,
    number_hint: String,
    send: String,
    with_key: String,
    key_failed: String,
    secret: Option<String>,
    enter: String,
    again: Option<String>,
    always: Sentence,
    passkeys: bool,
    script: String,
}

/// The page as HTML.
#[must_use]
pub fn render(view: &SignInView) -> String {
    let locale = view.locale;
    let say = |id: &str| plain(locale, id);
    let (heading, lead, warning) = match view.step {
        Step::Number => ("door-title", "door-lead", None),
        Step::Malformed => ("door-title", "door-lead", Some("door-malformed")),
        Step::Busy => ("door-title", "door-lead", Some("door-busy")),
        Step::NotFromHere => ("door-title", "door-lead", Some("door-not-from-here")),
        Step::SignedOut => ("door-out-title", "door-out-lead", None),
        Step::Sent => ("door-sent-title", "door-sent-lead", None),
        Step::Link { .. } => ("door-link-title", "door-link-lead", None),
        Step::Shut => ("door-shut-title", "door-shut-lead", None),
    };
    let secret = match &view.step {
        Step::Link { secret } => Some(secret.clone()),
        _ => None,
    };
    super::written(&SignInPage {
        frame: Frame::new(locale, &say("door-tab"), &view.operator, view.sandbox),
        heading: say(heading),
        lead: say(lead),
        warning: warning.map(say),
        asks_number: matches!(
            view.step,
            Step::Number | Step::Malformed | Step::Busy | Step::NotFromHere
        ),
        number_label: say("door-number"),
        number_hint: say("door-number-hint"),
        send: say("door-send"),
        with_key: say("door-with-key"),
        key_failed: say("door-key-failed"),
        secret,
        enter: say("door-enter"),
        again: matches!(view.step, Step::Sent | Step::Shut | Step::SignedOut).then(|| say("door-again")),
        always: sentence(locale, "always-stop", &[("stop", Inside::Strong("STOP".to_owned()))]),
        passkeys: view.passkeys,
        script: assets::address("board-door.js"),
    })
}
