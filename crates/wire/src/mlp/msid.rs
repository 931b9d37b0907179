//! Whether an answer is about the number that was asked about, in whatever spelling it comes back.

use domain::number::Msisdn;

use super::quirk::{Notes, Quirk};
use super::xml::Element;

/// An attribute's word in capitals, noted if it was not.
pub(super) fn word(element: &Element, name: &str, notes: &mut Notes) -> Option<String> {
    let value = element.attribute(name)?;
    let capitals = value.to_ascii_uppercase();
    notes.note_if(capitals != value, Quirk::LowerCaseWord);
    Some(capitals)
}

/// Whether an `msid` is the asked number. One that is encrypted cannot be told, and is another's.
pub(super) fn is_of(msid: &Element, number: Msisdn, notes: &mut Notes) -> bool {
    if word(msid, "enc", notes).is_some_and(|encoding| encoding != "ASC") {
        return false;
    }
    let kind = word(msid, "type", notes);
    let text = msid.text();
    let Some((digits, international)) = plain_digits(text) else {
        return false;
    };
    let own = number.to_digits();
    if digits == own {
        notes.note_if(text != own, Quirk::MsidSpelling);
        notes.note_if(!matches!(kind.as_deref(), None | Some("MSISDN")), Quirk::MsidType);
        return true;
    }
    // In North America MIN and MDN are the ten digits of the national number; the country code is 1.
    let national = own.strip_prefix('1').filter(|national| national.len() == 10);
    // What is written as an international number is one, and then these digits are somebody's elsewhere.
    let may_be_national = !international && matches!(kind.as_deref(), None | Some("MIN" | "MDN"));
    let is_national = may_be_national && national == Some(digits.as_str());
    notes.note_if(is_national, Quirk::NationalMsid);
    notes.note_if(is_national && text != digits, Quirk::MsidSpelling);
    is_national
}

/// The digits of a number that is written with a plus sign, the prefix `00` or `tel:`, spaces, hyphens or brackets; and
/// whether it says that it is international.
fn plain_digits(text: &str) -> Option<(String, bool)> {
    let text = text.strip_prefix("tel:").unwrap_or(text);
    let international = text.strip_prefix('+').or_else(|| text.strip_prefix("00"));
    let rest = international.unwrap_or(text);
    let known = |c: char| c.is_ascii_digit() || " -().".contains(c);
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let plausible = rest.len() <= 40 && rest.chars().all(known) && !digits.is_empty();
    plausible.then_some((digits, international.is_some()))
}
