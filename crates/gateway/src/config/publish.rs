//! `[publish]`: the log as plain files, for a static host.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::gateway::WorldWord;
use super::{ConfigError, Key, Section, is_loopback, tls, within};
use crate::journal::publish::bucket::address::Address;
use crate::tls::identity::IdentityError;
use crate::tls::trust::{Trust, TrustFiles};

/// What a store that has no regions wants to be called.
const REGION: &str = "us-east-1";

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    /// The folder that the files are written to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// The bucket that they are written to instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// The bucket's region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The file that holds our access key there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials_file: Option<PathBuf>,
    /// The roots that the store's certificate must lead to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// How long it rests between two checkpoints.
    #[serde(default = "rest_s")]
    pub rest_s: u32,
}

/// Where the files go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target<'a> {
    /// To a folder.
    Folder(&'a Path),
    /// To a bucket, with the access key in a file.
    Bucket {
        /// Where it is.
        address: Address,
        /// Its region.
        region: &'a str,
        /// The file that holds our access key there.
        credentials_file: &'a Path,
    },
}

const fn rest_s() -> u32 {
    10
}

impl Publish {
    pub(super) fn resolve(&mut self, folder: &Path) {
        let files = [&mut self.folder, &mut self.credentials_file, &mut self.ca_file];
        tls::resolve(folder, files);
    }

    pub(super) fn check(&self, world: WorldWord) -> Result<(), ConfigError> {
        if let (Target::Bucket { .. }, Some(url)) = (self.target()?, &self.bucket)
            && world == WorldWord::Sandbox
            && !is_loopback(url)
        {
            let want = "an address on loopback, since this is a sandbox";
            return Err(unfit("publish.bucket", want, url));
        }
        within("publish.rest_s", "1 to 3600 seconds", 1..=3600, self.rest_s.into())
    }

    /// Where the files go.
    ///
    /// # Errors
    /// When both places are named or neither is, or a key that belongs to the other, or a value does not fit.
    pub fn target(&self) -> Result<Target<'_>, ConfigError> {
        let either = "either `folder` or `bucket`";
        match (&self.folder, &self.bucket) {
            (None, None) => Err(unfit("publish", either, "neither")),
            (Some(_), Some(_)) => Err(unfit("publish", either, "both")),
            (Some(folder), None) => {
                for (key, given) in [
                    ("publish.region", self.region.is_some()),
                    ("publish.credentials_file", self.credentials_file.is_some()),
                    ("publish.ca_file", self.ca_file.is_some()),
                ] {
                    if given {
                        return Err(unfit(key, "no such key beside `folder`: it is a bucket's", "one"));
                    }
                }
                Ok(Target::Folder(folder))
            }
            (None, Some(url)) => self.bucket_at(url),
        }
    }

    fn bucket_at(&self, url: &str) -> Result<Target<'_>, ConfigError> {
        let address = Address::parse(url).map_err(|error| unfit("publish.bucket", error.want(), url))?;
        let region = self.region.as_deref().unwrap_or(REGION);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if region.is_empty() || !region.bytes().all(plain) {
            let want = "the name of a region, in letters, digits and `-`";
            return Err(unfit("publish.region", want, region));
        }
        let Some(credentials_file) = &self.credentials_file else {
            let want = "the file that holds an access key for the bucket";
            return Err(unfit("publish.credentials_file", want, "none"));
        };
        Ok(Target::Bucket {
            address,
            region,
            credentials_file,
        })
    }

    /// Whom to believe at the store's end of TLS.
    ///
    /// # Errors
    /// When a file holds nothing that can be used, or the system has no roots.
    pub fn trust(&self, address: &Address) -> Result<Trust, IdentityError> {
        if address.is_secured() {
            Trust::read(TrustFiles {
                roots: self.ca_file.as_deref(),
                own: None,
            })
        } else {
            Trust::nobody()
        }
    }
}

fn unfit(key: &'static str, want: &'static str, found: &str) -> ConfigError {
    ConfigError::Unfit(key, want, found.to_owned())
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[publish]",
    about: "Optional: the log as plain files, the same bytes under the same paths as below `/journal/`, for a static host that serves them even while the gateway does not: in a folder, or in a bucket of an S3-compatible store. The host is trusted with nothing: whoever reads verifies. It holds public leaves only. A start asks it for the checkpoint that was published last, and refuses a journal that is smaller, or another.",
    keys: &[
        Key {
            name: "folder",
            default: "none",
            about: "where the files are written, if they are not written to a bucket; it is made if it is not there, and everybody on the machine may read it",
            example: "folder = \"/srv/wayleave/journal\"",
        },
        Key {
            name: "bucket",
            default: "none",
            about: "the bucket that they are written to instead: the store's address, the bucket's name, and folders in it if there are any; `https://`, or a loopback address",
            example: "bucket = \"https://s3.example.com/wayleave-log\"",
        },
        Key {
            name: "region",
            default: REGION,
            about: "with `bucket`: its region; a store that has none expects the default",
            example: "region = \"harbour-1\"",
        },
        Key {
            name: "credentials_file",
            default: "none",
            about: "with `bucket`, and required then: the file that holds an access key, readable by its owner only; its id on the first line, its secret on the second, and a token on the third if there is one",
            example: "credentials_file = \"bucket.credentials\"",
        },
        Key {
            name: "ca_file",
            default: "none",
            about: "with `bucket`: the roots that the store's certificate must lead to, PEM; those of the system if none is given",
            example: "ca_file = \"tls/bucket-ca.pem\"",
        },
        Key {
            name: "rest_s",
            default: "10",
            about: "seconds between two looks whether there is more to publish, on average",
            example: "rest_s = 10",
        },
    ],
};

#[cfg(test)]
mod tests;
