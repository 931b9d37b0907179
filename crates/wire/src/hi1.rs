//! ETSI TS 103 120 (HI-1) in XML, by which an agency's system brings an authorisation, its documents and its tasks, and
//! takes what was found: bytes to typed values and back. No transport, no state, no decision.
//!
//! - [`message::Message::read`] reads a message; [`message::Message::print`] prints one. What is printed reads back to
//!   itself, with times cut to whole seconds where the standard has no more.
//! - Elements are known by their namespace, never by their prefix; so are the types of objects (`xsi:type`). Order and
//!   number of elements are the schema's. What the schema does not have is an error 3020.
//! - What the schema has and this gateway does nothing with is read, and named in [`object::Object::unused`], so that
//!   whoever looks at a request can say what had no effect. What would change what is released if it were passed over
//!   (policies of traffic, keys and destinations kept elsewhere, foreign national parameters) is an error 3001 instead.
//! - **A message that carries a signature is refused** (3001, `message signature`). Signatures of messages (TS 103 120
//!   §9.2.3) are not verified here, and one that nobody verified would look verified. The connection says who sends; a
//!   court's signature stands on the document, and is checked elsewhere. The same holds for `ApprovalDigitalSignature`.
//! - Every text, number and document prints redacted, and no error repeats anything that was read.
//!
//! An agency that creates a Notification or a Delivery, or sends DELIVER, is read like one that may: who may do what is
//! not a question of form.

pub mod action;
pub mod answer;
pub mod approval;
pub mod authorisation;
pub mod delivery;
pub mod destination;
pub mod dictionary;
pub mod disclosure;
pub mod document;
pub mod fault;
mod fields;
pub mod header;
pub mod identifier;
pub mod interception;
pub mod message;
pub mod national;
pub mod notification;
pub mod object;
mod page;
mod space;
pub mod status;
pub mod target;
pub mod text;
pub mod timespan;
pub mod value;
mod xml;

/// The largest message that is read, in bytes. A larger one is refused by its length alone.
pub const BYTES_MAX: usize = 6 * 1024 * 1024;
/// The largest document or delivery in a message, in bytes before base64.
pub const CONTENTS_BYTES_MAX: usize = 2 * 1024 * 1024;
/// How many entries any list of a message may have, actions included.
pub const LIST_MAX: usize = 64;

#[cfg(test)]
mod tests;
