//! What a signed ask asks for: where a phone is, whether it is in a circle, a consent, or what became of one.

use domain::ask::Question;
use domain::geo::Circle;
use domain::id::ConsentId;
use domain::time::Span;
use serde_json::{Map, Value};

use crate::camara::area::print_circle;
use crate::camara::{retrieve, verify};
use crate::consents::wish::ConsentWish;
use crate::json::{Fields, Node, ParseError};

/// The `question` of a signed ask.
#[derive(Clone, PartialEq, Debug)]
pub enum Wish {
    /// `retrieve` or `verify`, with the members that CAMARA's requests have.
    Question(Question),
    /// `consent`, with the members of a request for one.
    Consent(ConsentWish),
    /// `status`: what became of a consent.
    Status(ConsentId),
}

impl Wish {
    /// Its `type`, which is also how a journal names its class.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Question(question) => question.class(),
            Self::Consent(_) => "consent",
            Self::Status(_) => "status",
        }
    }

    /// Reads a `question`.
    ///
    /// # Errors
    /// For an unknown `type`, and if a member is missing, unknown or has another form.
    pub fn read(node: Node) -> Result<Self, ParseError> {
        node.object(|fields| {
            let take = fields
                .required("type")?
                .parsed("retrieve, verify, consent or status", |text| match text {
                    "retrieve" => Some(take_retrieve as fn(&mut Fields) -> Result<Self, ParseError>),
                    "verify" => Some(take_verify),
                    "consent" => Some(|fields| ConsentWish::take(fields).map(Self::Consent)),
                    "status" => Some(take_status),
                    _ => None,
                })?;
            take(fields)
        })
    }

    /// The `question` as it is signed.
    #[must_use]
    pub fn print(&self) -> Value {
        let mut members = Map::new();
        members.insert("type".to_owned(), Value::from(self.class()));
        match self {
            Self::Question(Question::Retrieve { max_age, max_surface }) => {
                put_age(*max_age, &mut members);
                if let Some(surface) = max_surface {
                    members.insert("maxSurface".to_owned(), Value::from(*surface));
                }
            }
            Self::Question(Question::Verify { circle, max_age }) => put_verify(circle, *max_age, &mut members),
            // It stands in for a consent or a status where only their class matters; nobody signs it.
            Self::Question(Question::PassOn { .. }) => {}
            Self::Consent(wish) => wish.put(&mut members),
            Self::Status(consent) => {
                members.insert("consent".to_owned(), Value::from(consent.to_string()));
            }
        }
        Value::Object(members)
    }
}

fn take_retrieve(fields: &mut Fields) -> Result<Wish, ParseError> {
    let (max_age, max_surface) = retrieve::take_limits(fields)?;
    Ok(Wish::Question(Question::Retrieve { max_age, max_surface }))
}

fn take_verify(fields: &mut Fields) -> Result<Wish, ParseError> {
    let (circle, max_age) = verify::take_circle_and_age(fields)?;
    Ok(Wish::Question(Question::Verify { circle, max_age }))
}

fn take_status(fields: &mut Fields) -> Result<Wish, ParseError> {
    let consent = fields
        .required("consent")?
        .parsed("a consent's id", |text| text.parse().ok())?;
    Ok(Wish::Status(consent))
}

fn put_verify(circle: &Circle, max_age: Option<Span>, members: &mut Map<String, Value>) {
    members.insert("area".to_owned(), print_circle(circle));
    put_age(max_age, members);
}

fn put_age(max_age: Option<Span>, members: &mut Map<String, Value>) {
    if let Some(age) = max_age {
        members.insert("maxAge".to_owned(), Value::from(age.as_seconds()));
    }
}
