//! Starts what carries texts: the binds to the message centre, the conversation that answers people, and the worker that
//! empties the outbox.

use std::sync::Arc;

use domain::secret::Secret;
use tokio::sync::Notify;

use super::correspondence::{Correspondence, Texts};
use super::{RunError, other};
use crate::chance::SystemChance;
use crate::clock::Clock;
use crate::config::{Config, sms::Sms};
use crate::keys::read_secret;
use crate::messages::outbox::Worker;
use crate::messages::replies::{Conversation, Ends, Voice};
use crate::messages::smpp::{Bind, Pace, SmppConfig};

/// So many texts are under way at a time.
const TEXTS_AT_A_TIME: usize = 10;

pub(super) fn start(
    config: &Config,
    sms: &Sms,
    (correspondence, texts): (Arc<Correspondence>, Arc<Texts>),
    clock: &Arc<dyn Clock>,
    wake: Arc<Notify>,
) -> Result<(Arc<Bind>, Worker), RunError> {
    let voice = Voice {
        name: config.gateway.operator.clone(),
        help: config.gateway.contact.clone().unwrap_or_default(),
        locale: config.gateway.locale(),
        zone: config.gateway.time_zone(),
    };
    let ends = Ends {
        replies: Arc::clone(&correspondence) as _,
        conversant: Arc::clone(&correspondence) as _,
        ledger: Arc::clone(&texts) as _,
        aftermath: Arc::clone(&correspondence) as _,
    };
    let conversation = Conversation::new(ends, Arc::clone(clock), voice);
    let chance = || Box::new(SystemChance::new());
    let inbox = Arc::new(conversation);
    let bind = Bind::start(&settings(sms)?, Pace::default(), Arc::clone(clock), chance(), inbox)
        .map_err(|error| other("the message centre", error))?;
    let bind = Arc::new(bind);
    let worker = Worker {
        outbox: texts,
        carrier: Arc::clone(&bind) as _,
        clock: Arc::clone(clock),
        chance: chance(),
        pace: Pace::default(),
        wake,
        concurrency: TEXTS_AT_A_TIME,
        aftermath: correspondence,
        opt_out_statuses: sms.opt_out_statuses.clone(),
    };
    Ok((bind, worker))
}

fn settings(sms: &Sms) -> Result<SmppConfig, RunError> {
    let password = read_secret(&sms.password_file).map_err(|error| other("the message centre's password", error))?;
    let password = String::from_utf8(password).map_err(|error| other("the message centre's password", error))?;
    Ok(SmppConfig {
        addresses: sms.every_address().cloned().collect(),
        system_id: sms.system_id.clone(),
        password: Secret::new(password.trim().to_owned()),
        number: sms.number.clone(),
        window: sms.window,
        texts_per_second_max: (sms.texts_per_second_max > 0).then_some(sms.texts_per_second_max),
        enquire_link_s: sms.enquire_link_s,
        response_timeout_s: sms.response_timeout_s,
    })
}
