//! Bundles of entries (C2SP tlog-tiles, "Log entries"): public leaves, each behind its length.

/// So many bytes a public leaf has.
pub const PUBLIC_LEAF_BYTES: usize = 96;

/// What everybody may see of an entry: a tag and two commitments ([`super::entry::public_leaf`]).
pub type PublicLeaf = [u8; PUBLIC_LEAF_BYTES];

/// The length that stands before each leaf, big-endian.
const PREFIX: [u8; 2] = (PUBLIC_LEAF_BYTES as u16).to_be_bytes();
/// So many bytes one leaf takes in a bundle.
const STEP: usize = PREFIX.len() + PUBLIC_LEAF_BYTES;

/// A bundle that is not one of this journal's leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BundleError {
    /// How many leaves were expected.
    pub want: usize,
    /// How many bytes were found.
    pub found_bytes: usize,
}

impl std::fmt::Display for BundleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { want, found_bytes } = self;
        write!(
            f,
            "expected {want} leaves of {PUBLIC_LEAF_BYTES} bytes, each behind its length, found {found_bytes} bytes that are not"
        )
    }
}

impl std::error::Error for BundleError {}

/// The bundle of some leaves.
#[must_use]
pub fn write<'a>(leaves: impl IntoIterator<Item = &'a PublicLeaf>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for leaf in leaves {
        bytes.extend_from_slice(&PREFIX);
        bytes.extend_from_slice(leaf);
    }
    bytes
}

/// The leaves of a bundle.
///
/// # Errors
/// Unless they are exactly `want`, each of this journal's length.
pub fn read(bytes: &[u8], want: usize) -> Result<Vec<PublicLeaf>, BundleError> {
    let error = BundleError {
        want,
        found_bytes: bytes.len(),
    };
    let (steps, rest) = bytes.as_chunks::<STEP>();
    if steps.len() != want || !rest.is_empty() {
        return Err(error);
    }
    let leaf = |step: &[u8; STEP]| step.strip_prefix(&PREFIX)?.try_into().ok();
    steps.iter().map(|step| leaf(step).ok_or(error)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_bundle_is_read_as_it_was_written(leaves in prop::collection::vec(prop::array::uniform32(any::<u8>()), 0..20)) {
            let leaves: Vec<PublicLeaf> = leaves.iter().map(|third| {
                let mut leaf = [0; PUBLIC_LEAF_BYTES];
                leaf[32..64].copy_from_slice(third);
                leaf
            }).collect();
            let bytes = write(&leaves);
            prop_assert_eq!(read(&bytes, leaves.len()), Ok(leaves.clone()));
            prop_assert!(read(&bytes, leaves.len() + 1).is_err());
            prop_assert!(bytes.is_empty() || read(&bytes[1..], leaves.len()).is_err());
        }

        #[test]
        fn what_is_read_was_written_so(bytes in prop::collection::vec(prop_oneof![Just(0_u8), Just(96_u8), any::<u8>()], 0..300)) {
            if let Ok(leaves) = read(&bytes, bytes.len() / STEP) {
                prop_assert_eq!(write(&leaves), bytes);
            }
        }
    }

    #[test]
    fn another_length_is_refused() {
        let mut bytes = write([&[7; PUBLIC_LEAF_BYTES]]);
        bytes[1] = 95;
        assert!(read(&bytes, 1).is_err());
    }
}
