//! From the configuration of the carriers to the sources that ask them.

use std::sync::Arc;

use domain::locate::Source;
use wire::jose::SigningKey;

use super::{RunError, other};
use crate::chance::SystemChance;
use crate::clock::Clock;
use crate::config::source::camara::Camara;
use crate::config::source::{self};
use crate::keys::read_secret;
use crate::sources::camara::{CamaraSource, Settings};
use crate::sources::handset::Handsets;
use crate::sources::link::endpoint::Endpoint;
use crate::sources::link::line::Bounds;
use crate::sources::route::{Prefix, Routes};

/// All routes: the handset, and each carrier by the numbers that it serves.
pub(super) fn routes(
    sources: &[source::Source],
    handsets: &Arc<Handsets>,
    clock: &Arc<dyn Clock>,
) -> Result<Routes, RunError> {
    let mut routes = Routes::new(Arc::clone(handsets) as _, Arc::clone(clock));
    for source in sources {
        let name: Arc<str> = source.name().into();
        let of = |error: &dyn std::fmt::Display| other(&format!("source `{name}`"), error);
        let carrier: Arc<dyn Source> = match source {
            source::Source::Camara(camara) => Arc::new(of_camara(camara, clock).map_err(|error| of(&error))?),
            source::Source::Mlp(_) => return Err(of(&"expected the kind `camara`, found `mlp`: not built yet")),
        };
        for prefix in source.prefixes() {
            let prefix = Prefix::parse(prefix).map_err(|error| of(&error))?;
            let added = routes.add(prefix, Arc::clone(&name), Arc::clone(&carrier));
            added.map_err(|error| of(&error))?;
        }
    }
    Ok(routes)
}

fn of_camara(camara: &Camara, clock: &Arc<dyn Clock>) -> Result<CamaraSource, Box<dyn std::error::Error>> {
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
    };
    let chance = Arc::new(SystemChance::new());
    Ok(CamaraSource::new(settings, Arc::clone(clock), chance)?)
}
