//! The carriers that tell what happens to their numbers: their keys, and of which numbers each may speak.

use domain::number::Msisdn;
use wire::jose::jwk::Jwk;
use wire::json;

use crate::config::feed::Feed;

/// A feed with its key.
#[derive(Debug)]
pub struct EnrolledFeed {
    name: String,
    issuer: String,
    key: Jwk,
    prefixes: Vec<String>,
}

impl EnrolledFeed {
    /// Its name in the log.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key that signs its events.
    #[must_use]
    pub const fn key(&self) -> &Jwk {
        &self.key
    }

    /// Whether it may speak of a number.
    #[must_use]
    pub fn may_speak_of(&self, number: Msisdn) -> bool {
        let number = number.to_e164();
        self.prefixes.iter().any(|prefix| number.starts_with(prefix.as_str()))
    }
}

/// All feeds.
#[derive(Debug, Default)]
pub struct Feeds(Vec<EnrolledFeed>);

impl Feeds {
    /// Reads their keys.
    ///
    /// # Errors
    /// Names the file that cannot be read or holds no key.
    pub fn read(feeds: &[Feed]) -> Result<Self, String> {
        let enrolled = feeds.iter().map(|feed| {
            let path = feed.public_key_file.display();
            let bytes =
                std::fs::read(&feed.public_key_file).map_err(|error| format!("cannot read `{path}`: {error}"))?;
            let document =
                json::parse(&bytes, json::DEPTH_MAX).map_err(|error| format!("cannot use `{path}`: {error}"))?;
            let key = Jwk::read(document).map_err(|error| format!("cannot use `{path}`: {error}"))?;
            Ok(EnrolledFeed {
                name: feed.name.clone(),
                issuer: feed.issuer.clone(),
                key,
                prefixes: feed.prefixes.clone(),
            })
        });
        enrolled.collect::<Result<_, _>>().map(Self)
    }

    /// The feed with this issuer.
    #[must_use]
    pub fn of(&self, issuer: &str) -> Option<&EnrolledFeed> {
        self.0.iter().find(|feed| feed.issuer == issuer)
    }
}
