//! Cosignatures (C2SP tlog-cosignature, `cosignature/v1`): a witness's signed word that at a time this was the largest
//! consistent checkpoint of a journal that it had seen.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};

use super::keys::KeyError;
use super::note::{KeyKind, Note, NoteError, NoteKey, NoteSignature};

/// A witness's key as others know it: a key of type 0x04.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CosignerKey(NoteKey);

impl CosignerKey {
    /// Reads the text form, `<name>+<key id>+<base64>`.
    ///
    /// # Errors
    /// When it is malformed, or a key of another type.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let key = NoteKey::parse(text)?;
        match key.kind() {
            KeyKind::Cosignature => Ok(Self(key)),
            KeyKind::Text => Err(NoteError::Malformed(
                "witness key: this one signs texts, as a journal does",
            )),
        }
    }

    /// The witness's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// When this witness cosigned the note, in Unix seconds; the latest time, if it did more than once.
    ///
    /// # Errors
    /// When it did not, or any signature that says it is of this key does not match.
    pub fn cosigned(&self, note: &Note) -> Result<u64, NoteError> {
        let mut latest = None;
        for signature in self.0.own(note) {
            latest = latest.max(Some(self.time(note.text(), signature)?));
        }
        latest.ok_or(NoteError::NoSignature)
    }

    /// The cosignature of `text` among the lines that a witness answered, and its time in Unix seconds. Lines of keys that
    /// are not known are left alone.
    ///
    /// # Errors
    /// When there is none of this key, or it does not match.
    pub fn find(&self, text: &str, lines: &[NoteSignature]) -> Result<(NoteSignature, u64), NoteError> {
        let mut found = Err(NoteError::NoSignature);
        for line in lines {
            let note = Note::new(text, line.clone())?;
            match self.cosigned(&note) {
                Ok(time) => found = Ok((line.clone(), time)),
                Err(NoteError::NoSignature) => {}
                Err(error) => return Err(error),
            }
        }
        found
    }

    fn time(&self, text: &str, signature: &NoteSignature) -> Result<u64, NoteError> {
        let (time, signed) = signature.bytes().split_first_chunk().ok_or(NoteError::BadSignature)?;
        let time = u64::from_be_bytes(*time);
        if time > i64::MAX as u64 {
            return Err(NoteError::BadSignature);
        }
        self.0.check(message(text, time).as_bytes(), signed)?;
        Ok(time)
    }
}

impl std::fmt::Display for CosignerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A witness's own key.
pub struct Cosigner {
    key: NoteKey,
    pair: Ed25519KeyPair,
}

impl Cosigner {
    /// The key of the witness named `name`, from an Ed25519 seed of 32 bytes.
    ///
    /// # Errors
    /// When the seed is not one.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyError)?;
        let mut public = [0; 32];
        public.copy_from_slice(pair.public_key().as_ref());
        let key = NoteKey::new(name, KeyKind::Cosignature, public).map_err(|_| KeyError)?;
        Ok(Self { key, pair })
    }

    /// The key as others know it.
    #[must_use]
    pub fn key(&self) -> CosignerKey {
        CosignerKey(self.key.clone())
    }

    /// Cosigns the text of a checkpoint at `time`, in Unix seconds. The caller has checked that it is consistent with
    /// everything that was cosigned before, and that it is kept.
    #[must_use]
    pub fn sign(&self, text: &str, time: u64) -> NoteSignature {
        let signed = self.pair.sign(message(text, time).as_bytes());
        NoteSignature::new(&self.key, [&time.to_be_bytes()[..], signed.as_ref()].concat())
    }
}

impl std::fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cosigner({})", self.key.name())
    }
}

fn message(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::checkpoint::{Checkpoint, VerifierKey, sign};
    use crate::journal::keys::Keys;

    /// The example of the specification. It comes without its keys.
    const SPECIFIED: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

    #[test]
    fn the_specifications_example_is_read() {
        let note = Note::parse(SPECIFIED).expect("a note");
        assert_eq!(note.to_string(), SPECIFIED);
        let checkpoint = Checkpoint::parse(note.text()).expect("a checkpoint");
        assert_eq!(
            (checkpoint.origin.as_str(), checkpoint.size),
            ("example.com/behind-the-sofa", 20_852_163)
        );
        let (time, rest) = note.signatures()[1].bytes().split_first_chunk().expect("a time");
        assert_eq!((u64::from_be_bytes(*time), rest.len()), (1_679_315_147, 64));
        assert_eq!(
            message(note.text(), 1_679_315_147),
            "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n\
             CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
        );
    }

    #[test]
    fn a_cosignature_is_of_its_key_its_text_and_its_time() {
        let keys = Keys::new("gateway.example.com/journal", &[1; 32], &[2; 32]).expect("keys");
        let witness = Cosigner::new("witness.example.com/w1", &[5; 32]).expect("a key");
        let other = Cosigner::new("witness.example.com/w2", &[6; 32]).expect("a key");
        let mut note = Note::parse(&sign(&keys, 7, &[9; 32])).expect("a note");
        assert_eq!(witness.key().cosigned(&note), Err(NoteError::NoSignature));
        let line = witness.sign(note.text(), 1_800_000_000);
        note.add(line.clone()).expect("room");
        note.add(other.sign(note.text(), 1_800_000_005)).expect("room");
        assert_eq!(witness.key().cosigned(&note), Ok(1_800_000_000));
        assert_eq!(other.key().cosigned(&note), Ok(1_800_000_005));
        assert_eq!(VerifierKey::of(&keys).open(&note.to_string()).map(|c| c.size), Ok(7));

        let altered = Note::parse(&note.to_string().replacen("\n7\n", "\n8\n", 1)).expect("a note");
        assert_eq!(witness.key().cosigned(&altered), Err(NoteError::BadSignature));
        let found = witness.key().find(note.text(), note.signatures());
        assert_eq!(found, Ok((line.clone(), 1_800_000_000)));
        for at in 0..line.bytes().len() {
            let mut bytes = line.bytes().to_vec();
            bytes[at] ^= 1;
            let forged = NoteSignature::new(&witness.key().0, bytes);
            let refused = witness.key().find(note.text(), &[forged]);
            assert_eq!(refused, Err(NoteError::BadSignature), "byte {at}");
        }
        let again = CosignerKey::parse(&witness.key().to_string());
        assert_eq!(again, Ok(witness.key()));
        assert!(
            CosignerKey::parse(&VerifierKey::of(&keys).to_string()).is_err(),
            "a log is no witness"
        );
    }
}
