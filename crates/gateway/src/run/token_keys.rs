//! Keeps the token keys while the gateway serves: sees what an operator's command changed in the key directory, and makes
//! a new key when the newest is old.

use std::sync::Arc;
use std::time::Duration;

use domain::time::Span;

use crate::chance::SystemChance;
use crate::clock::Clock;
use crate::config::Config;
use crate::http::tokens::KnownTokens;
use crate::keys::tokens::TokenKeys;

/// How often the directory is looked at: so long a leaked key may still be taken after it was replaced.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Starts the keeping. The tokens that were verified are forgotten whenever the keys change.
pub(super) fn keep(keys: TokenKeys, config: &Config, clock: &Arc<dyn Clock>) -> (Arc<TokenKeys>, Arc<KnownTokens>) {
    let (keys, known) = (Arc::new(keys), Arc::new(KnownTokens::default()));
    let age = Span::seconds(config.gateway.token_key_days.saturating_mul(86_400));
    let kept = (Arc::clone(&keys), Arc::clone(&known), Arc::clone(clock));
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            look(&kept.0, &kept.1, age, kept.2.as_ref());
        }
    });
    (keys, known)
}

fn look(keys: &TokenKeys, known: &KnownTokens, age: Span, clock: &dyn Clock) {
    match keys.reload() {
        Ok(true) => {
            known.clear();
            tracing::info!("the token keys changed");
        }
        Ok(false) => {}
        Err(error) => tracing::error!(%error, "the token keys cannot be read again; those from before serve on"),
    }
    if age.as_ms() > 0 {
        match keys.rotate_by_age(clock.now(), age, &SystemChance::new()) {
            Ok(true) => tracing::info!("a new token key will sign in ten minutes"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "no new token key can be made, though the newest is old"),
        }
    }
}
