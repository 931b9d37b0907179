//! One changed byte anywhere, and a document does not count, or, for PEM alone, says the same.

use super::*;

/// What is made of a document in which the bits of `mask` are turned over in the byte at `place`.
fn flipped(office: &Office, name: &str, document: &[u8], (place, mask): (usize, u8)) -> Result<Verified, Refused> {
    let mut other = document.to_vec();
    other[place] ^= mask;
    read_bytes(office, name, &other, &office.court())
}

#[test]
fn no_byte_of_a_message_can_change() {
    let Some(office) = Office::open() else { return };
    for name in ["cms-p256", "cms-bare", "jws-p256", "jws-ed25519"] {
        let document = office.file(name);
        for place in 0..document.len() {
            for mask in [0x01, 0x20, 0x80] {
                let found = flipped(office, name, &document, (place, mask));
                assert!(found.is_err(), "{name}: byte {place} by {mask}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_changed_byte_never_makes_another_order(place in any::<prop::sample::Index>(), mask in 1_u8..) {
        let Some(office) = Office::open() else { return Ok(()) };
        for name in ["cms-p256.pem", "cms-rsa", "cms-pss", "cms-ed25519", "cms-below"] {
            let document = office.file(name);
            let found = flipped(office, name, &document, (place.index(document.len()), mask));
            let same = found.as_ref().is_ok_and(|found| Ok(found) == read(office, name, &office.court()).as_ref());
            // A line of PEM may end in more ways than one.
            prop_assert!(found.is_err() || name.ends_with(".pem") && same, "{}: {:?}", name, place);
        }
    }

    #[test]
    fn a_changed_byte_of_a_pdf_is_always_noticed(place in any::<prop::sample::Index>(), mask in 1_u8..) {
        let Some(office) = Office::open() else { return Ok(()) };
        for name in ["pdf-p256", "pdf-cades", "pdf-issued", "pdf-below"] {
            let document = office.file(name);
            let place = place.index(document.len());
            // In hexadecimal digits, the bit that tells small letters from capitals is the one to try.
            for mask in [mask, 0x20] {
                prop_assert!(flipped(office, name, &document, (place, mask)).is_err(), "{}: byte {}", name, place);
            }
        }
    }
}
