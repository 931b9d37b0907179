//! The pages' scripts and styles, embedded in the program, each with a fingerprint of its content.
//!
//! A page names an asset with its fingerprint (`/assets/style.css?v=…`), so a browser may keep that answer for ever. A
//! module that another module imports is named without one and is asked again each time by its `ETag`.

use std::sync::LazyLock;

/// An embedded file.
#[derive(Clone, Debug)]
pub struct Asset {
    /// The last part of its path, `/assets/{name}`.
    pub name: &'static str,
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// The file itself.
    pub bytes: &'static [u8],
    /// The fingerprint of its content, 16 hexadecimal digits.
    pub fingerprint: String,
}

impl Asset {
    /// The value of `ETag`, with its quotes.
    #[must_use]
    pub fn etag(&self) -> String {
        format!("\"{}\"", self.fingerprint)
    }

    /// The value of `Cache-Control`, given the `v` of the request: for ever when it names this content.
    #[must_use]
    pub fn cache_control(&self, version: Option<&str>) -> &'static str {
        if version == Some(self.fingerprint.as_str()) {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        }
    }
}

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

macro_rules! embedded {
    ($($name:literal, $content_type:expr;)*) => {
        [$(($name, $content_type, include_bytes!(concat!("../../../../web/", $name)).as_slice()),)*]
    };
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let files = embedded! {
        "style.css", STYLE;
        "map.css", STYLE;
        "noscript.css", STYLE;
        "sheet.css", STYLE;
        "account.js", SCRIPT;
        "board.js", SCRIPT;
        "board-check.js", SCRIPT;
        "board-restored.js", SCRIPT;
        "board-door.js", SCRIPT;
        "board-head.js", SCRIPT;
        "board-keys.js", SCRIPT;
        "counts.css", STYLE;
        "errand.js", SCRIPT;
        "journey.css", STYLE;
        "journey-hops.css", STYLE;
        "journey.js", SCRIPT;
        "journey-bank.js", SCRIPT;
        "journey-board.js", SCRIPT;
        "journey-chain.js", SCRIPT;
        "journey-desk.js", SCRIPT;
        "journey-hops.js", SCRIPT;
        "journey-play.js", SCRIPT;
        "journey-prison.js", SCRIPT;
        "journey-roadside.js", SCRIPT;
        "journey-sight.js", SCRIPT;
        "journey-told.js", SCRIPT;
        "journey-world.js", SCRIPT;
        "page.js", SCRIPT;
        "question.js", SCRIPT;
        "question-key.js", SCRIPT;
        "question-live.js", SCRIPT;
        "stage.css", STYLE;
        "stage-phone.css", STYLE;
        "stage-scene.css", STYLE;
        "stage.js", SCRIPT;
        "stage-map.js", SCRIPT;
        "stage-page.js", SCRIPT;
        "stage-partner.js", SCRIPT;
        "stage-phone.js", SCRIPT;
        "stage-records.js", SCRIPT;
        "stage-story.js", SCRIPT;
        "try.js", SCRIPT;
        "verify.js", SCRIPT;
    };
    files
        .into_iter()
        .map(|(name, content_type, bytes)| Asset {
            name,
            content_type,
            bytes,
            fingerprint: fingerprint(bytes),
        })
        .collect()
});

/// Every embedded file.
#[must_use]
pub fn all() -> &'static [Asset] {
    &ASSETS
}

/// The file of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// The path of a file with its fingerprint, as pages name it.
#[must_use]
pub fn address(name: &str) -> String {
    find(name).map_or_else(
        || format!("/assets/{name}"),
        |asset| format!("/assets/{name}?v={}", asset.fingerprint),
    )
}

/// FNV-1a, 64 bits: it tells versions of our own files apart and guards nothing.
fn fingerprint(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::{address, all, find};

    #[test]
    fn every_asset_is_found_by_its_name_and_has_its_own_fingerprint() {
        for asset in all() {
            assert_eq!(find(asset.name).map(|found| found.bytes), Some(asset.bytes));
            assert!(!asset.bytes.is_empty(), "{} is empty", asset.name);
            assert_eq!(
                address(asset.name),
                format!("/assets/{}?v={}", asset.name, asset.fingerprint)
            );
            assert_eq!(
                all()
                    .iter()
                    .filter(|other| other.fingerprint == asset.fingerprint)
                    .count(),
                1
            );
        }
        assert!(find("../style.css").is_none());
    }

    #[test]
    fn only_the_named_version_is_kept_for_ever() {
        let style = find("style.css").expect("style.css is embedded");
        assert!(style.cache_control(Some(&style.fingerprint)).contains("immutable"));
        assert_eq!(style.cache_control(Some("0")), "no-cache");
        assert_eq!(style.cache_control(None), "no-cache");
    }

    #[test]
    fn scripts_import_only_embedded_modules() {
        for asset in all().iter().filter(|asset| asset.name.ends_with(".js")) {
            let source = std::str::from_utf8(asset.bytes).expect("scripts are UTF-8");
            for line in source.lines().filter(|line| line.starts_with("import ")) {
                let module = line.split("'./").nth(1).and_then(|rest| rest.split('\'').next());
                let module = module.unwrap_or_else(|| panic!("{}: {line} imports from elsewhere", asset.name));
                assert!(
                    find(module).is_some(),
                    "{} imports {module}, which is not embedded",
                    asset.name
                );
            }
        }
    }
}
