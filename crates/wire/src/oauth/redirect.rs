//! Addresses to which a browser may be sent back. A party registers them; a request names one of them exactly, save for
//! the port of a loopback address (RFC 8252 §7.3). Everything that could make one address look like another is refused.

use std::fmt;
use std::str::FromStr;

use super::form;

/// The longest address, in bytes.
pub const BYTES_MAX: usize = 512;

/// An address that may be registered: `https`, `http` on a loopback address, or an application's own scheme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RedirectUri(String);

/// Why a text is no such address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RedirectError;

impl fmt::Display for RedirectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "expected an https address, an http address on 127.0.0.1 or [::1], or an application's own scheme such as com.example.app:/back, without user or fragment, found another",
        )
    }
}

impl std::error::Error for RedirectError {}

impl FromStr for RedirectUri {
    type Err = RedirectError;

    fn from_str(text: &str) -> Result<Self, RedirectError> {
        // What browsers read in two ways (a backslash), or drop, is in no address that is registered here.
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"#\\\"<>^`{|}".contains(&byte);
        if text.len() > BYTES_MAX || !text.bytes().all(plain) {
            return Err(RedirectError);
        }
        let (scheme, rest) = text.split_once(':').ok_or(RedirectError)?;
        let good = match scheme {
            "https" => rest.strip_prefix("//").and_then(authority).is_some_and(is_host),
            "http" => loopback(text).is_some(),
            own => is_own_scheme(own) && rest.starts_with('/') && !rest.starts_with("//"),
        };
        good.then(|| Self(text.to_owned())).ok_or(RedirectError)
    }
}

/// What stands before the path or the query, if no user stands there.
fn authority(rest: &str) -> Option<&str> {
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    rest.get(..end).filter(|authority| !authority.contains('@'))
}

/// A host in small letters, perhaps with a port.
fn is_host(authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    let is_name = !host.is_empty() && !host.starts_with('.') && host.bytes().all(letters);
    let is_address = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .is_some_and(|host| host.parse::<std::net::Ipv6Addr>().is_ok());
    (is_name || is_address) && port.is_none_or(is_port)
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
}

/// An application's scheme, which is a domain name turned round (RFC 8252 §7.1), so that it collides with nobody's and is
/// none that a browser runs by itself.
fn is_own_scheme(scheme: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    let labels: Vec<&str> = scheme.split('.').collect();
    scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme.bytes().all(letters)
        && labels.len() >= 2
        && labels.iter().all(|label| !label.is_empty())
}

/// A loopback address in two parts: what stands before the port, and what after it.
fn loopback(text: &str) -> Option<(&str, &str)> {
    for origin in ["http://127.0.0.1", "http://[::1]"] {
        let Some(rest) = text.strip_prefix(origin) else {
            continue;
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (port, after) = rest.split_at_checked(end)?;
        let good = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        return good.then_some((origin, after));
    }
    None
}

impl RedirectUri {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a request may name `asked` where this one is registered.
    #[must_use]
    pub fn covers(&self, asked: &Self) -> bool {
        let same_but_port = || loopback(&self.0).is_some_and(|own| loopback(&asked.0) == Some(own));
        self == asked || same_but_port()
    }

    /// The address with parameters added to its query.
    #[must_use]
    pub fn with(&self, parameters: &[(&str, &str)]) -> String {
        let joint = match self.0.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some((_, query)) if query.ends_with('&') => "",
            Some(_) => "&",
        };
        format!("{}{joint}{}", self.0, form::print(parameters))
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unambiguous_addresses_can_be_registered() {
        for good in [
            "https://bank.example.com/back",
            "https://bank.example.com:8443/back?from=wayleave",
            "https://bank.example.com",
            "https://[2001:db8::1]/back",
            "http://127.0.0.1/back",
            "http://127.0.0.1:5000/back",
            "http://[::1]:5000/back",
            "com.example.app:/back",
        ] {
            assert!(good.parse::<RedirectUri>().is_ok(), "{good}");
        }
        let long = format!("https://bank.example.com/{}", "a".repeat(BYTES_MAX));
        for bad in [
            "",
            "/back",
            "bank.example.com/back",
            "http://bank.example.com/back",
            "http://localhost/back",
            "http://127.0.0.1.example.com/back",
            "http://127.0.0.1:0/back",
            "http://127.0.0.1:99999/back",
            "http://127.0.0.1:+80/back",
            "http://127.0.0.1@bank.example.com/",
            "https://user@bank.example.com/back",
            "https://bank.example.com@other.example.com/",
            "https://bank.example.com\\@other.example.com/",
            "https://bank.example.com/back#part",
            "https://bank.example.com/a b",
            "https://bank.example.com/\n",
            "https://BANK.example.com/back",
            "https:///back",
            "https:bank.example.com/back",
            "https://.example.com/",
            "https://bank.example.com:/back",
            "HTTPS://bank.example.com/back",
            "javascript:alert(1)",
            "data:text/html,hello",
            "file:///etc/passwd",
            "app:/back",
            "com.example.app://host/back",
            "com..app:/back",
            &long,
        ] {
            assert_eq!(bad.parse::<RedirectUri>(), Err(RedirectError), "{bad}");
        }
    }

    #[test]
    fn a_registered_address_covers_itself_and_a_loopback_port() {
        let covers = |registered: &str, asked: &str| {
            let parse = |text: &str| text.parse::<RedirectUri>().expect(text);
            parse(registered).covers(&parse(asked))
        };
        let bank = "https://bank.example.com/back";
        assert!(covers(bank, bank));
        for other in [
            "https://bank.example.com/back/",
            "https://bank.example.com/back?x=1",
            "https://bank.example.com/Back",
            "https://bank.example.com/",
            "https://bank.example.com:443/back",
            "https://bank.example.com.example.com/back",
            "https://www.bank.example.com/back",
            "https://bank.example.com/%62ack",
            "https://bank.example.com/x/../back",
        ] {
            assert!(!covers(bank, other), "{other}");
        }
        let loopback = "http://127.0.0.1/back";
        assert!(covers(loopback, "http://127.0.0.1:51004/back"));
        assert!(covers("http://127.0.0.1:5000/back", "http://127.0.0.1:51004/back"));
        assert!(covers("http://[::1]:5000/back?a=1", "http://[::1]/back?a=1"));
        for other in [
            "http://127.0.0.1:51004/other",
            "http://[::1]:51004/back",
            "http://127.0.0.1:51004/back?x=1",
        ] {
            assert!(!covers(loopback, other), "{other}");
        }
    }

    #[test]
    fn parameters_join_the_query() {
        for (address, joined) in [
            ("https://a.example.com/b", "https://a.example.com/b?code=x%3D&state=%26"),
            (
                "https://a.example.com/b?",
                "https://a.example.com/b?code=x%3D&state=%26",
            ),
            (
                "https://a.example.com/b?c=d",
                "https://a.example.com/b?c=d&code=x%3D&state=%26",
            ),
            ("com.example.app:/b", "com.example.app:/b?code=x%3D&state=%26"),
        ] {
            let address: RedirectUri = address.parse().expect("an address");
            assert_eq!(address.with(&[("code", "x="), ("state", "&")]), joined);
        }
    }
}
