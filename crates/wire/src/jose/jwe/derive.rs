//! From the secret that two keys share to the key that encrypts.

use aws_lc_rs::digest::{Context, SHA256};

/// The Concat KDF with SHA-256 (NIST SP 800-56A §5.8.1, as RFC 7518 §4.6.2 uses it), for keys of at most 32 bytes: one
/// round is enough.
pub(super) fn derive<const N: usize>(shared: &[u8], algorithm: &str, apu: &[u8], apv: &[u8]) -> [u8; N] {
    let mut hash = Context::new(&SHA256);
    hash.update(&1_u32.to_be_bytes());
    hash.update(shared);
    for part in [algorithm.as_bytes(), apu, apv] {
        hash.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.update(&u32::try_from(N * 8).unwrap_or(u32::MAX).to_be_bytes());
    let mut key = [0; N];
    key.iter_mut()
        .zip(hash.finish().as_ref())
        .for_each(|(place, byte)| *place = *byte);
    key
}
