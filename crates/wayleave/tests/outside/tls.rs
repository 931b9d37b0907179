//! The gateway's own TLS, as other people's programs see it: curl believes it, old versions are refused, a new certificate
//! is shown without a dropped answer, and slow handshakes keep nobody out.

use std::io::Write as _;
use std::net::TcpStream;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::{Request, fetch, read_answer};
use crate::partner::assert_answered;
use crate::parts::{Parts, Settings, free_port};
use crate::program::{folder, said, until};
use crate::secured::{Authority, HERE, Pair, client, put, shown};

/// A gateway that speaks TLS, with its certificate.
struct Secured {
    parts: Parts,
    authority: Authority,
    pair: Pair,
}

impl Secured {
    fn start(limits: &str) -> Self {
        let authority = Authority::new(&folder());
        authority.believe();
        let pair = authority.certify("gateway", &[HERE, "localhost"], 2089);
        let parts = Parts::start(Settings {
            listen: format!("{}{limits}", lines(&pair)),
            scheme: "https",
            ..Settings::default()
        });
        Self { parts, authority, pair }
    }

    fn address(&self) -> &str {
        self.parts.world.issuer.trim_start_matches("https://")
    }

    fn curl(&self, arguments: &[&str]) -> Output {
        let url = format!("{}/healthz", self.parts.world.issuer);
        Command::new("curl")
            .args(["--silent", "--show-error", "--max-time", "20"])
            .args(arguments)
            .arg(url)
            .output()
            .expect("curl")
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.parts.world.folder.join("gateway.log")).expect("a log")
    }
}

impl Drop for Secured {
    fn drop(&mut self) {
        let folder = self.pair.key.parent().expect("a folder").to_owned();
        // What cannot be removed is left to whoever clears temporary folders.
        let _ = std::fs::remove_dir_all(folder);
    }
}

fn lines(pair: &Pair) -> String {
    format!(
        "certificate_file = {:?}\nkey_file = {:?}\n",
        pair.certificate.display().to_string(),
        pair.key.display().to_string()
    )
}

#[test]
fn curl_believes_the_gateway_and_old_versions_are_refused() {
    let secured = Secured::start("");
    let root = secured.authority.root().display().to_string();
    let own = secured.authority.certify("client", &["client.example.com"], 2089);
    let (own, own_key) = (own.certificate.display().to_string(), own.key.display().to_string());
    let good: [&[&str]; 5] = [
        &[],
        &["--tlsv1.3"],
        &["--tls-max", "1.2"],
        &["--cert", &own, "--key", &own_key],
        &["--cert", &own, "--key", &own_key, "--tls-max", "1.2"],
    ];
    for arguments in good {
        let output = secured.curl(&[&["--cacert", &root], arguments].concat());
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "ok\n",
            "{arguments:?}: {}",
            said(&output)
        );
    }
    let other = Authority::new(&secured.authority.root().with_file_name("other"));
    let other = other.root().display().to_string();
    for arguments in [
        &["--cacert", other.as_str()] as &[&str],
        &["--cacert", &root, "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0"],
        &[
            "--cacert",
            &root,
            "--connect-to",
            "elsewhere.example.com:443:127.0.0.1:1",
        ],
    ] {
        let output = if arguments.contains(&"--connect-to") {
            let to = format!("elsewhere.example.com:443:{}", secured.address());
            let arguments = [
                "--silent",
                "--cacert",
                &root,
                "--connect-to",
                &to,
                "https://elsewhere.example.com/healthz",
            ];
            Command::new("curl").args(arguments).output().expect("curl")
        } else {
            secured.curl(arguments)
        };
        assert!(
            !output.status.success() && output.stdout.is_empty(),
            "{arguments:?}: {}",
            said(&output)
        );
    }
    // Plain HTTP gets no answer from a door that speaks TLS.
    let plain = Request::new("GET", "/healthz").try_send(secured.address());
    assert!(plain.is_err(), "{plain:?}");
}

#[test]
fn a_partner_is_served_over_tls() {
    let operators = format!("127.0.0.1:{}", free_port());
    let secured = Secured::start(&format!("operators_address = {operators:?}\n"));
    let world = &secured.parts.world;
    let (plain, phone) = (world.partner("plain"), world.free_phone());
    let id = plain.ask_consent(&phone.number, &json!({}));
    let question = phone.question(0);
    assert!(question.link.starts_with("https://"), "{}", question.link);
    phone.reply(&format!("YES {}", question.code));
    assert_eq!(plain.consent_state(&id), "GIVEN");
    assert_answered(&plain.retrieve(&phone.number));
    assert_eq!(world.get("/metrics").status, 404, "outsiders read what became of asks");
    let metrics = fetch(&format!("http://{operators}/metrics")).text();
    let expires = metrics
        .lines()
        .find(|line| line.starts_with("wayleave_tls_certificate_expires_seconds"));
    let expires: f64 = expires
        .and_then(|line| line.split(' ').nth(1)?.parse().ok())
        .expect("a time");
    // The last day of 2089.
    assert!((expires - 3_786_825_600.0).abs() < 1.0, "{expires}");
}

#[test]
fn a_new_certificate_is_shown_without_a_dropped_answer() {
    let secured = Secured::start("");
    let host = secured.parts.world.issuer.clone();
    let first = secured.pair.der.clone();
    let mut kept = client(TcpStream::connect(secured.address()).expect("a connection"));
    let ask = Request::new("GET", "/healthz")
        .header("connection", "keep-alive")
        .bytes(&host);
    let mut ask_kept = || {
        kept.write_all(&ask).expect("sent");
        assert_eq!(read_answer(&mut kept, false).expect("an answer").status, 200);
    };
    let (stop, answers) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let load: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut faults = Vec::new();
                    while !stop.load(Ordering::Relaxed) {
                        match Request::new("GET", "/healthz").try_send(&host) {
                            Ok(answer) if answer.status == 200 => {
                                answers.fetch_add(1, Ordering::Relaxed);
                            }
                            other => faults.push(format!("{other:?}")),
                        }
                    }
                    faults
                })
            })
            .collect();
        let renewed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            assert_eq!(shown(secured.address()), first);
            let mut last = first.clone();
            for year in [2080, 2081, 2082] {
                ask_kept();
                last = secured.authority.certify("gateway", &[HERE, "localhost"], year).der;
                until("the new certificate", || {
                    (shown(secured.address()) == last).then_some(())
                });
            }
            for (what, text) in [("nothing", ""), ("half a file", "-----BEGIN CERTIFICATE-----\nMIIB")] {
                put(&secured.pair.certificate, text);
                let before = secured.log().matches("is refused").count();
                until(what, || {
                    (secured.log().matches("is refused").count() > before).then_some(())
                });
                assert_eq!(shown(secured.address()), last, "{what}");
            }
            let expired = secured.authority.certify("gateway", &[HERE], 2024).der;
            until("the refusal", || secured.log().contains("expired at").then_some(()));
            assert_ne!(shown(secured.address()), expired);
            assert_eq!(shown(secured.address()), last);
            ask_kept();
        }));
        stop.store(true, Ordering::Relaxed);
        for load in load {
            assert_eq!(load.join().expect("an end"), Vec::<String>::new());
        }
        renewed.expect("every pair as it should be");
    });
    assert!(
        answers.load(Ordering::Relaxed) > 100,
        "only {answers:?} answers under load"
    );
    assert!(!secured.log().contains("PRIVATE KEY"));
}

#[test]
fn slow_handshakes_keep_nobody_out() {
    let secured = Secured::start("connections_max = 48\nhandshake_timeout_ms = 20000\n");
    let stop = AtomicBool::new(false);
    let opened = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut held = std::collections::VecDeque::new();
            while !stop.load(Ordering::Relaxed) {
                if let Ok(mut stream) = TcpStream::connect(secured.address()) {
                    // The beginning of a handshake, whose rest never comes.
                    let _ = stream.write_all(&[22, 3, 1, 2, 0, 1, 0]);
                    held.push_back(stream);
                    opened.fetch_add(1, Ordering::Relaxed);
                }
                if held.len() > 300 {
                    held.pop_front();
                    std::thread::sleep(Duration::from_millis(5));
                }
            }
        });
        while opened.load(Ordering::Relaxed) < 300 {
            std::thread::sleep(Duration::from_millis(10));
        }
        let times: Vec<_> = (0..8)
            .map(|_| {
                let started = Instant::now();
                let answer = Request::new("GET", "/healthz").try_send(&secured.parts.world.issuer);
                (answer.map(|answer| answer.status), started.elapsed())
            })
            .collect();
        stop.store(true, Ordering::Relaxed);
        for (status, took) in times {
            assert_eq!(status, Ok(200));
            // By the time limit alone a slow handshake holds its place for twenty seconds.
            assert!(took < Duration::from_secs(5), "{took:?}");
        }
    });
}
