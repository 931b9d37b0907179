//! Who we are at the store: an access key's id and its secret, from a file of their own.

use std::path::Path;

use domain::secret::Secret;

use crate::keys::read_secret;

/// An access key.
pub struct Credentials {
    /// Its id, which is no secret.
    pub id: String,
    /// Its secret.
    pub secret: Secret<String>,
    /// The token of a key that holds for a while only.
    pub token: Option<Secret<String>>,
}

impl Credentials {
    /// Reads the file: the id, the secret, and a token if there is one, each on a line of its own.
    ///
    /// # Errors
    /// When it is missing, open to others, or holds something else; says so in words, and nothing that it holds.
    pub fn read(path: &Path) -> Result<Self, String> {
        let bytes = Secret::new(read_secret(path).map_err(|error| error.to_string())?);
        let unfit = |found: &str| {
            format!(
                "expected an access key's id on the first line of `{}`, its secret on the second and a token on the third \
                 if there is one, found {found}",
                path.display()
            )
        };
        let text = std::str::from_utf8(bytes.expose()).map_err(|_| unfit("other bytes than text"))?;
        let lines: Vec<&str> = text.trim_end().lines().collect();
        // They become header lines: what is not printable would end in an error that shows it.
        if lines
            .iter()
            .any(|line| !line.bytes().all(|byte| byte.is_ascii_graphic()) || line.is_empty())
        {
            return Err(unfit("a line that is empty, or with spaces or other signs"));
        }
        match *lines {
            [id, secret] => Ok(Self::of(id, secret, None)),
            [id, secret, token] => Ok(Self::of(id, secret, Some(token))),
            _ => Err(unfit(&format!("{} lines", lines.len()))),
        }
    }

    fn of(id: &str, secret: &str, token: Option<&str>) -> Self {
        Self {
            id: id.to_owned(),
            secret: Secret::new(secret.to_owned()),
            token: token.map(|token| Secret::new(token.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::write_new;

    #[test]
    fn two_lines_or_three_are_credentials_and_nothing_else_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let read = |name: &str, text: &str| {
            let path = folder.path().join(name);
            write_new(&path, text.as_bytes()).expect("written");
            Credentials::read(&path)
        };
        let two = read("two", "aster\nhush-hush\n").expect("two lines");
        assert_eq!((&*two.id, &**two.secret.expose()), ("aster", "hush-hush"));
        assert!(two.token.is_none());
        let three = read("three", "aster\r\nhush-hush\r\nfor-now").expect("three lines");
        assert_eq!(three.token.expect("a token").expose(), "for-now");
        for (name, text) in [
            ("empty", ""),
            ("one", "hush-hush\n"),
            ("four", "aster\nhush-hush\na\nb\n"),
            ("spaces", "aster\nhush hush\n"),
            ("gap", "aster\n\nhush-hush\n"),
        ] {
            let error = read(name, text).err().expect(name);
            assert!(error.contains(name) && !error.contains("hush"), "{error}");
        }
        assert!(Credentials::read(&folder.path().join("none")).is_err());
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("loose");
        write_new(&path, b"aster\nhush-hush\n").expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("permissions");
        assert!(Credentials::read(&path).is_err());
    }
}
