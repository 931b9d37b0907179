//! A place at which the machine stops.

use std::sync::atomic::{AtomicUsize, Ordering};

use domain::locate::Wait;

use super::super::folder::Folder;
use super::super::place::{Place, PlaceError};

/// A folder that stops working at its nth change: before the change, or after it was made but not acknowledged.
pub(super) struct Broken {
    folder: Folder,
    left: AtomicUsize,
    done: bool,
}

impl Broken {
    pub(super) const fn new(folder: Folder, after: usize, done: bool) -> Self {
        Self {
            folder,
            left: AtomicUsize::new(after),
            done,
        }
    }

    fn change<'a>(&'a self, change: Wait<'a, Result<(), PlaceError>>) -> Wait<'a, Result<(), PlaceError>> {
        Box::pin(async move {
            let left = self
                .left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
            if left.is_ok() {
                return change.await;
            }
            if self.done {
                change.await?;
            }
            Err(PlaceError::Failed("the machine stopped".to_owned()))
        })
    }
}

impl Place for Broken {
    fn name(&self) -> String {
        "broken".to_owned()
    }

    fn read<'a>(&'a self, path: &'a str) -> Wait<'a, Result<Option<Vec<u8>>, PlaceError>> {
        self.folder.read(path)
    }

    fn keep<'a>(&'a self, path: &'a str, bytes: Vec<u8>) -> Wait<'a, Result<(), PlaceError>> {
        self.change(self.folder.keep(path, bytes))
    }

    fn replace<'a>(&'a self, path: &'a str, bytes: Vec<u8>) -> Wait<'a, Result<(), PlaceError>> {
        self.change(self.folder.replace(path, bytes))
    }

    fn clear<'a>(&'a self, under: &'a str) -> Wait<'a, Result<(), PlaceError>> {
        self.change(self.folder.clear(under))
    }
}
