//! The configuration file, and the addresses in it.
//!
//! The source of the link's addresses is compiled in here as it is, since nothing outside the link may use it. It is
//! public, so that what this target leaves out of it is not called dead.

#[path = "../../crates/gateway/src/sources/link/endpoint.rs"]
pub mod endpoint;

use gateway::config::gateway::WorldWord;
use gateway::config::source::Source;
use gateway::config::{Config, is_loopback};

use endpoint::Endpoint;

pub(crate) fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(config) = toml::from_str::<Config>(text)
        && config.check().is_ok()
    {
        let printed = toml::to_string(&config).expect("an accepted configuration can be printed");
        let again: Config = toml::from_str(&printed).expect("what was printed is read");
        assert_eq!(again, config);
        if config.gateway.world == WorldWord::Sandbox {
            stays_here(&config);
        }
    }
    if let Ok(endpoint) = Endpoint::parse(text) {
        let printed = endpoint.to_string();
        assert!(
            !printed.starts_with("http:") || is_loopback(&printed),
            "plain HTTP beyond loopback"
        );
        let joined = endpoint
            .join("/a/b")
            .expect("a path can be put after a base")
            .to_string();
        assert!(joined.ends_with("/a/b"));
        assert_eq!(endpoint.uri().to_string(), printed);
        assert_eq!(Endpoint::parse(&printed).as_ref(), Ok(&endpoint));
    }
}

/// In a sandbox every address is this machine's, however it is spelled.
fn stays_here(config: &Config) {
    assert!(is_loopback(&config.listen.address));
    for source in &config.source {
        match source {
            Source::Camara(camara) => assert!(is_loopback(&camara.base_url) && is_loopback(&camara.token_endpoint)),
            Source::Gateway(gateway) => assert!(is_loopback(&gateway.issuer)),
            Source::Mlp(mlp) => assert!(is_loopback(&mlp.url)),
        }
    }
    assert!(config.witness.iter().all(|witness| is_loopback(&witness.url)));
    if let Some(sms) = &config.sms {
        assert!(is_loopback(&sms.address));
    }
}
