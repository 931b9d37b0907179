//! When a phone was where it was: `yyyyMMddhhmmss`, and how far from Greenwich (MLP `time`, `utc_off`).

use domain::time::{Span, Timestamp};

use super::error::MlpError;
use super::expect::{Expect, Offset};
use super::quirk::{Notes, Quirk};
use super::slir::LocType;
use super::xml::Element;

/// How far a carrier's clock may be ahead.
const AHEAD_MAX: Span = Span::seconds(60);
/// How old a position may be that was asked for as the current one. It is below an hour, so that a time which is read
/// with the wrong offset is found: offsets differ by half an hour at least, and nearly always by whole ones.
const CURRENT_AGE_MAX: Span = Span::seconds(50 * 60);

/// The time of a `pd`, held against the asked position and the present.
///
/// # Errors
/// If it cannot be read, lies in the future, or is hours old although the current position was asked for.
pub(super) fn read(time: &Element, expect: &Expect, notes: &mut Notes) -> Result<Timestamp, MlpError> {
    let offset_minutes = offset(time, notes)?;
    let utc = civil(time.text())?;
    let at = match expect.habits.offset {
        Offset::Local => Timestamp::from_unix_ms(utc.unix_ms() - offset_minutes * 60_000),
        Offset::Utc => utc,
    };
    if at > expect.now.after(AHEAD_MAX) {
        return Err(MlpError::FutureTime);
    }
    if expect.loc_type == LocType::Current && at < expect.now.before(CURRENT_AGE_MAX) {
        return Err(MlpError::StaleTime);
    }
    Ok(at)
}

/// Looks at the time of an error, which nothing depends on.
pub(super) fn look(time: Option<&Element>, notes: &mut Notes) {
    notes.note_if(time.is_none(), Quirk::TimeMissing);
    if let Some(time) = time {
        // An error's time that cannot be read makes the error no less one.
        let _ = offset(time, notes);
    }
}

/// Fourteen digits as a time in UTC.
fn civil(text: &str) -> Result<Timestamp, MlpError> {
    let fits = text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit());
    let part = |from: usize, to: usize| text.get(from..to).filter(|_| fits).ok_or(MlpError::Time);
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    let rfc3339 = format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z");
    Timestamp::from_rfc3339(&rfc3339).ok_or(MlpError::Time)
}

/// `utc_off` in minutes east of Greenwich: `[+|-]?HHMM`, absent for 0. Also taken: `+HH:MM`, `+HH`, `Z`, and nothing.
fn offset(time: &Element, notes: &mut Notes) -> Result<i64, MlpError> {
    let Some(text) = time.attribute("utc_off") else {
        return Ok(0);
    };
    if text.is_empty() {
        notes.note(Quirk::OffsetEmpty);
        return Ok(0);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = match (unsigned.len(), unsigned.split_once(':')) {
        (1, None) if unsigned.eq_ignore_ascii_case("z") && text == unsigned => "0000".to_owned(),
        (2, None) => format!("{unsigned}00"),
        (5, Some((hours, minutes))) if hours.len() == 2 => format!("{hours}{minutes}"),
        (4, None) => unsigned.to_owned(),
        _ => return Err(MlpError::Time),
    };
    notes.note_if(digits != unsigned, Quirk::OffsetSpelling);
    let part = |from: usize, to: usize| -> Option<i64> {
        let part = digits.get(from..to).filter(|_| digits.len() == 4)?;
        let numeric = part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| numeric)
    };
    match (part(0, 2), part(2, 4)) {
        (Some(hours @ 0..=14), Some(minutes @ 0..=59)) => {
            let minutes = hours * 60 + minutes;
            Ok(if text.starts_with('-') { -minutes } else { minutes })
        }
        _ => Err(MlpError::Time),
    }
}
