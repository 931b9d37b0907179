//! A folder that a static host serves.

use std::fs::Permissions;
use std::io::{Error, ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use domain::locate::Wait;

use super::place::{Place, PlaceError};

/// The one file that is being written. It gets its name when it is whole.
pub(super) const UNFINISHED: &str = ".unfinished";
/// Everybody may read what is public, whatever mask the gateway's own files are made under.
const FILE_MODE: u32 = 0o644;
const FOLDER_MODE: u32 = 0o755;

/// The folder.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// A folder, which is made when something is first written.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    fn keep_file(&self, path: &str, bytes: &[u8]) -> Result<(), PlaceError> {
        match self.read_file(path)? {
            Some(found) if found == bytes => Ok(()),
            Some(_) => Err(PlaceError::Different(path.to_owned())),
            None => self.write_file(path, bytes).map_err(|error| failed(path, &error)),
        }
    }

    fn read_file(&self, path: &str) -> Result<Option<Vec<u8>>, PlaceError> {
        match std::fs::read(self.0.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(path, &error)),
        }
    }

    fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let to = self.0.join(path);
        let parent = to.parent().unwrap_or(&self.0);
        make_folders(parent)?;
        let unfinished = self.0.join(UNFINISHED);
        let mut file = std::fs::File::create(&unfinished)?;
        file.set_permissions(Permissions::from_mode(FILE_MODE))?;
        file.write_all(bytes)?;
        // If the machine stops before this, there is an unfinished file, which the next write begins anew.
        file.sync_all()?;
        // From here on the file is whole under its name, and after the folder's own sync it stays there.
        std::fs::rename(&unfinished, &to)?;
        std::fs::File::open(parent)?.sync_all()
    }

    fn clear_folder(&self, under: &str) -> Result<(), PlaceError> {
        match std::fs::remove_dir_all(self.0.join(under)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(under, &error)),
            _ => Ok(()),
        }
    }

    /// Does something on a thread that may wait for the disk.
    fn wait<T: Send + 'static>(
        &self,
        body: impl FnOnce(&Self) -> Result<T, PlaceError> + Send + 'static,
    ) -> Wait<'_, Result<T, PlaceError>> {
        let folder = self.clone();
        Box::pin(async move {
            let done = tokio::task::spawn_blocking(move || body(&folder)).await;
            done.map_err(|error| PlaceError::Failed(format!("the thread that used it ended: {error}")))?
        })
    }
}

fn failed(path: &str, error: &Error) -> PlaceError {
    PlaceError::Failed(format!("`{path}`: {error}"))
}

/// Makes a folder and those above it that are not there, each durable in the one above.
fn make_folders(path: &Path) -> Result<(), Error> {
    if path.is_dir() {
        return Ok(());
    }
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    if let Some(above) = above {
        make_folders(above)?;
    }
    match std::fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        made => made?,
    }
    std::fs::set_permissions(path, Permissions::from_mode(FOLDER_MODE))?;
    std::fs::File::open(above.unwrap_or(Path::new(".")))?.sync_all()
}

impl Place for Folder {
    fn name(&self) -> String {
        self.0.display().to_string()
    }

    fn read<'a>(&'a self, path: &'a str) -> Wait<'a, Result<Option<Vec<u8>>, PlaceError>> {
        let path = path.to_owned();
        self.wait(move |folder| folder.read_file(&path))
    }

    fn keep<'a>(&'a self, path: &'a str, bytes: Vec<u8>) -> Wait<'a, Result<(), PlaceError>> {
        let path = path.to_owned();
        self.wait(move |folder| folder.keep_file(&path, &bytes))
    }

    fn replace<'a>(&'a self, path: &'a str, bytes: Vec<u8>) -> Wait<'a, Result<(), PlaceError>> {
        let path = path.to_owned();
        self.wait(move |folder| folder.write_file(&path, &bytes).map_err(|error| failed(&path, &error)))
    }

    fn clear<'a>(&'a self, under: &'a str) -> Wait<'a, Result<(), PlaceError>> {
        let under = under.to_owned();
        self.wait(move |folder| folder.clear_folder(&under))
    }
}
