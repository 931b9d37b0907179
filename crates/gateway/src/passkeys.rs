//! Passkeys (W3C Web Authentication Level 3): what a browser hands over when a person makes one, and the challenges that it
//! answers. An assertion is checked by [`domain::permission::assertion::Assertion`]; here is what comes before it.
//!
//! Only ES256 is taken, and no attestation is asked for: which make of authenticator a person uses is nobody's business.

pub mod challenge;
pub mod registration;

use crate::config::gateway::Gateway;

/// The relying party's id: the host name of the gateway's own address. `None` where that is an IP address, for which no
/// browser makes a passkey (Web Authentication §5.1.2: an effective domain is a name).
#[must_use]
pub fn relying_party(gateway: &Gateway) -> Option<&str> {
    let (_, rest) = gateway.issuer.split_once("://")?;
    if rest.starts_with('[') {
        return None;
    }
    let host = rest.split(':').next().unwrap_or(rest);
    let is_name = host.parse::<std::net::IpAddr>().is_err() && !host.is_empty();
    is_name.then_some(host)
}

#[cfg(test)]
mod tests {
    use super::relying_party;
    use crate::config::gateway::{Gateway, WorldWord};

    #[test]
    fn a_passkey_needs_a_name() {
        let of = |issuer: &str| {
            let gateway = Gateway {
                issuer: issuer.to_owned(),
                ..Gateway::example(WorldWord::Sandbox)
            };
            relying_party(&gateway).map(str::to_owned)
        };
        assert_eq!(
            of("https://gateway.example.com").as_deref(),
            Some("gateway.example.com")
        );
        assert_eq!(of("http://localhost:8080").as_deref(), Some("localhost"));
        assert_eq!(of("http://127.0.0.1:8080"), None);
        assert_eq!(of("http://[::1]:8080"), None);
    }
}
