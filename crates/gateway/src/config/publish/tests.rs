use super::super::Config;

const WORLD: &str =
    "[gateway]\nworld = \"live\"\nissuer = \"https://gateway.example.com\"\noperator = \"Port Aster\"\n";
const KEY: &str = "credentials_file = \"key\"\n";

fn read(world: &str, section: &str) -> Result<(), String> {
    let config: Config = toml::from_str(&format!("{world}[publish]\n{section}")).map_err(|error| error.to_string())?;
    config.check().map_err(|error| error.to_string())
}

#[test]
fn the_log_goes_to_a_folder_or_to_a_bucket() {
    for good in [
        "folder = \"public\"\n".to_owned(),
        format!("bucket = \"https://s3.example.com/log\"\n{KEY}"),
        format!("bucket = \"http://127.0.0.1:9000/log/a\"\nregion = \"here-1\"\nca_file = \"roots.pem\"\n{KEY}"),
    ] {
        assert_eq!(read(WORLD, &good), Ok(()), "{good}");
    }
    let bucket = "bucket = \"https://s3.example.com/log\"\n";
    for (bad, words) in [
        (
            "rest_s = 10\n".to_owned(),
            "`publish`: expected either `folder` or `bucket`, found `neither`",
        ),
        (format!("folder = \"public\"\n{bucket}{KEY}"), "found `both`"),
        (
            format!("folder = \"public\"\n{KEY}"),
            "`publish.credentials_file`: expected no such key beside `folder`",
        ),
        (
            "folder = \"public\"\nregion = \"here-1\"\n".to_owned(),
            "`publish.region`",
        ),
        (
            "folder = \"public\"\nca_file = \"roots.pem\"\n".to_owned(),
            "`publish.ca_file`",
        ),
        (
            bucket.to_owned(),
            "`publish.credentials_file`: expected the file that holds an access key",
        ),
        (
            format!("bucket = \"http://s3.example.com/log\"\n{KEY}"),
            "`publish.bucket`: expected `https://`",
        ),
        (
            format!("bucket = \"https://s3.example.com\"\n{KEY}"),
            "`publish.bucket`: expected the bucket's name",
        ),
        (format!("bucket = \"log\"\n{KEY}"), "`publish.bucket`: expected a URL"),
        (
            format!("{bucket}region = \"\"\n{KEY}"),
            "`publish.region`: expected the name of a region",
        ),
        (format!("{bucket}region = \"a/b\"\n{KEY}"), "`publish.region`"),
        (format!("{bucket}rest_s = 0\n{KEY}"), "`publish.rest_s`"),
        (format!("{bucket}secret = \"x\"\n{KEY}"), "unknown field `secret`"),
    ] {
        let error = read(WORLD, &bad).expect_err(&bad);
        assert!(error.contains(words), "expected `{words}`, found {error}");
    }
}

#[test]
fn a_sandbox_publishes_nothing_elsewhere() {
    let sandbox = "[gateway]\nworld = \"sandbox\"\nissuer = \"http://127.0.0.1:8080\"\noperator = \"Port Aster\"\n";
    assert_eq!(
        read(sandbox, &format!("bucket = \"http://127.0.0.1:9000/log\"\n{KEY}")),
        Ok(())
    );
    let error = read(sandbox, &format!("bucket = \"https://s3.example.com/log\"\n{KEY}")).expect_err("elsewhere");
    assert!(error.contains("loopback"), "{error}");
}
