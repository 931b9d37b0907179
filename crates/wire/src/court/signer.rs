//! Whose certificate signed: one that is enrolled for the court, or one that an authority of the court issued. The path to
//! an authority is `rustls-webpki`'s to check (RFC 5280 §6); what a certificate is for, what was called back, and that
//! nothing is enclosed on which nothing rests, is checked here.

use std::time::Duration;

use cms::signed_data::SignerIdentifier;
use domain::time::Timestamp;
use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{EndEntityCert, Error, ExtendedKeyUsageValidator, KeyPurposeIdIter, anchor_from_trusted_cert};
use x509_cert::certificate::Certificate;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::{ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier};
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use super::algorithm::for_certificates;
use super::attributes::timestamp;
use super::{Court, PinnedCertificate, Refused, Term};

const CERTIFICATE: &str = "the signer's certificate";
const AUTHORITY: &str = "the authority's certificate";
const BETWEEN: &str = "a certificate between signer and authority";

/// What a certificate may be for (RFC 5280 §4.2.1.12): signing documents (RFC 9336; and as office programs name it),
/// signing mail, or anything.
const PURPOSES: [ObjectIdentifier; 4] = [
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36"),
    ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.10.3.12"),
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.4"),
    ObjectIdentifier::new_unwrap("2.5.29.37.0"),
];

/// A certificate with its DER form.
#[derive(Clone, Debug)]
struct Read {
    der: Vec<u8>,
    certificate: Certificate,
}

/// The certificates that a message's signer can be found among.
#[derive(Debug)]
pub(super) struct Signers<'a> {
    court: &'a Court,
    pinned: Vec<(Read, Term)>,
    enclosed: Vec<Read>,
}

/// The certificate that a signer names.
#[derive(Debug)]
pub(super) struct Found<'a> {
    read: &'a Read,
    /// When it counts, if it is enrolled itself.
    term: Option<Term>,
}

impl Found<'_> {
    /// The certificate in DER form.
    pub(super) fn der(&self) -> &[u8] {
        &self.read.der
    }

    /// Its key.
    pub(super) fn key(&self) -> &SubjectPublicKeyInfoOwned {
        self.read.certificate.tbs_certificate().subject_public_key_info()
    }
}

impl<'a> Signers<'a> {
    /// The court's own, and those that the message encloses.
    pub(super) fn new(court: &'a Court, enclosed: &[Certificate]) -> Result<Self, Refused> {
        let pinned = |pinned: &PinnedCertificate| Ok((Read::parse(&pinned.der)?, pinned.term));
        Ok(Self {
            court,
            pinned: court.certificates.iter().map(pinned).collect::<Result<_, Refused>>()?,
            enclosed: enclosed.iter().map(Read::of).collect::<Result<_, _>>()?,
        })
    }

    /// The certificate that the signer names: an enrolled one before an enclosed one.
    pub(super) fn find(&self, sid: &SignerIdentifier) -> Result<Found<'_>, Refused> {
        if let Some((read, term)) = self.pinned.iter().find(|(read, _)| read.is(sid)) {
            return Ok(Found {
                read,
                term: Some(*term),
            });
        }
        let read = self.enclosed.iter().find(|read| read.is(sid));
        let read = read.ok_or(Refused::UnknownSigner)?;
        let tbs = read.certificate.tbs_certificate();
        if tbs.issuer() == tbs.subject() {
            return Err(Refused::SelfSigned);
        }
        Ok(Found { read, term: None })
    }

    /// Whether the certificate is the court's, and was valid when it signed and is valid `now`.
    pub(super) fn check(&self, found: &Found<'_>, signed_at: Option<Timestamp>, now: Timestamp) -> Result<(), Refused> {
        self.check_revoked(found.read, CERTIFICATE)?;
        let mut known = vec![found.der()];
        let path;
        if let Some(term) = found.term {
            term.check(CERTIFICATE, now)?;
            for at in signed_at.into_iter().chain([now]) {
                found.read.check_dates(CERTIFICATE, at)?;
            }
        } else {
            found.read.check_purpose()?;
            path = self.check_path(found.read, signed_at, now)?;
            known.extend(path.iter().map(Vec::as_slice));
        }
        known.extend(self.court.certificates.iter().map(|pinned| pinned.der.as_slice()));
        known.extend(self.court.authorities.iter().map(|pinned| pinned.der.as_slice()));
        known.extend(self.court.enclosed.iter().map(Vec::as_slice));
        if self.enclosed.iter().all(|read| known.contains(&read.der.as_slice())) {
            Ok(())
        } else {
            Err(Refused::Structure {
                want: "only certificates on which the signature rests, or that are enrolled as enclosed",
                found: "others",
            })
        }
    }

    fn check_revoked(&self, read: &Read, what: &'static str) -> Result<(), Refused> {
        let tbs = read.certificate.tbs_certificate();
        let issuer = tbs.issuer().to_der().map_err(|_| unreadable())?;
        let serial = tbs.serial_number().as_bytes();
        let same =
            |revoked: &super::Revoked| revoked.issuer == issuer && significant(&revoked.serial) == significant(serial);
        if self.court.revoked.iter().any(same) {
            return Err(Refused::Revoked { what, at: None });
        }
        Ok(())
    }

    /// Checks the path to an authority of the court, and gives the certificates between.
    fn check_path(&self, leaf: &Read, signed_at: Option<Timestamp>, now: Timestamp) -> Result<Vec<Vec<u8>>, Refused> {
        if self.court.authorities.is_empty() {
            return Err(Refused::UnknownSigner);
        }
        let leaf = CertificateDer::from(leaf.der.as_slice());
        let end = EndEntityCert::try_from(&leaf).map_err(path_error)?;
        let between: Vec<CertificateDer<'_>> = self
            .enclosed
            .iter()
            .map(|read| CertificateDer::from(read.der.as_slice()))
            .collect();
        let authorities: Vec<CertificateDer<'_>> = self
            .court
            .authorities
            .iter()
            .map(|pinned| CertificateDer::from(pinned.der.as_slice()))
            .collect();
        let anchors = authorities
            .iter()
            .map(|der| anchor_from_trusted_cert(der).map_err(path_error))
            .collect::<Result<Vec<_>, _>>()?;
        let mut passed = Vec::new();
        for at in signed_at.into_iter().chain([now]) {
            let path = end
                .verify_for_usage(
                    &for_certificates(),
                    &anchors,
                    &between,
                    unix_time(at),
                    AnyPurpose,
                    None,
                    None,
                )
                .map_err(path_error)?;
            let used = anchors.iter().position(|anchor| anchor == path.anchor());
            self.check_authority(used, at, now)?;
            for certificate in path.intermediate_certificates() {
                let der = certificate.der().to_vec();
                self.check_revoked(&Read::parse(&der)?, BETWEEN)?;
                passed.push(der);
            }
        }
        Ok(passed)
    }

    /// Whether the authority at this place is valid, which the path leaves open.
    fn check_authority(&self, used: Option<usize>, at: Timestamp, now: Timestamp) -> Result<(), Refused> {
        let used = used.and_then(|index| self.court.authorities.get(index));
        let authority = used.ok_or(Refused::UnknownSigner)?;
        authority.term.check(AUTHORITY, now)?;
        Read::parse(&authority.der)?.check_dates(AUTHORITY, at)
    }
}

impl Read {
    fn parse(der: &[u8]) -> Result<Self, Refused> {
        let certificate = Certificate::from_der(der).map_err(|_| unreadable())?;
        Ok(Self {
            der: der.to_vec(),
            certificate,
        })
    }

    fn of(certificate: &Certificate) -> Result<Self, Refused> {
        Ok(Self {
            der: certificate.to_der().map_err(|_| unreadable())?,
            certificate: certificate.clone(),
        })
    }

    /// Whether a signer names this certificate.
    fn is(&self, sid: &SignerIdentifier) -> bool {
        let tbs = self.certificate.tbs_certificate();
        match sid {
            SignerIdentifier::IssuerAndSerialNumber(name) => {
                name.issuer == *tbs.issuer() && name.serial_number == *tbs.serial_number()
            }
            SignerIdentifier::SubjectKeyIdentifier(name) => tbs
                .get_extension::<SubjectKeyIdentifier>()
                .ok()
                .flatten()
                .is_some_and(|(_, own)| own == *name),
        }
    }

    fn check_dates(&self, what: &'static str, at: Timestamp) -> Result<(), Refused> {
        let validity = self.certificate.tbs_certificate().validity();
        let (from, until) = (timestamp(validity.not_before), timestamp(validity.not_after));
        if at < from {
            return Err(Refused::NotYetValid { what, from, at });
        }
        // RFC 5280 §4.1.2.5: the last second belongs to it.
        if at.unix_seconds() > until.unix_seconds() {
            return Err(Refused::Expired { what, until, at });
        }
        Ok(())
    }

    /// Whether it is for signing documents, as far as it says.
    fn check_purpose(&self) -> Result<(), Refused> {
        let tbs = self.certificate.tbs_certificate();
        let usage = tbs.get_extension::<KeyUsage>().map_err(|_| unreadable())?;
        let purposes = tbs.get_extension::<ExtendedKeyUsage>().map_err(|_| unreadable())?;
        let signs = usage.is_none_or(|(_, usage)| usage.digital_signature() || usage.non_repudiation());
        let documents = purposes.is_none_or(|(_, named)| named.0.iter().any(|one| PURPOSES.contains(one)));
        if signs && documents {
            Ok(())
        } else {
            Err(Refused::Purpose)
        }
    }
}

/// A path is not refused for what its certificates are for: the signer's is looked at by itself.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        purposes.into_iter().try_for_each(|purpose| purpose.map(|_| ()))
    }
}

/// A serial number without the zero that keeps it positive.
fn significant(serial: &[u8]) -> &[u8] {
    let zeros = serial.iter().take_while(|byte| **byte == 0).count();
    serial.get(zeros..).unwrap_or_default()
}

fn unix_time(at: Timestamp) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(at.unix_seconds()).unwrap_or(0)))
}

fn of_unix(time: UnixTime) -> Timestamp {
    Timestamp::from_unix_seconds(i64::try_from(time.as_secs()).unwrap_or(i64::MAX))
}

fn path_error(error: Error) -> Refused {
    match error {
        Error::CertExpired { time, not_after } => Refused::Expired {
            what: CERTIFICATE,
            until: of_unix(not_after),
            at: of_unix(time),
        },
        Error::CertNotValidYet { time, not_before } => Refused::NotYetValid {
            what: CERTIFICATE,
            from: of_unix(not_before),
            at: of_unix(time),
        },
        Error::UnknownIssuer => Refused::UnknownSigner,
        Error::CaUsedAsEndEntity => Refused::Purpose,
        other => Refused::Path {
            found: other.to_string(),
        },
    }
}

const fn unreadable() -> Refused {
    Refused::Structure {
        want: "an X.509 certificate",
        found: "something else",
    }
}
