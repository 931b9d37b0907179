use super::*;

const SMALLEST: &str =
    "[gateway]\nworld = \"sandbox\"\nissuer = \"http://127.0.0.1:8080\"\noperator = \"Port Aster\"\n";

fn read(text: &str) -> Result<Config, String> {
    let config: Config = toml::from_str(text).map_err(|error| error.to_string())?;
    config.check().map_err(|error| error.to_string())?;
    Ok(config)
}

#[test]
fn the_smallest_file_is_enough() {
    assert_eq!(
        read(SMALLEST).map(|config| config.listen.address),
        Ok("127.0.0.1:8080".to_owned())
    );
}

#[test]
fn unknown_keys_are_errors_that_name_the_key() {
    let error = read(&format!("{SMALLEST}adress = \"x\"\n")).expect_err("unknown");
    assert!(error.contains("adress"), "{error}");
}

#[test]
fn a_sandbox_stays_on_loopback() {
    let source = "[[source]]\nname=\"m\"\nkind=\"camara\"\nprefixes=[\"+1\"]\nbase_url=\"http://carrier.example.com\"\n\
        token_endpoint=\"http://127.0.0.1/t\"\nclient_id=\"w\"\nkey_file=\"k\"\n";
    let error = read(&format!("{SMALLEST}{source}")).expect_err("outside");
    assert!(error.contains("loopback"), "{error}");
    assert!(is_loopback("http://[::1]:80/x") && is_loopback("127.0.0.1:1") && is_loopback("http://localhost/a"));
    assert!(!is_loopback("http://127.0.0.1.example.com/") && !is_loopback("http://10.0.0.1/"));
}

/// A carrier that speaks MLP, with `more` lines.
fn castor(more: &str) -> String {
    format!(
        "{SMALLEST}[[source]]\nname=\"castor\"\nkind=\"mlp\"\nprefixes=[\"+999\"]\nurl=\"http://127.0.0.1:9210/\"\n\
         dialect=\"3.0\"\nclient_id=\"w\"\npassword_file=\"p\"\n{more}\n"
    )
}

#[test]
fn a_source_takes_the_keys_of_its_kind_and_no_others() {
    let config = read(&castor("")).expect("the smallest");
    assert_eq!(config.source[0].name(), "castor");
    for (line, names) in [
        ("key_file = \"k\"", "key_file"),
        ("base_url = \"http://127.0.0.1:1\"", "base_url"),
        ("dialekt = \"3.0\"", "dialekt"),
        ("mode = \"later\"", "later"),
        ("confidence_unstated_percent = 0", "confidence_unstated_percent"),
        ("bare_point_radius_m = 0", "bare_point_radius_m"),
        ("push_id = \"x\"", "push_id"),
    ] {
        let error = read(&castor(line)).expect_err(line);
        assert!(error.contains(names), "{line}: {error}");
    }
    let error = read(&castor("").replace("mlp", "rlp")).expect_err("another kind");
    assert!(error.contains("rlp"), "{error}");
    let twice = format!("{}{}", castor(""), castor("").trim_start_matches(SMALLEST));
    assert!(read(&twice).expect_err("two of a name").contains("castor"));
}

#[test]
fn what_comes_later_needs_a_place_to_come_to() {
    let later = castor("mode = \"async\"");
    assert!(read(&later).expect_err("no place").contains("[push]"));
    let at = |address: &str, url: &str| read(&format!("{later}[push]\naddress=\"{address}\"\nbase_url=\"{url}\"\n"));
    assert!(at("127.0.0.1:8090", "http://127.0.0.1:8090").is_ok());
    for (address, url) in [
        ("192.0.2.1:8090", "http://127.0.0.1:8090"),
        ("127.0.0.1:8090", "https://gateway.example.com"),
        ("127.0.0.1:8090", "http://192.0.2.1"),
        ("127.0.0.1:8090", "http://me@127.0.0.1"),
        ("127.0.0.1:8090", "http://127.0.0.1/?a=<b>"),
        ("localhost", "http://127.0.0.1"),
    ] {
        let error = at(address, url).expect_err(url);
        assert!(error.contains("push."), "{error}");
    }
    let live = |text: String| text.replace("\"sandbox\"", "\"live\"");
    let there = live(format!("{later}[push]\nbase_url=\"https://push.example.com\"\n"));
    assert!(read(&there).is_ok());
    let plain = live(format!("{later}[push]\nbase_url=\"http://push.example.com\"\n"));
    assert!(read(&plain).is_err());
}

#[test]
fn what_only_looks_like_loopback_is_not() {
    for outside in [
        "http://127.0.0.1@evil.example.com/",
        "http://127.0.0.1:80@evil.example.com/",
        "http://localhost:80@evil.example.com",
        "http://localhost.example.com",
        "http://localhost.",
        "http://[::1].example.com/",
        "http://[::1]:80@evil.example.com/",
        "http://127.0.0.1\\@evil.example.com",
        "http://127.0.0.1 evil.example.com",
        "http://[::ffff:10.0.0.1]/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:/",
        "http://0x7f000001/",
        "http:///127.0.0.1/",
        "",
    ] {
        assert!(!is_loopback(outside), "{outside}");
    }
}

#[test]
fn an_issuer_is_an_origin_as_browsers_name_it() {
    let read = |issuer: &str| read(&SMALLEST.replace("http://127.0.0.1:8080", issuer)).is_ok();
    assert!(read("https://gateway.example.com") && read("https://gateway.example.com:8443"));
    assert!(read("http://[::1]:8080") && !read("http://[::1]:80800"));
    for unfit in [
        "https://gateway.example.com/",
        "https://gateway.example.com/base",
        "https://gateway.example.com:443",
        "https://Gateway.example.com",
        "https://me@gateway.example.com",
        "https://gateway.example.com?a",
        "http://gateway.example.com",
        "http://127.0.0.1:80@gateway.example.com",
        "httpx://127.0.0.1",
        "gateway.example.com",
    ] {
        assert!(!read(unfit), "{unfit}");
    }
}

#[test]
fn a_limit_that_stops_everything_is_refused() {
    for (section, line) in [
        ("listen", "connections_max = 0"),
        ("listen", "connections_max = 9223372036854775807"),
        ("listen", "header_timeout_ms = 0"),
        ("listen", "body_bytes_max = 1"),
    ] {
        let error = read(&format!("{SMALLEST}[{section}]\n{line}\n")).expect_err(line);
        assert!(error.contains("expected"), "{error}");
    }
}

#[test]
fn plain_http_stays_on_this_machine_unless_told_otherwise() {
    let live = SMALLEST
        .replace("sandbox", "live")
        .replace("http://127.0.0.1:8080", "https://gateway.example.com");
    let with = |base: &str, listen: &str| read(&format!("{base}[listen]\n{listen}\n"));
    let pair = "certificate_file = \"c.pem\"\nkey_file = \"k.pem\"\n";
    let elsewhere = "address = \"0.0.0.0:8443\"\n";
    assert!(with(&live, elsewhere).is_err_and(|error| error.contains("plain_http_elsewhere")));
    assert!(with(&live, &format!("{elsewhere}plain_http_elsewhere = true")).is_ok());
    assert!(with(&live, &format!("{elsewhere}{pair}")).is_ok());
    assert!(
        with(SMALLEST, "plain_http_elsewhere = true").is_err(),
        "never in a sandbox"
    );
    let secured = SMALLEST.replace("http://", "https://");
    assert!(with(&secured, pair).is_ok());
    assert!(with(&secured, &format!("{elsewhere}{pair}")).is_err_and(|error| error.contains("sandbox")));
    assert!(with(SMALLEST, pair).is_err_and(|error| error.contains("gateway.issuer")));
    for half in ["certificate_file = \"c.pem\"", "key_file = \"k.pem\""] {
        assert!(
            with(&secured, half).is_err_and(|error| error.contains("none")),
            "{half}"
        );
    }
}

#[test]
fn the_stage_shows_nothing_but_the_simulated_world() {
    let section = |phones: &str, number: &str| {
        format!(
            "{SMALLEST}[sandbox]\nphones_url=\"{phones}\"\npartner_url=\"http://127.0.0.1:2\"\n\
             carrier_control_url=\"http://127.0.0.1:3/control\"\nstage_number=\"{number}\"\n"
        )
    };
    assert!(read(&section("http://127.0.0.1:1", "+12025550101")).is_ok());
    assert!(read(&section("http://phones.example.com", "+12025550101")).is_err());
    assert!(read(&section("javascript:alert(1)//127.0.0.1", "+12025550101")).is_err());
    let unreserved = concat!("+1202", "5560101");
    assert!(read(&section("http://127.0.0.1:1", unreserved)).is_err());
}

#[test]
fn every_default_in_the_reference_is_the_real_one() {
    let defaults = [
        (listen::SECTION, toml::Table::try_from(listen::Listen::default())),
        (
            questions::SECTION,
            toml::Table::try_from(questions::Questions::default()),
        ),
        (push::SECTION, toml::Table::try_from(push::Push::default())),
        (breaker::SECTION, toml::Table::try_from(breaker::Breaker::default())),
        (log::SECTION, toml::Table::try_from(log::Log::default())),
    ];
    for (section, table) in defaults {
        let table = table.expect("a table");
        let given = section.keys.iter().filter(|key| key.default != "none");
        assert_eq!(table.len(), given.clone().count(), "{}", section.heading);
        for key in given {
            let value = table
                .get(key.name)
                .unwrap_or_else(|| panic!("{} lacks {}", section.heading, key.name));
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            assert_eq!(text, key.default, "{}", key.name);
        }
    }
}

#[test]
fn every_example_in_the_reference_is_read() {
    let mut text = String::new();
    for section in SECTIONS {
        text.push_str(&format!("{}\n", section.heading));
        section
            .keys
            .iter()
            .for_each(|key| text.push_str(&format!("{}\n", key.example)));
    }
    let config: Config = toml::from_str(&text).expect("every example fits its key");
    assert_eq!(config.source.len(), 3);
    assert!(config.push.is_some() && config.sms.is_some() && config.sandbox.is_some());
}

#[test]
fn the_reference_in_the_documents_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    if std::env::var_os("WAYLEAVE_BLESS").is_some() {
        std::fs::write(&path, reference()).expect("written");
    }
    let written = std::fs::read_to_string(&path).expect("docs/configuration.md is there");
    assert!(
        written == reference(),
        "docs/configuration.md is not current: run with WAYLEAVE_BLESS=1"
    );
}
