//! The operator's consent master (CAMARA consent-info, upstream): asked before the operator is asked where a phone is. It
//! can forbid and nothing else: whether the ask is covered was decided and recorded before, and is decided again before
//! an answer leaves.

use domain::ask::Ask;
use domain::locate::Failure;
use domain::purpose::Purpose;
use wire::camara::consent_info::Inquiry;

use super::{CamaraSource, Errand, Step};
use crate::sources::token::Token;

/// What the consent master is asked for an ask.
pub(super) fn inquiry(ask: &Ask) -> Inquiry {
    Inquiry {
        number: ask.subject().number,
        purpose: ask.purpose(),
    }
}

impl CamaraSource {
    /// Asks the consent master, if the operator has one. Whatever is not a clear yes ends the ask.
    pub(super) async fn ask_master(
        &self,
        errand: &mut Errand,
        purpose: Purpose,
        token: &mut Token,
    ) -> Result<(), Failure> {
        if self.consent_info.is_none() {
            return Ok(());
        }
        let answer = self.call(errand, Step::Inquiry, purpose, token).await?;
        self.is_own(errand, &answer)?;
        let inquiry = Inquiry {
            number: errand.query.number,
            purpose,
        };
        match inquiry.read_answer(&answer.body) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Failure::Vetoed),
            Err(_) => {
                self.doubt(errand, "the consent master's answer is malformed");
                Err(Failure::Untrustworthy)
            }
        }
    }
}
