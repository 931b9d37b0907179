//! Whom an ask or an event is about, sealed to the gateway: whoever carries it does not learn it.
//!
//! The one who sealed it should stand in `apu`, which the tag covers. Then nobody can put a sealed number that they carried
//! for somebody else into an ask of their own, and learn from the outcome who it was.

use domain::id::PartyId;
use domain::number::Msisdn;

use crate::jose::jwe::{ContentKey, Envelope, Fresh, Label, NotOpened, NotSealed, seal as seal_text};
use crate::jose::{AgreementKey, SealingJwk};
use crate::oauth::hint::Hint;

/// Seals `tel:+…` for a gateway. `by` is the party whose statement it will stand in.
///
/// # Errors
/// See [`NotSealed`]; fresh chance mends it.
pub fn seal(number: Msisdn, by: PartyId, gateway: &SealingJwk, fresh: Fresh) -> Result<String, NotSealed> {
    let by = by.to_string();
    let label = Label {
        apu: by.as_bytes(),
        apv: &[],
        kid: Some(&gateway.kid),
    };
    let text = format!("tel:{}", number.to_e164());
    seal_text(text.as_bytes(), &gateway.key, label, fresh)
}

/// The number that `by` sealed for this gateway.
///
/// # Errors
/// `Key` if it was sealed to another key, `Content` if somebody else sealed it, or if it is no `tel:+…`.
pub fn open(jwe: &str, keys: &[AgreementKey], by: PartyId) -> Result<Msisdn, NotOpened> {
    let envelope = Envelope::parse(jwe)?;
    number(&envelope, &envelope.content_key_by_any(keys)?, by)
}

/// What lets another gateway open this subject and no other: the key of this one text, sealed to that gateway. The hub
/// that gives it on cannot choose a number of its own: the recipient's signature covers the text, and its tag the number.
///
/// # Errors
/// If the subject is none of this gateway's, or if sealing fails; see [`NotOpened`].
pub fn hand_on(jwe: &str, keys: &[AgreementKey], to: &SealingJwk, fresh: Fresh) -> Result<String, NotOpened> {
    let content = Envelope::parse(jwe)?.content_key_by_any(keys)?;
    let label = Label {
        kid: Some(&to.kid),
        ..Label::default()
    };
    seal_text(content.print().expose().as_bytes(), &to.key, label, fresh).map_err(|_| NotOpened::Key)
}

/// The number that `by` sealed for a hub, by the key that the hub handed on.
///
/// # Errors
/// As [`open`]; `Key` also if what was handed on is another text's key, `Content` if it is no key.
pub fn open_handed_on(jwe: &str, handed_on: &str, keys: &[AgreementKey], by: PartyId) -> Result<Msisdn, NotOpened> {
    let outer = Envelope::parse(handed_on)?;
    let inner = outer.open_with(&outer.content_key_by_any(keys)?)?;
    let content = std::str::from_utf8(inner.expose())
        .ok()
        .and_then(ContentKey::parse)
        .ok_or(NotOpened::Content)?;
    number(&Envelope::parse(jwe)?, &content, by)
}

/// A number in a statement of `not_by`, if it opens and another party sealed it: somebody put there what they carried for
/// that party. `handed_on` is as for [`open_handed_on`]. It is good for a journal, and for nothing else.
#[must_use]
pub fn open_as_spliced(
    jwe: &str,
    handed_on: Option<&str>,
    keys: &[AgreementKey],
    not_by: PartyId,
) -> Option<(PartyId, Msisdn)> {
    let apu = String::from_utf8(Envelope::parse(jwe).ok()?.apu().to_vec()).ok()?;
    let by: PartyId = apu.parse().ok().filter(|by| *by != not_by)?;
    let opened = match handed_on {
        None => open(jwe, keys, by),
        Some(key) => open_handed_on(jwe, key, keys, by),
    };
    Some((by, opened.ok()?))
}

fn number(envelope: &Envelope<'_>, key: &ContentKey, by: PartyId) -> Result<Msisdn, NotOpened> {
    let text = envelope.open_with(key)?;
    // One that does not say who sealed it could have been carried here from anybody's ask.
    if envelope.apu() != by.to_string().as_bytes() {
        return Err(NotOpened::Content);
    }
    match std::str::from_utf8(text.expose()).ok().and_then(Hint::parse) {
        Some(Hint::Number(number)) => Ok(number),
        _ => Err(NotOpened::Content),
    }
}

#[cfg(test)]
mod tests;
