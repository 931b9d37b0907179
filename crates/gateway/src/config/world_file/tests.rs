//! What a world file must hold.

use serde_json::{Value, json};

use super::{BYTES_MAX, StageWorld};

fn sample() -> Value {
    let control = |port: u16| format!("http://127.0.0.1:{port}/control");
    let party = |last: char| format!("pty_01KAAAAAAAAAAAAAAAAAAAAAA{last}");
    json!({
        "hub": {"name": "Port Aster Gateway", "issuer": "http://127.0.0.1:8080", "journalKey": null},
        "operator": "http://127.0.0.1:4001",
        "phones": "http://127.0.0.1:4002",
        "homes": {
            "osier": {
                "name": "Osier Mobile", "issuer": "http://127.0.0.1:4003", "journalKey": null,
                "carrier": {"name": "Osier Mobile", "kind": "carrier-camara", "control": control(4004)},
            },
            "tern": {
                "name": "Tern Wireless", "issuer": "http://127.0.0.1:4005", "journalKey": null,
                "carrier": {"name": "Tern Wireless", "kind": "carrier-mlp", "control": control(4006)},
            },
        },
        "reseller": {"name": "Copper Reach Resale", "party": party('A'), "control": control(4007)},
        "roadside": {
            "name": "Larkspur Recovery", "party": party('B'), "control": control(4008), "home": "osier",
            "numbers": ["+12025550160"],
        },
        "bank": {
            "name": "Harbour Card Services", "party": party('C'), "control": control(4009), "home": "osier",
            "numbers": ["+12025550165"],
        },
        "prison": {
            "name": "Pinfold Calling", "party": party('D'), "control": control(4010), "home": "tern",
            "switch": control(4011), "line": "+12025550190", "numbers": ["+12025550170"],
        },
    })
}

/// A world as a demo writes it.
pub(crate) fn sample_world() -> StageWorld {
    serde_json::from_value(sample()).expect("a world")
}

fn loaded(text: &str) -> Result<StageWorld, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("stage.json");
    std::fs::write(&path, text).expect("written");
    StageWorld::load(&path).map_err(|error| error.to_string())
}

#[test]
fn a_whole_world_is_read() {
    assert_eq!(loaded(&sample().to_string()), Ok(sample_world()));
}

#[test]
fn what_does_not_fit_is_named() {
    for (pointer, value, said) in [
        (
            "/operator",
            json!("http://192.0.2.1:4001"),
            "`operator`: expected an http address on loopback",
        ),
        (
            "/homes/tern/carrier/control",
            json!("https://127.0.0.1"),
            "`homes.carrier.control`",
        ),
        ("/bank/party", json!("harbour"), "`bank.party`: expected a party's id"),
        ("/bank/home", json!("lark"), "`bank.home`: expected one of `homes`"),
        (
            "/prison/line",
            json!(concat!("+1202", "5560190")),
            "`prison.line`: expected a reserved number",
        ),
        (
            "/prison/numbers",
            json!([]),
            "`prison.numbers`: expected between 1 and 100 numbers",
        ),
        (
            "/roadside/numbers/0",
            json!(concat!("+1202", "5560160")),
            "`roadside.numbers`: expected reserved numbers",
        ),
        ("/reseller/control", json!(7), "invalid type"),
    ] {
        let mut world = sample();
        *world.pointer_mut(pointer).expect(pointer) = value;
        let error = loaded(&world.to_string()).expect_err(pointer);
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn an_unknown_or_missing_member_is_named() {
    let mut world = sample();
    world["tower"] = json!("x");
    assert!(
        loaded(&world.to_string())
            .expect_err("unknown")
            .contains("unknown field `tower`")
    );
    let mut world = sample();
    world["prison"].as_object_mut().expect("a member").remove("switch");
    assert!(
        loaded(&world.to_string())
            .expect_err("missing")
            .contains("missing field `switch`")
    );
}

#[test]
fn a_file_that_is_too_long_or_absent_is_refused() {
    let long = format!(
        "{}{}",
        sample(),
        " ".repeat(usize::try_from(BYTES_MAX).expect("a size"))
    );
    assert!(
        loaded(&long)
            .expect_err("long")
            .contains("expected at most 65536 bytes")
    );
    let absent = StageWorld::load(std::path::Path::new("/nonexistent/stage.json")).expect_err("absent");
    assert!(absent.to_string().starts_with("cannot read"), "{absent}");
}
