//! Where a bucket is: `https://HOST/BUCKET`, and folders in it if there are more.

use std::fmt;

use crate::sources::link::endpoint::{Endpoint, EndpointError};

/// A bucket's address, checked: reached with TLS, or on loopback. The bucket's name stands in the path, as every
/// S3-compatible store takes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// The store.
    pub endpoint: String,
    /// The bucket's name.
    pub bucket: String,
    /// What stands before each file's path in the bucket; empty, or with a slash at its end.
    pub prefix: String,
}

impl Address {
    /// Reads a URL of the configuration.
    ///
    /// # Errors
    /// For what is no such URL.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let uri = Endpoint::parse(text).map_err(AddressError::Endpoint)?.uri();
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(AddressError::Endpoint(EndpointError::NotAUrl));
        };
        let path = uri.path();
        let path = path.strip_prefix('/').unwrap_or(path);
        let mut parts = path.strip_suffix('/').unwrap_or(path).split('/');
        let bucket = parts.next().filter(|name| is_plain(name)).ok_or(AddressError::Name)?;
        let mut prefix = String::new();
        for part in parts {
            if !is_plain(part) {
                return Err(AddressError::Name);
            }
            prefix.push_str(part);
            prefix.push('/');
        }
        Ok(Self {
            endpoint: format!("{scheme}://{authority}"),
            bucket: bucket.to_owned(),
            prefix,
        })
    }

    /// Whether the store is reached with TLS.
    #[must_use]
    pub fn is_secured(&self) -> bool {
        self.endpoint.starts_with("https:")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.endpoint, self.bucket, self.prefix)
    }
}

/// A name that is spelled in one way only, in a URL, in a signature and in the store's own lists.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    name.bytes().all(plain) && name.bytes().any(|byte| byte != b'.') && name.len() <= 255
}

/// Why a URL cannot be a bucket's address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AddressError {
    /// It is no URL that can be reached safely.
    Endpoint(EndpointError),
    /// It names no bucket, or one in letters that can be spelled in several ways.
    Name,
}

impl AddressError {
    /// What was wanted.
    #[must_use]
    pub const fn want(self) -> &'static str {
        match self {
            Self::Endpoint(EndpointError::NotLoopback) => {
                "`https://` before the host, since plain `http://` may only go to a loopback address"
            }
            Self::Endpoint(EndpointError::Extra) => "a URL without user, query or fragment",
            Self::Endpoint(EndpointError::NotAUrl) => "a URL such as `https://s3.example.com/wayleave-log`",
            Self::Name => {
                "the bucket's name behind the host, and folders in it if there are any, in letters, digits, `-`, `_` and \
                 `.`, such as `https://s3.example.com/wayleave-log/journal`"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_store_a_bucket_and_folders_in_it() {
        for (text, endpoint, bucket, prefix) in [
            ("https://s3.example.com/log", "https://s3.example.com", "log", ""),
            (
                "https://s3.example.com:9000/log/",
                "https://s3.example.com:9000",
                "log",
                "",
            ),
            (
                "http://127.0.0.1:9000/log/a/b.c",
                "http://127.0.0.1:9000",
                "log",
                "a/b.c/",
            ),
            ("https://[2001:db8::1]/log/a", "https://[2001:db8::1]", "log", "a/"),
        ] {
            let address = Address::parse(text).expect(text);
            let found = (&*address.endpoint, &*address.bucket, &*address.prefix);
            assert_eq!(found, (endpoint, bucket, prefix), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_what_was_wanted() {
        for (text, want) in [
            ("s3.example.com/log", "a URL such as"),
            ("s3://log", "a URL such as"),
            ("http://s3.example.com/log", "`https://` before"),
            ("http://localhost/log", "`https://` before"),
            ("https://me@s3.example.com/log", "without user"),
            ("https://s3.example.com/log?a=b", "without user"),
            ("https://s3.example.com", "the bucket's name"),
            ("https://s3.example.com/", "the bucket's name"),
            ("https://s3.example.com//log", "the bucket's name"),
            ("https://s3.example.com/log//a", "the bucket's name"),
            ("https://s3.example.com/log/../a", "the bucket's name"),
            ("https://s3.example.com/log/%61", "the bucket's name"),
            ("https://s3.example.com/log+1", "the bucket's name"),
        ] {
            let error = Address::parse(text).expect_err(text);
            assert!(error.want().contains(want), "{text}: {error:?}");
        }
    }
}
