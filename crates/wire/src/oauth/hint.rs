//! How a client names a person: the `login_hint` of CIBA and the `sub` of a JWT bearer assertion (CAMARA's security
//! profile). Only `tel:` is served.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV6};

use domain::number::Msisdn;

/// A hint that is well-formed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hint {
    /// `tel:+…` (RFC 3966 §5.1.4, a global number without separators).
    Number(Msisdn),
    /// `ipport:…` or `operatortoken:…`: an address or a token of the device, which this gateway cannot resolve.
    Unserved,
}

/// The longest token of an operator, in bytes.
const OPERATOR_TOKEN_BYTES_MAX: usize = 4096;

impl Hint {
    /// Reads a hint; `None` if it has none of the profile's forms.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(number) = text.strip_prefix("tel:") {
            return Msisdn::parse(number).map(Self::Number);
        }
        if let Some(address) = text.strip_prefix("ipport:") {
            return is_address(address).then_some(Self::Unserved);
        }
        let token = text.strip_prefix("operatortoken:")?;
        let well_formed =
            (1..=OPERATOR_TOKEN_BYTES_MAX).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic());
        well_formed.then_some(Self::Unserved)
    }
}

/// An IPv4 address, or an IPv6 address in brackets, each with or without a port.
fn is_address(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
        || text.parse::<SocketAddr>().is_ok()
        || format!("{text}:1").parse::<SocketAddrV6>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_have_the_profiles_forms() {
        let number = Msisdn::parse("+12025550123").expect("a reserved number");
        for (text, hint) in [
            ("tel:+12025550123", Some(Hint::Number(number))),
            ("tel:12025550123", None),
            ("tel:+1-202-555-0123", None),
            ("tel:+12025550123;ext=1", None),
            ("TEL:+12025550123", None),
            ("+12025550123", None),
            ("tel:", None),
            ("", None),
            ("ipport:192.0.2.7:16790", Some(Hint::Unserved)),
            ("ipport:192.0.2.7", Some(Hint::Unserved)),
            ("ipport:[2001:db8::1]:8080", Some(Hint::Unserved)),
            ("ipport:[2001:db8::1]", Some(Hint::Unserved)),
            ("ipport:2001:db8::1", None),
            ("ipport:gateway.example.com", None),
            ("operatortoken:abc.def", Some(Hint::Unserved)),
            ("operatortoken:", None),
            ("operatortoken:a b", None),
        ] {
            assert_eq!(Hint::parse(text), hint, "{text}");
        }
    }
}
