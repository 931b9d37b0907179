//! A bucket of an S3-compatible store, which serves it to everybody.

pub mod address;
pub mod credentials;
mod transport;

use std::sync::Arc;
use std::time::Duration;

use domain::locate::Wait;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, BackoffConfig, Error, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload,
    RetryConfig,
};

use self::address::Address;
use self::credentials::Credentials;
use self::transport::Transport;
use super::place::{Place, PlaceError};
use crate::journal::label::{Label, NOTE, TILE};
use crate::tls::trust::Trust;

/// How often a request is repeated at most that failed at the store or on the way.
const REPETITIONS_MAX: usize = 3;
/// From when on after its first attempt a request is not repeated.
const REPEATED_FOR: Duration = Duration::from_secs(20);
/// The shortest and the longest wait before a repetition.
const WAITS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
/// The longest that one use of the bucket may take: a list and the removals that follow from it, too.
const USE_TIME_MAX: Duration = Duration::from_secs(60);

/// The bucket.
pub struct Bucket {
    store: Arc<dyn ObjectStore>,
    /// Knows whether the store writes only what is not there, when it is asked to.
    transport: Option<Transport>,
    prefix: String,
    name: String,
}

impl Bucket {
    /// The bucket at an address, in a region of the store's. Nothing is asked of it yet.
    ///
    /// # Errors
    /// When the library cannot use what it is told; says so in words.
    pub fn new(address: &Address, region: &str, credentials: &Credentials, trust: Trust) -> Result<Self, String> {
        let transport = Transport::new(trust);
        let builder = AmazonS3Builder::new()
            .with_endpoint(&address.endpoint)
            .with_bucket_name(&address.bucket)
            .with_region(region)
            .with_access_key_id(&credentials.id)
            .with_secret_access_key(credentials.secret.expose())
            // The address is of loopback where it has no TLS.
            .with_allow_http(true)
            // Removing many with one request is not known everywhere.
            .with_disable_bulk_delete(true)
            .with_retry(RetryConfig {
                backoff: BackoffConfig {
                    init_backoff: WAITS.0,
                    max_backoff: WAITS.1,
                    ..BackoffConfig::default()
                },
                max_retries: REPETITIONS_MAX,
                retry_timeout: REPEATED_FOR,
            })
            .with_http_connector(transport.clone());
        let builder = match &credentials.token {
            Some(token) => builder.with_token(token.expose()),
            None => builder,
        };
        let store = builder.build().map_err(|error| format!("`{address}`: {error}"))?;
        Ok(Self {
            store: Arc::new(store),
            transport: Some(transport),
            prefix: address.prefix.clone(),
            name: address.to_string(),
        })
    }

    /// The same over a store of the library's own.
    #[cfg(test)]
    pub(super) fn over(store: Arc<dyn ObjectStore>, prefix: &str) -> Self {
        Self {
            store,
            transport: None,
            prefix: prefix.to_owned(),
            name: "a bucket".to_owned(),
        }
    }

    fn path(&self, path: &str) -> Result<Path, PlaceError> {
        Path::parse(format!("{}{path}", self.prefix)).map_err(|error| failed(path, &error))
    }

    async fn get(&self, path: &str) -> Result<Option<Vec<u8>>, PlaceError> {
        let found = match self.store.get(&self.path(path)?).await {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(failed(path, &error)),
        };
        let bytes = found.bytes().await.map_err(|error| failed(path, &error))?;
        Ok(Some(bytes.to_vec()))
    }

    async fn put(&self, path: &Path, bytes: Vec<u8>, mode: PutMode, label: Label) -> Result<(), Error> {
        let labels = [
            (Attribute::ContentType, label.kind),
            (Attribute::CacheControl, label.keeping),
        ];
        let options = PutOptions {
            mode,
            attributes: Attributes::from_iter(labels),
            ..PutOptions::default()
        };
        self.store.put_opts(path, PutPayload::from(bytes), options).await?;
        Ok(())
    }

    async fn keep_object(&self, path: &str, bytes: Vec<u8>) -> Result<(), PlaceError> {
        let at = self.path(path)?;
        let is_without_conditions = || self.transport.as_ref().is_some_and(Transport::is_without_conditions);
        if !is_without_conditions() {
            // The store itself sees to it that nothing is written twice, whoever else writes there.
            match self.put(&at, bytes.clone(), PutMode::Create, TILE).await {
                Ok(()) => return Ok(()),
                // Written before a crash, or by a request whose answer was lost.
                Err(Error::AlreadyExists { .. }) => {}
                Err(_) if is_without_conditions() => {}
                Err(error) => return Err(failed(path, &error)),
            }
        }
        match self.get(path).await? {
            Some(found) if found == bytes => Ok(()),
            Some(_) => Err(PlaceError::Different(path.to_owned())),
            None if is_without_conditions() => {
                let written = self.put(&at, bytes, PutMode::Overwrite, TILE).await;
                written.map_err(|error| failed(path, &error))
            }
            None => Err(PlaceError::Failed(format!(
                "`{path}`: expected what the store says is there, found nothing"
            ))),
        }
    }

    async fn clear_objects(&self, under: &str) -> Result<(), PlaceError> {
        // What is cleared is one folder deep.
        let found = self.store.list_with_delimiter(Some(&self.path(under)?)).await;
        for object in found.map_err(|error| failed(under, &error))?.objects {
            match self.store.delete(&object.location).await {
                Ok(()) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(failed(under, &error)),
            }
        }
        Ok(())
    }
}

fn failed(path: &str, error: &dyn std::fmt::Display) -> PlaceError {
    PlaceError::Failed(format!("`{path}`: {error}"))
}

/// Uses the bucket for as long as one use may take.
fn within<'a, T: Send + 'a>(
    path: &'a str,
    used: impl Future<Output = Result<T, PlaceError>> + Send + 'a,
) -> Wait<'a, Result<T, PlaceError>> {
    Box::pin(async move {
        let late = |_| {
            PlaceError::Failed(format!(
                "`{path}`: expected it done within {USE_TIME_MAX:?}, found it not"
            ))
        };
        tokio::time::timeout(USE_TIME_MAX, used).await.map_err(late)?
    })
}

impl Place for Bucket {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn read<'a>(&'a self, path: &'a str) -> Wait<'a, Result<Option<Vec<u8>>, PlaceError>> {
        within(path, self.get(path))
    }

    fn keep<'a>(&'a self, path: &'a str, bytes: Vec<u8>) -> Wait<'a, Result<(), PlaceError>> {
        within(path, self.keep_object(path, bytes))
    }

    fn replace<'a>(&'a self, path: &'a str, bytes: Vec<u8>) -> Wait<'a, Result<(), PlaceError>> {
        within(path, async move {
            let at = self.path(path)?;
            let written = self.put(&at, bytes, PutMode::Overwrite, NOTE).await;
            written.map_err(|error| failed(path, &error))
        })
    }

    fn clear<'a>(&'a self, under: &'a str) -> Wait<'a, Result<(), PlaceError>> {
        within(under, self.clear_objects(under))
    }
}
