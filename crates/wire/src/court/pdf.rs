//! Signed PDFs (ISO 32000-1 §12.8). The order is the one file that is embedded; what the pages show is never read.
//!
//! The signature is found and checked on the bare bytes, and has to cover the whole file but itself. Only then, when every
//! byte is known to be the court's, is the file read as a PDF, to take out the order and to see that it is plain.

mod inside;
mod range;

use domain::time::Timestamp;

use super::{Court, Form, PDF_BYTES_MAX, Refused, Verified, cms, sha256};
use range::Ranges;

/// Reads an order that the court signed as a PDF with `order.json` embedded.
///
/// # Errors
/// If the file does not have exactly one signature that covers all of it, the CMS message in the signature is refused as
/// [`super::verify_cms_detached`] does, or the file is encrypted, has object streams or several catalogs, or embeds
/// anything but one order of this court.
pub fn verify_pdf(file: &[u8], court: &Court, now: Timestamp) -> Result<Verified, Refused> {
    if file.len() > PDF_BYTES_MAX {
        return Err(Refused::TooLong {
            most: PDF_BYTES_MAX,
            found: file.len(),
        });
    }
    let ranges = Ranges::read(file)?;
    let covered = [ranges.before, ranges.after].concat();
    let checked = cms::check(&cms::read(ranges.message()?)?, &covered, court, now)?;
    let order = inside::order(file, &ranges, &checked)?;
    Ok(Verified {
        order: court.read_order(&order, now)?,
        digest: sha256(&[&covered]),
        key: checked.key,
        form: Form::Pdf,
        signed_at: checked.signed_at,
    })
}

/// That the file is not plain, where there is nothing to count.
const fn not_plain(want: &'static str) -> Refused {
    Refused::Pdf { want, found: None }
}
