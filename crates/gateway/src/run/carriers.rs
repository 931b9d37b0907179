//! From the configuration of the carriers to the sources that ask them.

use std::path::Path;
use std::sync::Arc;

use domain::geo::confidence::Confidence;
use domain::id::IdError;
use domain::locate::Source;
use domain::secret::Secret;
use domain::time::Span;
use wire::jose::{SealingJwk, SigningKey};
use wire::mlp::slir::Login;

use super::{RunError, other};
use crate::chance::SystemChance;
use crate::clock::Clock;
use crate::config::Config;
use crate::config::push::Push;
use crate::config::source;
use crate::config::source::camara::Camara;
use crate::config::source::gateway::Gateway;
use crate::config::source::mlp::{Mlp, Mode};
use crate::keys::read_secret;
use crate::keys::sealing::SealingKeys;
use crate::sources::breaker::{BreakerSettings, Guarded};
use crate::sources::camara::{CamaraSource, Settings};
use crate::sources::gateway::{self, GatewaySource};
use crate::sources::handset::Handsets;
use crate::sources::link::endpoint::Endpoint;
use crate::sources::link::line::Bounds;
use crate::sources::mlp::waiting::Waiting;
use crate::sources::mlp::{self, Later, MlpSource, PushLogin};
use crate::sources::route::{Prefix, Routes};
use crate::tls::trust::Trust;

/// The gauge of when the certificate that a source is shown expires, in seconds since the Unix epoch.
const CERTIFICATE_EXPIRES: &str = "wayleave_source_client_certificate_expires_seconds";

/// All routes: the handset, and each carrier by the numbers that it serves. Each carrier is behind its breaker, and these
/// are given too, so that its health can be told.
pub(super) fn routes(
    config: &Config,
    handsets: &Arc<Handsets>,
    waiting: &Arc<Waiting>,
    (own, clock): (&Arc<SealingKeys>, &Arc<dyn Clock>),
) -> Result<(Arc<Routes>, Vec<Arc<Guarded>>), RunError> {
    let mut routes = Routes::new(Arc::clone(handsets) as _, Arc::clone(clock));
    let mut health = Vec::new();
    let settings = BreakerSettings {
        failures_in_a_row: config.breaker.failures_in_a_row,
        open: Span::seconds(config.breaker.open_s),
    };
    for source in &config.source {
        let name: Arc<str> = source.name().into();
        let of = |error: &dyn std::fmt::Display| other(&format!("source `{name}`"), error);
        let trust = source.trust().map_err(|error| of(&error))?;
        if let Some(until) = trust.until() {
            metrics::gauge!(CERTIFICATE_EXPIRES, "source" => name.to_string()).set(until.unix_seconds() as f64);
        }
        let carrier: Arc<dyn Source> = match source {
            source::Source::Camara(camara) => Arc::new(of_camara(camara, trust, clock).map_err(|error| of(&error))?),
            source::Source::Gateway(gateway) => {
                let known_as = gateway.client_id.parse().map_err(|error: IdError| of(&error))?;
                routes.is_home(Arc::clone(&name), &gateway.issuer, known_as);
                Arc::new(of_gateway(gateway, trust, own, clock).map_err(|error| of(&error))?)
            }
            source::Source::Mlp(mlp) => {
                let later = later(mlp, config.push.as_ref(), waiting).map_err(|error| of(&error))?;
                Arc::new(of_mlp(mlp, trust, later, clock).map_err(|error| of(&error))?)
            }
        };
        let carrier = Guarded::new(Arc::clone(&name), carrier, settings, Arc::clone(clock));
        let carrier = Arc::new(carrier);
        for prefix in source.prefixes() {
            let prefix = Prefix::parse(prefix).map_err(|error| of(&error))?;
            let added = routes.add(prefix, Arc::clone(&name), Arc::clone(&carrier) as _);
            added.map_err(|error| of(&error))?;
        }
        health.push(carrier);
    }
    Ok((Arc::new(routes), health))
}

fn of_camara(
    camara: &Camara,
    trust: Trust,
    clock: &Arc<dyn Clock>,
) -> Result<CamaraSource, Box<dyn std::error::Error>> {
    let settings = Settings {
        name: camara.name.as_str().into(),
        base: Endpoint::parse(&camara.base_url)?,
        token_endpoint: Endpoint::parse(&camara.token_endpoint)?,
        audience: camara.audience.clone(),
        client_id: camara.client_id.clone(),
        key: SigningKey::parse_private_jwk(&read_secret(&camara.key_file)?)?,
        bounds: Bounds {
            per_second_max: camara.requests_per_second_max,
            in_flight_max: camara.in_flight_max,
        },
        trust,
        consent_info: camara.consent_info,
    };
    let chance = Arc::new(SystemChance::new());
    Ok(CamaraSource::new(settings, Arc::clone(clock), chance)?)
}

fn of_gateway(
    gateway: &Gateway,
    trust: Trust,
    own: &Arc<SealingKeys>,
    clock: &Arc<dyn Clock>,
) -> Result<GatewaySource, Box<dyn std::error::Error>> {
    let settings = gateway::Settings {
        name: gateway.name.as_str().into(),
        issuer: Endpoint::parse(&gateway.issuer)?,
        client_id: gateway.client_id.clone(),
        key: SigningKey::parse_private_jwk(&read_secret(&gateway.key_file)?)?,
        sealing: SealingJwk::parse(&std::fs::read(&gateway.encryption_key_file)?)?,
        bounds: Bounds {
            per_second_max: gateway.requests_per_second_max,
            in_flight_max: gateway.in_flight_max,
        },
        trust,
    };
    let chance = Arc::new(SystemChance::new());
    Ok(GatewaySource::new(
        settings,
        Arc::clone(own),
        Arc::clone(clock),
        chance,
    )?)
}

fn of_mlp(
    mlp: &Mlp,
    trust: Trust,
    later: Option<Later>,
    clock: &Arc<dyn Clock>,
) -> Result<MlpSource, Box<dyn std::error::Error>> {
    let confidence = Confidence::new(mlp.confidence_unstated_percent);
    let settings = mlp::Settings {
        name: mlp.name.as_str().into(),
        url: Endpoint::parse(&mlp.url)?,
        dialect: mlp.dialect.into(),
        login: Login {
            id: mlp.client_id.clone(),
            password: password(&mlp.password_file)?,
            service: mlp.service.clone(),
        },
        habits: mlp.habits(),
        confidence_unstated: confidence.ok_or("expected a confidence of 1 to 100 percent")?,
        bounds: Bounds {
            per_second_max: mlp.requests_per_second_max,
            in_flight_max: mlp.in_flight_max,
        },
        trust,
        later,
    };
    Ok(MlpSource::new(settings, Arc::clone(clock), SystemChance::new()))
}

/// Where a carrier brings its answers, if it gives them later.
fn later(mlp: &Mlp, push: Option<&Push>, waiting: &Arc<Waiting>) -> Result<Option<Later>, Box<dyn std::error::Error>> {
    let Some(push) = push.filter(|_| mlp.mode == Mode::Async) else {
        return Ok(None);
    };
    let login = match (&mlp.push_id, &mlp.push_password_file) {
        (Some(id), Some(file)) => Some(PushLogin {
            id: id.clone(),
            password: password(file)?,
        }),
        _ => None,
    };
    Ok(Some(Later {
        waiting: Arc::clone(waiting),
        base_url: push.base_url.clone(),
        login,
    }))
}

/// A password: the text of a file, without the line's end.
fn password(file: &Path) -> Result<Secret<String>, Box<dyn std::error::Error>> {
    let text = String::from_utf8(read_secret(file)?)?;
    if text.trim().is_empty() {
        return Err(format!("expected a password in `{}`, found none", file.display()).into());
    }
    Ok(Secret::new(text.trim().to_owned()))
}
