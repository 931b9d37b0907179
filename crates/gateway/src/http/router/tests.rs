//! The interface's description and the router name the same paths and methods.

use std::collections::BTreeSet;

use serde_json::Value;

/// What people and pages use, which the description of the interface leaves out.
const PAGES: [&str; 9] = [
    "/",
    "/assets/{name}",
    "/sandbox/journal",
    "/journeys",
    "/journeys/{name}",
    "/me",
    "/counts",
    "/counterparties",
    "/openapi.json",
];
/// What the paths of a person's own pages begin with, or the names of those paths.
const PAGES_UNDER: [&str; 6] = ["/c/", "/me/", "/try", "/account/", "/consent-info/capture/", "errand::"];

/// The routes as they stand in the router's source: path and method.
fn routed() -> BTreeSet<(String, String)> {
    let source = include_str!("../router.rs");
    let calls = source.split(".route(").skip(1);
    calls
        .map(|call| {
            let (path, rest) = call.split_once(',').expect("a path and a method");
            let path = match path.trim().trim_matches('"') {
                "locate::RETRIEVE_PATH" => crate::http::locate::RETRIEVE_PATH,
                "locate::VERIFY_PATH" => crate::http::locate::VERIFY_PATH,
                "authorize::PATH" => wire::oauth::authorize::PATH,
                "consent_info::PATH" => wire::camara::consent_info::PATH,
                "backchannel::PATH" => wire::oauth::backchannel::PATH,
                "carrier_events::PATH" => crate::http::carrier_events::PATH,
                "events::PATH" => crate::http::events::PATH,
                "notices::PATH" => crate::http::notices::PATH,
                "stops::PATH" => crate::http::stops::PATH,
                "counterparties::PATH" => crate::http::counterparties::PATH,
                "asks::PATH" => crate::http::asks::PATH,
                "attestations::PATH" => crate::http::attestations::PATH,
                "consents::PATH" => crate::http::consents::PATH,
                "journal::checkpoint::PATH" => crate::http::journal::checkpoint::PATH,
                "journal::proof::PATH" => crate::http::journal::proof::PATH,
                // The description has no word for the rest of a path.
                "journal::tile::PATH" => "/journal/tile/{path}",
                "lines::PATH" => crate::http::lines::PATH,
                path => path,
            };
            let method = if rest.trim_start().starts_with("post(") {
                "post"
            } else {
                "get"
            };
            (path.to_owned(), method.to_owned())
        })
        .filter(|(path, _)| !PAGES.contains(&path.as_str()) && !PAGES_UNDER.iter().any(|under| path.starts_with(under)))
        .collect()
}

#[test]
fn the_description_names_every_path_and_no_other() {
    let document: Value = serde_json::from_str(include_str!("../openapi.json")).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let described: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods");
            methods.keys().map(|method| (path.clone(), method.clone()))
        })
        .collect();
    assert_eq!(described, routed());
}

#[test]
fn every_reference_of_the_description_leads_somewhere() {
    let text = include_str!("../openapi.json");
    let document: Value = serde_json::from_str(text).expect("JSON");
    for reference in text.split("\"$ref\": \"#").skip(1) {
        let pointer = reference.split('"').next().expect("a pointer");
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}

#[test]
fn the_description_knows_every_error_of_the_two_location_interfaces() {
    let text = include_str!("../openapi.json");
    for code in [
        "LOCATION_RETRIEVAL.UNABLE_TO_LOCATE",
        "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_AGE",
        "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_SURFACE",
        "LOCATION_VERIFICATION.AREA_NOT_COVERED",
        "LOCATION_VERIFICATION.INVALID_AREA",
        "LOCATION_VERIFICATION.UNABLE_TO_LOCATE",
        "LOCATION_VERIFICATION.UNABLE_TO_FULFILL_MAX_AGE",
        "MISSING_IDENTIFIER",
        "UNSUPPORTED_IDENTIFIER",
        "UNNECESSARY_IDENTIFIER",
    ] {
        assert!(text.contains(code), "{code}");
    }
}
