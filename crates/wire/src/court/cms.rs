//! CMS messages (RFC 5652): one signer over the order, inside or beside it. Everything in the message is either signed or
//! compared with what is known, so that no byte of it can be changed without being noticed.

use std::borrow::Cow;

use cms::cert::CertificateChoices;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use domain::time::Timestamp;
use x509_cert::certificate::Certificate;
use x509_cert::der::asn1::{ObjectIdentifier, OctetString};
use x509_cert::der::{Decode, Encode, pem};

use super::algorithm::{self, Hash};
use super::attributes::{DATA, Said};
use super::signer::Signers;
use super::{CMS_BYTES_MAX, Court, Form, KeyName, Refused, SKEW, Verified, sha256};
use crate::jose::certificate::CertificateThumbprint;

/// `id-signedData` (RFC 5652 §5.1).
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");

/// The most certificates of a message.
const CERTIFICATES_MAX: usize = 8;

/// Reads an order that the court signed as a CMS message with the order inside, in DER or PEM (`CMS` or `PKCS7`).
///
/// # Errors
/// If it is no such message with one signer, the content or its attributes were altered, the certificate is none of the
/// court's or was not valid when it was signed and at `now`, an algorithm is not taken, or the content is no order of
/// this court.
pub fn verify_cms(message: &[u8], court: &Court, now: Timestamp) -> Result<Verified, Refused> {
    verify(message, None, court, now)
}

/// As [`verify_cms`], for a message that stands beside the order: `content` is the order's JSON.
///
/// # Errors
/// As [`verify_cms`], and if the message has content of its own.
pub fn verify_cms_detached(message: &[u8], content: &[u8], court: &Court, now: Timestamp) -> Result<Verified, Refused> {
    verify(message, Some(content), court, now)
}

fn verify(message: &[u8], beside: Option<&[u8]>, court: &Court, now: Timestamp) -> Result<Verified, Refused> {
    let data = read(&der(message)?)?;
    let inside = content(&data)?;
    let content = match (&inside, beside) {
        (Some(inside), None) => inside.as_bytes(),
        (None, Some(beside)) => beside,
        (Some(_), Some(_)) => {
            return Err(structure(
                "a signature beside its content",
                "one with content of its own",
            ));
        }
        (None, None) => return Err(structure("a signature around its content", "one without content")),
    };
    let checked = check(&data, content, court, now)?;
    Ok(Verified {
        order: court.read_order(content, now)?,
        digest: sha256(&[content]),
        key: checked.key,
        form: Form::Cms,
        signed_at: checked.signed_at,
    })
}

/// Who signed, and when by their word.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) key: KeyName,
    pub(super) signed_at: Option<Timestamp>,
    /// Whether the signed attributes name the certificate, as CAdES demands.
    pub(super) names_certificate: bool,
}

/// Reads a message in DER.
pub(super) fn read(der: &[u8]) -> Result<SignedData, Refused> {
    if der.len() > CMS_BYTES_MAX {
        return Err(Refused::TooLong {
            most: CMS_BYTES_MAX,
            found: der.len(),
        });
    }
    let wrong = |_| structure("a CMS message in DER", "something else");
    let info = ContentInfo::from_der(der).map_err(wrong)?;
    if info.content_type != SIGNED_DATA {
        return Err(structure("signed data", "another kind of CMS message"));
    }
    info.content.decode_as().map_err(wrong)
}

/// Whether the one signer of `data` signed `content`, and is the court's.
pub(super) fn check(data: &SignedData, content: &[u8], court: &Court, now: Timestamp) -> Result<Checked, Refused> {
    let [signer] = data.signer_infos.0.as_slice() else {
        return Err(Refused::Signers {
            found: data.signer_infos.0.len(),
        });
    };
    check_frame(data, signer)?;
    let hash = Hash::named(&signer.digest_alg)?;
    let attributes = signer
        .signed_attrs
        .as_ref()
        .ok_or_else(|| structure("signed attributes", "none"))?;
    let said = Said::read(attributes, hash, content)?;
    if let Some(signed) = said.signed_at.filter(|signed| *signed > now.after(SKEW)) {
        return Err(Refused::SignedLater { signed, now });
    }
    // RFC 5652 §5.4: what is signed is the attributes as a SET OF, not with the tag that they have in the message.
    let signed = attributes
        .to_der()
        .map_err(|_| structure("signed attributes in DER", "something else"))?;
    let enclosed = certificates(data)?;
    let signers = Signers::new(court, &enclosed)?;
    let certificate = signers.find(&signer.sid)?;
    said.check_certificate(certificate.der())?;
    algorithm::check(certificate.key(), signer, &signed)?;
    signers.check(&certificate, said.signed_at, now)?;
    Ok(Checked {
        key: KeyName::Certificate(CertificateThumbprint::of_der(certificate.der())),
        signed_at: said.signed_at,
        names_certificate: said.names_certificate(),
    })
}

/// What stands around the signature and is not signed.
fn check_frame(data: &SignedData, signer: &SignerInfo) -> Result<(), Refused> {
    // RFC 5652 §5.1 and §5.3: the versions follow from what the message holds.
    let version = match signer.sid {
        SignerIdentifier::IssuerAndSerialNumber(_) => CmsVersion::V1,
        SignerIdentifier::SubjectKeyIdentifier(_) => CmsVersion::V3,
    };
    if signer.version != version || data.version != version {
        return Err(structure("the version that goes with the signer", "another"));
    }
    if data.digest_algorithms.as_slice() != std::slice::from_ref(&signer.digest_alg) {
        return Err(structure("the signer's digest alone", "others"));
    }
    if data.encap_content_info.econtent_type != DATA {
        return Err(structure("content of the type `id-data`", "another"));
    }
    if data.crls.is_some() || signer.unsigned_attrs.is_some() {
        return Err(structure(
            "nothing that is not signed",
            "revocation lists or unsigned attributes",
        ));
    }
    Ok(())
}

/// The content inside, if there is any.
fn content(data: &SignedData) -> Result<Option<OctetString>, Refused> {
    let inside = data.encap_content_info.econtent.as_ref();
    inside
        .map(|any| {
            any.decode_as()
                .map_err(|_| structure("content as bytes", "something else"))
        })
        .transpose()
}

fn certificates(data: &SignedData) -> Result<Vec<Certificate>, Refused> {
    let choices = data.certificates.as_ref().map_or(&[][..], |set| set.0.as_slice());
    if choices.len() > CERTIFICATES_MAX {
        return Err(structure("at most 8 certificates", "more"));
    }
    let one = |choice: &CertificateChoices| match choice {
        CertificateChoices::Certificate(certificate) => Ok(certificate.clone()),
        CertificateChoices::Other(_) => Err(structure("X.509 certificates", "others")),
    };
    choices.iter().map(one).collect()
}

/// The message in DER, out of PEM if it is that.
fn der(message: &[u8]) -> Result<Cow<'_, [u8]>, Refused> {
    if !message.starts_with(b"-----BEGIN ") {
        return Ok(Cow::Borrowed(message));
    }
    if message.len() > CMS_BYTES_MAX * 2 {
        return Err(Refused::TooLong {
            most: CMS_BYTES_MAX * 2,
            found: message.len(),
        });
    }
    match pem::decode_vec(message) {
        Ok(("CMS" | "PKCS7", der)) => Ok(Cow::Owned(der)),
        Ok(_) => Err(structure("the PEM form of a CMS message", "PEM of another kind")),
        Err(_) => Err(structure("the PEM form of a CMS message", "something else")),
    }
}

const fn structure(want: &'static str, found: &'static str) -> Refused {
    Refused::Structure { want, found }
}
