//! From a recorded ask to what a location server is asked.

use std::time::Duration;

use domain::journal::settle::Recorded;
use domain::number::Msisdn;
use domain::permission::terms::Precision;
use domain::time::Span;
use wire::mlp::dialect::Dialect;
use wire::mlp::slir::{LocType, Login, Mode, Priority, Slir, Subclient};

/// The server should answer so long before this gateway stops waiting.
const EARLIER: Duration = Duration::from_secs(1);

/// What is wanted of a location server, whatever its dialect.
#[derive(Debug)]
pub(super) struct Wanted {
    requestor: String,
    chain: Vec<Subclient>,
    number: Msisdn,
    loc_type: LocType,
    max_age_s: Option<u32>,
    accuracy_m: u32,
    response_s: u32,
}

impl Wanted {
    /// What the ask wants, within `deadline`.
    pub(super) fn of(recorded: &Recorded, deadline: Duration) -> Self {
        let ask = recorded.ask();
        let (loc_type, max_age_s) = freshness(ask.question().max_age());
        let (Precision::Area { metres } | Precision::YesNo { metres }) = recorded.grant().precision;
        Self {
            requestor: ask.id().to_string(),
            // The recipient asks for itself: it is the last of the chain, and the one that the subscriber was told of.
            chain: vec![Subclient {
                id: ask.recipient().to_string(),
                service: None,
            }],
            number: ask.subject().number,
            loc_type,
            max_age_s,
            // What the answer is reduced to anyway; the network need not look closer.
            accuracy_m: metres,
            response_s: response(deadline),
        }
    }

    /// The request in a dialect.
    pub(super) fn slir<'a>(&'a self, dialect: Dialect, login: &'a Login, mode: Mode<'a>) -> Slir<'a> {
        Slir {
            dialect,
            login,
            chain: &self.chain,
            requestor: &self.requestor,
            number: self.number,
            loc_type: self.loc_type,
            max_age_s: self.max_age_s,
            accuracy_m: Some(self.accuracy_m),
            response: Some(self.response_s),
            priority: Priority::Normal,
            mode,
        }
    }
}

/// Which position is wanted. One that the network knows already, and that is young enough, is as good as a new one, and
/// does not stir the phone.
fn freshness(max_age: Option<Span>) -> (LocType, Option<u32>) {
    match max_age {
        None => (LocType::LastOrCurrent, None),
        Some(most) => match u32::try_from(most.as_seconds()) {
            Ok(1..) => (LocType::LastOrCurrent, u32::try_from(most.as_seconds()).ok()),
            Ok(0) => (LocType::Current, None),
            // INVARIANT: an age fits; if not, the newest position is never too old.
            Err(_) => (LocType::Current, None),
        },
    }
}

/// Within how many whole seconds the server should answer: a little less than the wait, and at least one.
fn response(deadline: Duration) -> u32 {
    let seconds = deadline.saturating_sub(EARLIER).as_secs().max(1);
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_that_is_wanted_decides_which_position_is() {
        let table = [
            (None, LocType::LastOrCurrent, None),
            (Some(0), LocType::Current, None),
            (Some(1), LocType::LastOrCurrent, Some(1)),
            (Some(3600), LocType::LastOrCurrent, Some(3600)),
        ];
        for (age, loc_type, max_age_s) in table {
            assert_eq!(freshness(age.map(Span::seconds)), (loc_type, max_age_s), "{age:?}");
        }
    }

    #[test]
    fn the_server_has_a_little_less_time_than_there_is() {
        for (deadline_ms, seconds) in [(15_000, 14), (5_000, 4), (1_900, 1), (300, 1), (0, 1)] {
            assert_eq!(response(Duration::from_millis(deadline_ms)), seconds, "{deadline_ms}");
        }
    }
}
