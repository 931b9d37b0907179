//! What a journal sends to a witness (C2SP tlog-witness, `add-checkpoint`): the size that the witness knows, a proof that
//! the new checkpoint continues it, and the checkpoint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::note::{NOTE_BYTES_MAX, Note, NoteError};
use super::tree::Hash;

/// The most lines of a proof.
pub const PROOF_LINES_MAX: usize = 63;
/// The largest body that is read, in bytes.
pub const SUBMISSION_BYTES_MAX: usize = NOTE_BYTES_MAX + (PROOF_LINES_MAX + 1) * 46;

/// One submission, read to the letter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Submission {
    /// The size of the latest checkpoint that the witness cosigned, zero for none.
    pub old: u64,
    /// The consistency proof from there.
    pub proof: Vec<Hash>,
    /// The checkpoint, signed.
    pub note: Note,
}

impl Submission {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// Names the part that is malformed.
    pub fn parse(body: &str) -> Result<Self, NoteError> {
        let malformed = |what| move || NoteError::Malformed(what);
        let (first, mut rest) = body.split_once('\n').ok_or_else(malformed("old size"))?;
        let size = first.strip_prefix("old ").ok_or_else(malformed("old size"))?;
        let old: u64 = size.parse().map_err(|_| NoteError::Malformed("old size"))?;
        if old.to_string() != size {
            return Err(NoteError::Malformed("old size"));
        }
        let mut proof = Vec::new();
        loop {
            let (line, after) = rest.split_once('\n').ok_or_else(malformed("proof"))?;
            rest = after;
            if line.is_empty() {
                break;
            }
            let hash = STANDARD.decode(line).map_err(|_| NoteError::Malformed("proof"))?;
            proof.push(hash.try_into().map_err(|_| NoteError::Malformed("proof"))?);
            if proof.len() > PROOF_LINES_MAX {
                return Err(NoteError::Malformed("proof"));
            }
        }
        let note = Note::parse(rest)?;
        Ok(Self { old, proof, note })
    }
}

/// The body, as it is sent.
impl std::fmt::Display for Submission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "old {}", self.old)?;
        for hash in &self.proof {
            writeln!(f, "{}", STANDARD.encode(hash))?;
        }
        write!(f, "\n{}", self.note)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification, without its second signature, which is cut short there.
    const SPECIFIED: &str = "old 20852014\n\
        PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\
        jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n\
        5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n\
        /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\n\
        example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

    #[test]
    fn the_specifications_example_is_read_and_printed() {
        let read = Submission::parse(SPECIFIED).expect("a submission");
        assert_eq!((read.old, read.proof.len()), (20_852_014, 4));
        assert_eq!(read.to_string(), SPECIFIED);
    }

    #[test]
    fn whatever_is_not_a_submission_to_the_letter_is_refused() {
        let (first, rest) = SPECIFIED.split_once('\n').expect("lines");
        let proof = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n";
        let checkpoint = rest.split_once("\n\n").expect("an empty line").1;
        for old in ["old 0", "old 18446744073709551615"] {
            assert!(Submission::parse(&format!("{old}\n\n{checkpoint}")).is_ok(), "{old}");
        }
        for old in [
            "old",
            "old ",
            "old 01",
            "old +1",
            "old -1",
            "old 18446744073709551616",
            "Old 1",
            "old 1 ",
        ] {
            assert!(Submission::parse(&format!("{old}\n{rest}")).is_err(), "{old}");
        }
        for proof in [
            "PlRN\n".to_owned(),
            proof.replace('=', ""),
            format!(" {proof}"),
            proof.repeat(PROOF_LINES_MAX + 1),
        ] {
            assert!(
                Submission::parse(&format!("{first}\n{proof}\n{checkpoint}")).is_err(),
                "{proof:.60}"
            );
        }
        let most = format!("{first}\n{}\n{checkpoint}", proof.repeat(PROOF_LINES_MAX));
        assert!(Submission::parse(&most).is_ok());
        assert!(
            Submission::parse(&format!("{first}\n{proof}{checkpoint}")).is_err(),
            "no empty line"
        );
    }
}
