//! Where an operator's endpoint is: an address that the configuration gives and this gateway can reach safely.

use std::fmt;
use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;
use rustls::pki_types::ServerName;

/// An operator's URL, checked: TLS to any name or address, or plain HTTP to a loopback address; without user, query or
/// fragment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Endpoint(Uri);

impl Endpoint {
    /// Reads a URL of the configuration.
    ///
    /// # Errors
    /// For what is no such URL.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        // `Uri` drops a fragment without a word, so it is looked for in the text.
        if text.contains('#') {
            return Err(EndpointError::Extra);
        }
        let uri: Uri = text.parse().map_err(|_| EndpointError::NotAUrl)?;
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err(EndpointError::NotAUrl);
        };
        if authority.as_str().contains('@') || uri.query().is_some() {
            return Err(EndpointError::Extra);
        }
        // `Uri` takes `:99000` and `:` for a port and then reports none, so that the call would go to port 80; and it
        // passes over what stands between a bracket and the port.
        let spelled = match authority.port() {
            Some(port) if port.as_u16() > 0 => format!("{}:{port}", authority.host()),
            Some(_) | None => authority.host().to_owned(),
        };
        if authority.as_str() != spelled {
            return Err(EndpointError::NotAUrl);
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        if *scheme == Scheme::HTTPS {
            // Whoever answers at that name proves it by a certificate.
            ServerName::try_from(host).map_err(|_| EndpointError::NotAUrl)?;
            return Ok(Self(uri));
        }
        if *scheme != Scheme::HTTP {
            return Err(EndpointError::NotAUrl);
        }
        // A name could resolve to anywhere, tomorrow if not today; so without TLS only an address will do.
        let address: IpAddr = host.parse().map_err(|_| EndpointError::NotLoopback)?;
        if !address.is_loopback() {
            return Err(EndpointError::NotLoopback);
        }
        Ok(Self(uri))
    }

    /// The URL.
    #[must_use]
    pub fn uri(&self) -> Uri {
        self.0.clone()
    }

    /// The URL with `path` after its own.
    ///
    /// # Errors
    /// `NotAUrl` if they do not make a URL.
    pub fn join(&self, path: &str) -> Result<Uri, EndpointError> {
        let whole = format!("{}{path}", self.0.to_string().trim_end_matches('/'));
        whole.parse().map_err(|_| EndpointError::NotAUrl)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a URL cannot be an operator's endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndpointError {
    /// It is not an absolute URL of HTTP.
    NotAUrl,
    /// It is plain HTTP, and its host is not a loopback address.
    NotLoopback,
    /// It has a user, a query or a fragment.
    Extra,
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAUrl => "expected a URL such as `https://operator.example.com/api`, found something else",
            Self::NotLoopback => {
                "expected `https://`, or a loopback address (127.0.0.0/8 or [::1]) as host, found `http://` and \
                 another host: without TLS a source may not be elsewhere"
            }
            Self::Extra => "expected a URL without user, query or fragment, found one with",
        })
    }
}

impl std::error::Error for EndpointError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_on_loopback_or_has_tls() {
        for (good, secured) in [
            ("http://127.0.0.1:9000", false),
            ("http://127.8.8.8/camara/", false),
            ("http://[::1]:9000/", false),
            ("https://127.0.0.1:9000", true),
            ("https://operator.example.com/api", true),
            ("https://[2001:db8::1]:8443/", true),
        ] {
            let endpoint = Endpoint::parse(good);
            let scheme = endpoint.map(|endpoint| endpoint.uri().scheme().cloned());
            assert_eq!(scheme == Ok(Some(Scheme::HTTPS)), secured, "{good}: {scheme:?}");
            assert!(scheme.is_ok(), "{good}");
        }
        let refused = [
            ("http://localhost:9000", EndpointError::NotLoopback),
            ("http://operator.example.com", EndpointError::NotLoopback),
            ("http://192.0.2.1", EndpointError::NotLoopback),
            ("http://[2001:db8::1]/", EndpointError::NotLoopback),
            ("http://me@127.0.0.1/", EndpointError::Extra),
            ("https://me@operator.example.com/", EndpointError::Extra),
            ("https://operator.example.com/?a=b", EndpointError::Extra),
            ("http://127.0.0.1/#here", EndpointError::Extra),
            ("ftp://127.0.0.1/", EndpointError::NotAUrl),
            ("/only/a/path", EndpointError::NotAUrl),
            ("127.0.0.1:9000", EndpointError::NotAUrl),
            ("", EndpointError::NotAUrl),
        ];
        for (bad, want) in refused {
            assert_eq!(Endpoint::parse(bad), Err(want), "{bad}");
        }
    }

    #[test]
    fn found_a_port_beyond_the_last_one() {
        for bad in [
            "http://127.0.0.1:90000/api/",
            "http://[::1]:99000",
            "http://127.0.0.1:/",
        ] {
            assert_eq!(Endpoint::parse(bad), Err(EndpointError::NotAUrl), "{bad}");
        }
    }

    #[test]
    fn found_a_dot_between_bracket_and_port() {
        for bad in ["http://[::1].:900/", "http://127.0.0.1:0/"] {
            assert_eq!(Endpoint::parse(bad), Err(EndpointError::NotAUrl), "{bad}");
        }
    }

    #[test]
    fn a_path_is_put_after_the_base() {
        for base in ["http://127.0.0.1:9000/api", "http://127.0.0.1:9000/api/"] {
            let joined = Endpoint::parse(base).and_then(|base| base.join("/a/b"));
            assert_eq!(
                joined.map(|uri| uri.to_string()),
                Ok("http://127.0.0.1:9000/api/a/b".to_owned())
            );
        }
    }
}
