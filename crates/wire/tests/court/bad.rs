//! What is not taken, and what the officer is told about it.

use super::*;

/// What a court's document is refused with, in words.
fn refused(office: &Office, name: &str) -> String {
    refused_by(office, name, &office.court())
}

fn refused_by(office: &Office, name: &str, court: &Court) -> String {
    match read(office, name, court) {
        Err(refused) => refused.to_string(),
        Ok(_) => panic!("{name} was taken"),
    }
}

#[test]
fn each_bad_document_gets_its_verdict() {
    let Some(office) = Office::open() else { return };
    for (name, words) in [
        ("cms-other", "found one that names another court"),
        ("cms-below-alone", "found another signer"),
        ("cms-web", "a certificate for signing documents"),
        ("cms-issued-expired", "the signer's certificate to be valid at"),
        ("cms-expired", "found that it ended at"),
        ("cms-early", "found that it begins at"),
        ("cms-late", "found that it begins at"),
        ("cms-issued-late", "found that it begins at"),
        ("cms-issued-old", "expected the authority's certificate to be valid at"),
        ("cms-typed", "expected content of the type `id-data`"),
        ("cms-retyped", "expected the signed content type `id-data`"),
        ("cms-stranger", "found one that only vouches for itself"),
        ("cms-stranger-bare", "found another signer"),
        ("cms-extra", "expected only certificates on which the signature rests"),
        ("cms-two", "expected exactly one signature, found 2"),
        ("cms-no-attributes", "expected signed attributes, found none"),
        ("cms-later", "expected a signature that matches"),
        ("cms-unsigned", "expected nothing that is not signed"),
        ("cms-lists", "expected nothing that is not signed"),
        ("cms-sha1", "found `1.3.14.3.2.26`"),
        ("cms-md5", "found `1.2.840.113549.2.5`"),
        ("cms-rsa1024", "found `an RSA key of 1024 bits`"),
        ("jws-other", "found one that names another court"),
        ("jws-type", "expected another `typ`"),
        ("jws-stranger", "expected the `kid` of a registered key"),
        ("jws-own-key", "the signature does not match"),
        ("jws-swapped", "the signature does not match"),
        ("pdf-unsigned", "expected exactly one signature, found 0"),
        ("pdf-other", "found one that names another court"),
        ("pdf-updated", "bytes follow it"),
        ("pdf-two-signatures", "expected exactly one signature, found 2"),
        ("pdf-other-file", "one embedded file `order.json`"),
        ("pdf-no-file", "one embedded file, found 0"),
        ("pdf-two-files", "one embedded file, found 2"),
        ("pdf-encrypted", "no encryption"),
        ("pdf-object-streams", "no object streams"),
        ("pdf-expired", "found that it ended at"),
        ("pdf-stranger", "found one that only vouches for itself"),
    ] {
        let told = refused(office, name);
        assert!(told.contains(words), "{name}: {told}");
        assert!(!told.contains("999123"), "{name} tells a number");
    }
}

#[test]
fn what_was_called_back_counts_no_more() {
    let Some(office) = Office::open() else { return };
    for (name, called_back) in [
        ("cms-p256", "p256"),
        ("cms-issued", "issued"),
        ("cms-below", "below"),
        ("cms-below", "middle"),
        ("pdf-p256", "p256"),
        ("pdf-issued", "issued"),
    ] {
        let mut court = office.court();
        court.revoked = vec![office.called_back("stranger"), office.called_back(called_back)];
        let found = read(office, name, &court).expect_err(name);
        assert!(
            matches!(found, Refused::Revoked { .. }),
            "{name} without {called_back}: {found}"
        );
    }
}

#[test]
fn what_is_enrolled_counts_for_its_term() {
    let Some(office) = Office::open() else { return };
    let hour = Span::seconds(3600);
    let (before, after) = (office.now.before(hour), office.now.after(hour));
    let term = |not_before, not_after, revoked_at| Term {
        not_before,
        not_after,
        revoked_at,
    };
    let long_ago = Timestamp::from_unix_seconds(0);
    for (term, taken) in [
        (term(long_ago, Some(after), None), true),
        (term(long_ago, Some(after), Some(after)), true),
        (term(after, None, None), false),
        (term(long_ago, Some(before), None), false),
        (term(long_ago, None, Some(before)), false),
    ] {
        let mut court = office.court();
        court.keys.iter_mut().for_each(|key| key.term = term);
        court
            .certificates
            .iter_mut()
            .for_each(|certificate| certificate.term = term);
        court.authorities.iter_mut().for_each(|authority| authority.term = term);
        for name in ["jws-p256", "cms-p256", "cms-below", "pdf-p256", "pdf-issued"] {
            let read = read(office, name, &court);
            assert_eq!(read.is_ok(), taken, "{name} {term:?}: {read:?}");
        }
    }
}

#[test]
fn only_this_courts_own_keys_count() {
    let Some(office) = Office::open() else { return };
    let mut stranger = office.court();
    stranger.keys.clear();
    stranger.certificates = vec![office.pinned("stranger")];
    stranger.authorities.clear();
    for name in ["cms-below", "cms-bare", "cms-issued"] {
        assert_eq!(read(office, name, &stranger), Err(Refused::UnknownSigner), "{name}");
    }
    assert_eq!(read(office, "cms-p256", &stranger), Err(Refused::SelfSigned));
    assert!(matches!(read(office, "jws-p256", &stranger), Err(Refused::Token(_))));
    // What a tool encloses beside the signer's certificate is known once it is enrolled as that, and then vouches for nobody.
    let mut court = office.court();
    court.enclosed = vec![office.file("stranger.der")];
    assert!(read(office, "cms-extra", &court).is_ok());
    assert_eq!(read(office, "cms-stranger", &court), Err(Refused::SelfSigned));
}

#[test]
fn a_signer_who_names_the_certificate_means_that_one() {
    let Some(office) = Office::open() else { return };
    let mut court = office.court();
    court.enclosed = vec![office.file("p256.der")];
    court.certificates = vec![office.pinned("p256-twin")];
    assert!(
        read(office, "cms-p256", &court).is_ok(),
        "the twin has the same key and number"
    );
    let told = refused_by(office, "cms-cades", &court);
    assert!(
        told.contains("expected the certificate that the signer named"),
        "{told}"
    );
}

#[test]
fn a_signature_from_the_future_does_not_count() {
    let Some(office) = Office::open() else { return };
    let earlier = office.now.before(Span::seconds(7200));
    let found = verify_cms(&office.file("cms-p256"), &office.court(), earlier);
    assert!(matches!(found, Err(Refused::SignedLater { .. })), "{found:?}");
}

/// A PDF with one of its texts changed for another of the same length.
fn altered(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut places = file.windows(from.len()).enumerate();
    let place = places.find_map(|(place, window)| (window == from.as_bytes()).then_some(place));
    let place = place.unwrap_or_else(|| panic!("`{from}` is not there"));
    let mut altered = file.to_vec();
    altered[place..place + to.len()].copy_from_slice(to.as_bytes());
    altered
}

#[test]
fn a_wider_order_is_another_order() {
    let Some(office) = Office::open() else { return };
    let (from, to) = ("2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z");
    for name in ["cms-p256", "pdf-plain-stream"] {
        let wider = altered(&office.file(name), from, to);
        assert_eq!(
            read_bytes(office, name, &wider, &office.court()),
            Err(Refused::Content),
            "{name}"
        );
    }
}

#[test]
fn a_pdf_is_covered_to_its_last_byte_and_without_a_hole() {
    let Some(office) = Office::open() else { return };
    let (file, court) = (office.file("pdf-p256"), office.court());
    let verify = |file: &[u8]| verify_pdf(file, &court, office.now).expect_err("altered").to_string();
    let longer = [&file[..], b"\n% more\n"].concat();
    let whole = file.len();
    assert_eq!(
        verify(&longer),
        format!(
            "the signature covers bytes 0–{whole} of {}; 8 bytes follow it",
            whole + 8
        )
    );
    assert!(verify(&file[..whole - 1]).contains("`/ByteRange [0 "));

    let text = String::from_utf8_lossy(&file);
    let range = text
        .split("/ByteRange")
        .nth(1)
        .and_then(|rest| rest.split(']').next())
        .expect("a range");
    let numbers: Vec<usize> = range
        .trim_matches([' ', '['])
        .split_whitespace()
        .map(|number| number.parse().expect("a number"))
        .collect();
    let [_, length, second, rest] = numbers[..] else {
        panic!("four numbers")
    };
    for (length, second, rest) in [
        (length - 10, second, rest),
        (length, second + 10, rest - 10),
        (second, length, whole - length),
    ] {
        let other = format!("[0 {length} {second} {rest}");
        let kept = range.trim_start();
        let padded = format!("{other:<width$}", width = kept.len());
        if padded.len() == kept.len() {
            let holed = altered(&file, kept, &padded);
            assert!(verify(&holed).contains("/ByteRange"), "{other}");
        }
    }
    let second_contents = altered(&file, "/Filter /Adobe.PPKLite", "/Contents <00>        ");
    assert!(verify(&second_contents).contains("one `/Contents`"));
}

#[test]
fn what_is_too_long_is_not_read() {
    let Some(office) = Office::open() else { return };
    let court = office.court();
    for (name, length) in [
        ("jws", 90_001),
        ("cms", court::CMS_BYTES_MAX + 1),
        ("pdf", court::PDF_BYTES_MAX + 1),
    ] {
        let found = read_bytes(office, name, &vec![b'a'; length], &court);
        assert!(
            matches!(found, Err(Refused::TooLong { found, .. }) if found == length),
            "{name}: {found:?}"
        );
    }
}
