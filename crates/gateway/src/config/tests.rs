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

#[test]
fn every_default_in_the_reference_is_the_real_one() {
    let defaults = [
        (listen::SECTION, toml::Table::try_from(listen::Listen::default())),
        (
            questions::SECTION,
            toml::Table::try_from(questions::Questions::default()),
        ),
        (log::SECTION, toml::Table::try_from(log::Log::default())),
    ];
    for (section, table) in defaults {
        let table = table.expect("a table");
        assert_eq!(table.len(), section.keys.len(), "{}", section.heading);
        for key in section.keys {
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
    assert_eq!(config.source.len(), 1);
    assert!(config.sms.is_some() && config.sandbox.is_some());
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
