//! Whether an answer holds a place. It is looked for in the bytes, so that nothing has to be read to find it.

/// What only an answer with a place has in it: CAMARA's fields, and MLP's elements with or without a prefix.
const SIGNS: [&[u8]; 17] = [
    b"\"latitude\"",
    b"\"longitude\"",
    b"\"area\"",
    b"\"lastlocationtime\"",
    b"\"verificationresult\"",
    b"<coord",
    b":coord",
    b"<pd>",
    b"<pd ",
    b"<pd\n",
    b":pd>",
    b"<shape",
    b":shape",
    b"<civicloc",
    b"<relativelocation",
    b"<location_uri",
    b":location_uri",
];

/// Whether `body` seems to hold a place, in any spelling of CAMARA or MLP.
#[must_use]
pub fn tells_a_place(body: &[u8]) -> bool {
    let body = body.to_ascii_lowercase();
    SIGNS
        .iter()
        .any(|sign| body.windows(sign.len()).any(|window| window == *sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_seen_and_refusals_are_not_taken_for_them() {
        for place in [
            "{\"lastLocationTime\":\"2026-01-01T00:00:00Z\"",
            "{\"Area\": {}}",
            "{\"verificationResult\":\"FALSE\"}",
            "<svc_result><slia><pos><pd><time>",
            "<m:coord><X>1",
            "<CircularArea><COORD>",
        ] {
            assert!(tells_a_place(place.as_bytes()), "{place}");
        }
        for refusal in [
            "{\"status\":404,\"code\":\"IDENTIFIER_NOT_FOUND\",\"message\":\"no location for this area\"}",
            "<slia><pos><msid>1</msid><poserr><result resid=\"4\">UNKNOWN SUBSCRIBER</result></poserr></pos></slia>",
            "<slia><result resid=\"112\"/><add_info>expected coordinates in EPSG 4326</add_info></slia>",
            "",
        ] {
            assert!(!tells_a_place(refusal.as_bytes()), "{refusal}");
        }
    }
}
