//! Who signed a checkpoint: a C2SP signed note, under a journal's key that the recipient was given in another way.

use crate::jwt::JwtError;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// The type of the signatures that are checked (C2SP signed-note): Ed25519.
const TYPE: u8 = 1;

/// A journal's key: `NAME+ID+KEY`, as `wayleave journal key` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalKey {
    /// The journal's name.
    pub name: String,
    /// The key's id, four bytes.
    id: Vec<u8>,
    key: Vec<u8>,
}

impl std::str::FromStr for JournalKey {
    type Err = JwtError;

    fn from_str(text: &str) -> Result<Self, JwtError> {
        let unfit = || JwtError::new("expected a journal's key, `NAME+ID+KEY`");
        // The key may hold a plus itself, a name cannot.
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(unfit());
        };
        let bytes = STANDARD.decode(key).map_err(|_| unfit())?;
        let (Some((&TYPE, key)), 33) = (bytes.split_first(), bytes.len()) else {
            return Err(unfit());
        };
        let named = [name.as_bytes(), b"\n", &bytes].concat();
        let own = digest(&SHA256, &named)
            .as_ref()
            .iter()
            .take(4)
            .copied()
            .collect::<Vec<u8>>();
        let written: String = own.iter().map(|byte| format!("{byte:02x}")).collect();
        if name.is_empty() || written != id {
            return Err(unfit());
        }
        Ok(Self {
            name: name.to_owned(),
            id: own,
            key: key.to_vec(),
        })
    }
}

impl JournalKey {
    /// Whether the note is this journal's checkpoint, signed with this key.
    pub fn signed(&self, note: &str) -> bool {
        let Some((text, signatures)) = note.rsplit_once("\n\n") else {
            return false;
        };
        let own = format!("— {} ", self.name);
        let signature = |line: &str| {
            let bytes = STANDARD.decode(line.strip_prefix(&own)?).ok()?;
            Some(bytes.strip_prefix(self.id.as_slice())?.to_vec())
        };
        let signed = format!("{text}\n");
        let key = UnparsedPublicKey::new(&ED25519, &self.key);
        text.lines().next() == Some(self.name.as_str())
            && signatures
                .lines()
                .filter_map(signature)
                .any(|signature| key.verify(signed.as_bytes(), &signature).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};

    /// A key with its text, and a note that it signed.
    fn signed(name: &str, text: &str) -> (String, String) {
        let pair = Ed25519KeyPair::generate().unwrap();
        let key = [&[TYPE][..], pair.public_key().as_ref()].concat();
        let id = digest(&SHA256, &[name.as_bytes(), b"\n", &key].concat()).as_ref()[..4].to_vec();
        let written: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
        let signature = STANDARD.encode([&id, pair.sign(text.as_bytes()).as_ref()].concat());
        let key = format!("{name}+{written}+{}", STANDARD.encode(key));
        (key, format!("{text}\n— {name} {signature}\n"))
    }

    #[test]
    fn a_checkpoint_is_its_journals_alone() {
        let (key, note) = signed("journal.example.com", "journal.example.com\n3\nroot\n");
        let key: JournalKey = key.parse().unwrap();
        assert!(key.signed(&note));
        assert!(!key.signed(&note.replace("\n3\n", "\n4\n")));
        let (other, theirs) = signed("journal.example.com", "journal.example.com\n3\nroot\n");
        assert!(!key.signed(&theirs) && !other.parse::<JournalKey>().unwrap().signed(&note));
        let (key, statement) = signed("journal.example.com", "journal.example.com/counts\n3\nroot\n");
        assert!(
            !key.parse::<JournalKey>().unwrap().signed(&statement),
            "another statement of the journal's"
        );
        assert!(!key.parse::<JournalKey>().unwrap().signed(""));
    }

    #[test]
    fn a_key_names_itself() {
        let (key, _) = signed("journal.example.com", "");
        assert!(key.parse::<JournalKey>().is_ok());
        for text in ["", "a+b", "a+00000000+AQ==", &key.replace("journal", "other")] {
            assert!(text.parse::<JournalKey>().is_err(), "`{text}` was taken");
        }
    }
}
