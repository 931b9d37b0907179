//! The attributes that are signed with the content (RFC 5652 §11): what kind it is, its digest, when it was signed, and
//! which certificate the signer meant (RFC 5035 §3).

use cms::signed_data::SignedAttributes;
use domain::time::Timestamp;
use x509_cert::der::asn1::{Any, ObjectIdentifier, OctetString};
use x509_cert::der::{Tag, Tagged};
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::time::Time;

use super::Refused;
use super::algorithm::Hash;

/// `id-data` (RFC 5652 §4): the only kind of content.
pub(super) const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");

const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// The most attributes of a signer.
const ATTRIBUTES_MAX: usize = 16;

/// What the signed attributes say, once they are known to go with the content.
#[derive(Debug)]
pub(super) struct Said {
    /// When it was signed, by the signer's own word.
    pub(super) signed_at: Option<Timestamp>,
    certificate: Option<(Hash, OctetString)>,
}

impl Said {
    /// Reads them, and checks kind and digest of the content.
    pub(super) fn read(attributes: &SignedAttributes, hash: Hash, content: &[u8]) -> Result<Self, Refused> {
        if attributes.len() > ATTRIBUTES_MAX {
            return Err(refused("at most 16 signed attributes", "more"));
        }
        let kind = one(attributes, CONTENT_TYPE)?.ok_or_else(|| refused("the signed content type", "nothing"))?;
        if kind.decode_as::<ObjectIdentifier>().ok() != Some(DATA) {
            return Err(refused("the signed content type `id-data`", "another"));
        }
        let digest =
            one(attributes, MESSAGE_DIGEST)?.ok_or_else(|| refused("the content's signed digest", "nothing"))?;
        let digest: OctetString = digest
            .decode_as()
            .map_err(|_| refused("the content's signed digest", "something else"))?;
        if digest.as_bytes() != hash.of(content).as_ref() {
            return Err(Refused::Content);
        }
        Ok(Self {
            signed_at: one(attributes, SIGNING_TIME)?.map(read_time).transpose()?,
            certificate: one(attributes, SIGNING_CERTIFICATE_V2)?
                .map(read_certificate)
                .transpose()?,
        })
    }

    /// Whether the signer says which certificate was meant.
    pub(super) const fn names_certificate(&self) -> bool {
        self.certificate.is_some()
    }

    /// Whether this certificate, DER, is the one that the signer meant, if any was named.
    pub(super) fn check_certificate(&self, der: &[u8]) -> Result<(), Refused> {
        match &self.certificate {
            Some((hash, digest)) if digest.as_bytes() != hash.of(der).as_ref() => Err(refused(
                "the certificate that the signer named",
                "another with the same serial number",
            )),
            _ => Ok(()),
        }
    }
}

/// The value of an attribute that stands there at most once and has one value.
fn one(attributes: &SignedAttributes, oid: ObjectIdentifier) -> Result<Option<&Any>, Refused> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid == oid);
    let (first, second) = (found.next(), found.next());
    match (first.map(|attribute| attribute.values.as_slice()), second) {
        (None, _) => Ok(None),
        (Some([value]), None) => Ok(Some(value)),
        _ => Err(refused("a signed attribute once, with one value", "several")),
    }
}

fn read_time(value: &Any) -> Result<Timestamp, Refused> {
    let time: Time = value
        .decode_as()
        .map_err(|_| refused("a time of signing", "something else"))?;
    Ok(timestamp(time))
}

/// A certificate's or signature's time.
pub(super) fn timestamp(time: Time) -> Timestamp {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_unix_seconds(seconds)
}

/// Takes the digest of the first certificate of `SigningCertificateV2`, which is the signer's.
fn read_certificate(value: &Any) -> Result<(Hash, OctetString), Refused> {
    let wrong = || refused("the digest of the signer's certificate", "something else");
    let outer: Vec<Any> = value.decode_as().map_err(|_| wrong())?;
    let certificates: Vec<Any> = outer.first().ok_or_else(wrong)?.decode_as().map_err(|_| wrong())?;
    let fields: Vec<Any> = certificates
        .first()
        .ok_or_else(wrong)?
        .decode_as()
        .map_err(|_| wrong())?;
    let mut fields = fields.iter();
    let mut field = fields.next().ok_or_else(wrong)?;
    let mut hash = Hash::Sha256;
    if field.tag() == Tag::Sequence {
        let algorithm: AlgorithmIdentifierOwned = field.decode_as().map_err(|_| wrong())?;
        hash = Hash::named(&algorithm)?;
        field = fields.next().ok_or_else(wrong)?;
    }
    Ok((hash, field.decode_as().map_err(|_| wrong())?))
}

const fn refused(want: &'static str, found: &'static str) -> Refused {
    Refused::Structure { want, found }
}
