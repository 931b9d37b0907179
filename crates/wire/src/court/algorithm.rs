//! Which digests and signatures count. It is one table: the key's kind and the digest choose the row, and what the
//! signature says of itself has to be that row's. MD5 and SHA-1 are in no row.

use aws_lc_rs::digest::{self, digest};
use cms::signed_data::SignerInfo;
use rustls_pki_types::SignatureVerificationAlgorithm;
use webpki::aws_lc_rs as taken;
use x509_cert::der::asn1::{ObjectIdentifier, UintRef};
use x509_cert::der::{AnyRef, Decode, Encode};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use super::Refused;

/// `rsaEncryption` (RFC 8017 appendix C), which CMS also names as a signature, by the digest that stands beside it (RFC
/// 3370 §3.2).
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// The shortest RSA key, in bits.
const RSA_BITS_MIN: usize = 2048;

const WANT_DIGEST: &str = "a digest by SHA-256, SHA-384 or SHA-512";
const WANT_KEY: &str = "a key on P-256, P-384 or Ed25519, or an RSA key of at least 2048 bits";
const WANT_SIGNATURE: &str = "a signature that suits the key, by the digest that is named beside it";

/// A digest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// What a signature is checked with, for each digest.
const TABLE: [(Hash, &dyn SignatureVerificationAlgorithm); 14] = [
    (Hash::Sha256, taken::ECDSA_P256_SHA256),
    (Hash::Sha384, taken::ECDSA_P256_SHA384),
    (Hash::Sha256, taken::ECDSA_P384_SHA256),
    (Hash::Sha384, taken::ECDSA_P384_SHA384),
    // RFC 8419 §3.1: beside Ed25519 stands SHA-512.
    (Hash::Sha512, taken::ED25519),
    (Hash::Sha256, taken::RSA_PKCS1_2048_8192_SHA256),
    (Hash::Sha384, taken::RSA_PKCS1_2048_8192_SHA384),
    (Hash::Sha512, taken::RSA_PKCS1_2048_8192_SHA512),
    (Hash::Sha256, taken::RSA_PKCS1_2048_8192_SHA256_ABSENT_PARAMS),
    (Hash::Sha384, taken::RSA_PKCS1_2048_8192_SHA384_ABSENT_PARAMS),
    (Hash::Sha512, taken::RSA_PKCS1_2048_8192_SHA512_ABSENT_PARAMS),
    (Hash::Sha256, taken::RSA_PSS_2048_8192_SHA256_LEGACY_KEY),
    (Hash::Sha384, taken::RSA_PSS_2048_8192_SHA384_LEGACY_KEY),
    (Hash::Sha512, taken::RSA_PSS_2048_8192_SHA512_LEGACY_KEY),
];

/// What certificates on a path may be signed with.
pub(super) fn for_certificates() -> [&'static dyn SignatureVerificationAlgorithm; 14] {
    TABLE.map(|(_, algorithm)| algorithm)
}

impl Hash {
    /// The digest that this names; its parameters are absent or `NULL` (RFC 5754 §2).
    pub(super) fn named(algorithm: &AlgorithmIdentifierOwned) -> Result<Self, Refused> {
        let hash = match algorithm.oid.to_string().as_str() {
            "2.16.840.1.101.3.4.2.1" => Some(Self::Sha256),
            "2.16.840.1.101.3.4.2.2" => Some(Self::Sha384),
            "2.16.840.1.101.3.4.2.3" => Some(Self::Sha512),
            _ => None,
        };
        let plain = algorithm.parameters.as_ref().is_none_or(|value| value.is_null());
        hash.filter(|_| plain).ok_or_else(|| Refused::Algorithm {
            want: WANT_DIGEST,
            found: algorithm.oid.to_string(),
        })
    }

    /// The digest of these bytes.
    pub(super) fn of(self, bytes: &[u8]) -> digest::Digest {
        digest(
            match self {
                Self::Sha256 => &digest::SHA256,
                Self::Sha384 => &digest::SHA384,
                Self::Sha512 => &digest::SHA512,
            },
            bytes,
        )
    }
}

/// Checks that this key signed `message`, as the signer says.
pub(super) fn check(key: &SubjectPublicKeyInfoOwned, signer: &SignerInfo, message: &[u8]) -> Result<(), Refused> {
    let hash = Hash::named(&signer.digest_alg)?;
    let key_kind = content(&key.algorithm)?;
    let bits = key.subject_public_key.raw_bytes();
    let suits = |row: &&(Hash, &dyn SignatureVerificationAlgorithm)| row.1.public_key_alg_id().as_ref() == key_kind;
    if !TABLE.iter().any(|row| suits(&row)) {
        return Err(Refused::Algorithm {
            want: WANT_KEY,
            found: key.algorithm.oid.to_string(),
        });
    }
    if key.algorithm.oid == RSA_ENCRYPTION {
        check_modulus(bits)?;
    }
    let named = content(&signer.signature_algorithm)?;
    let by_digest = signer.signature_algorithm.oid == RSA_ENCRYPTION && key.algorithm.oid == RSA_ENCRYPTION;
    let says = |row: &&(Hash, &dyn SignatureVerificationAlgorithm)| {
        // The first row of RSA for a digest is that of PKCS#1 v1.5, which `rsaEncryption` means.
        row.0 == hash && (by_digest && plain_parameters(signer) || row.1.signature_alg_id().as_ref() == named)
    };
    let (_, algorithm) = TABLE
        .iter()
        .filter(suits)
        .find(says)
        .ok_or_else(|| Refused::Algorithm {
            want: WANT_SIGNATURE,
            found: signer.signature_algorithm.oid.to_string(),
        })?;
    algorithm
        .verify_signature(bits, message, signer.signature.as_bytes())
        .map_err(|_| Refused::Signature)
}

fn plain_parameters(signer: &SignerInfo) -> bool {
    let parameters = signer.signature_algorithm.parameters.as_ref();
    parameters.is_none_or(|value| value.is_null())
}

/// What stands inside an algorithm's `SEQUENCE`.
fn content(algorithm: &AlgorithmIdentifierOwned) -> Result<Vec<u8>, Refused> {
    let unreadable = Refused::Structure {
        want: "an algorithm's identifier",
        found: "something else",
    };
    let der = algorithm.to_der().map_err(|_| unreadable.clone())?;
    let any = AnyRef::from_der(&der).map_err(|_| unreadable)?;
    Ok(any.value().to_vec())
}

/// Whether an RSA key (RFC 8017 appendix A.1.1) is long enough.
fn check_modulus(key: &[u8]) -> Result<(), Refused> {
    let modulus_bits = AnyRef::from_der(key).and_then(|any| {
        any.sequence(|reader| {
            let modulus = UintRef::decode(reader)?;
            UintRef::decode(reader)?;
            let first = modulus.as_bytes().first().copied().unwrap_or(0);
            let spare = usize::try_from(first.leading_zeros()).unwrap_or(0);
            Ok::<usize, x509_cert::der::Error>((modulus.as_bytes().len() * 8).saturating_sub(spare))
        })
    });
    match modulus_bits {
        Ok(bits) if bits >= RSA_BITS_MIN => Ok(()),
        Ok(bits) => Err(Refused::Algorithm {
            want: WANT_KEY,
            found: format!("an RSA key of {bits} bits"),
        }),
        Err(_) => Err(Refused::Structure {
            want: "an RSA key",
            found: "something else",
        }),
    }
}
