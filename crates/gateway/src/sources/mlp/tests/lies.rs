//! Answers that must not be believed, and what each other answer means.

use super::*;
use crate::sources::tests::log::Log;

const OTHER: &str = "12025550101";

type Make = fn() -> String;

/// Every way to lie, with the answer that does.
fn lies() -> Vec<(&'static str, Make)> {
    vec![
        ("another number", || slia(&position(OTHER, ""))),
        ("two numbers", || {
            slia(&[position(DIGITS, ""), position(OTHER, "")].concat())
        }),
        ("two documents", || {
            http(
                200,
                &[XML],
                &document(&format!("<slia>{}</slia>", position(DIGITS, ""))).repeat(2),
            )
        }),
        ("no document", || http(200, &[XML], "")),
        ("JSON", || http(200, &[XML], "{}")),
        ("half a document", || {
            http(200, &[XML], &document(&position(DIGITS, ""))[..200])
        }),
        ("a page for people", || {
            let page = document(&format!("<slia>{}</slia>", position(DIGITS, "")));
            http(200, &[("content-type", "text/html")], &page)
        }),
        ("a compressed body", || {
            http(
                200,
                &[XML, ("content-encoding", "gzip")],
                &document(&position(DIGITS, "")),
            )
        }),
        ("an answer too large", || {
            http(200, &[XML], &document(&format!("<!--{}-->", "x".repeat(70_000))))
        }),
        ("a position from tomorrow", || {
            slia(&position(DIGITS, "").replace("20261118110638", "20261119110638"))
        }),
        ("a promise that nobody asked for", || slia("<req_id>77</req_id>")),
        ("well, and nothing", || slia(&result(0))),
        ("a redirect", || http(307, &[("location", "http://127.0.0.1:1/")], "")),
        ("a position with an error's status", || {
            http(
                400,
                &[XML],
                &document(&format!("<slia>{}</slia>", position(DIGITS, ""))),
            )
        }),
    ]
}

#[tokio::test]
async fn no_lie_is_believed_and_none_is_asked_for_again() {
    for (name, lie) in lies() {
        let stage = Stage::new(Operator::raw(move |_| Act::Send(lie())).await);
        assert_eq!(stage.ask().await.err(), Some(Failure::Untrustworthy), "{name}");
        assert_eq!(stage.requests().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_lie_is_none_the_truer_where_reports_are_awaited() {
    for (name, lie) in lies().into_iter().filter(|(name, _)| !name.contains("promise")) {
        let stage = Stage::later(Operator::raw(move |_| Act::Send(lie())).await);
        assert_eq!(stage.ask().await.err(), Some(Failure::Untrustworthy), "{name}");
    }
}

#[tokio::test]
async fn no_log_line_holds_a_number_a_position_or_a_password() {
    let (log, _guard) = Log::keep();
    for (_, make) in lies() {
        let stage = Stage::later(Operator::raw(move |_| Act::Send(make())).await);
        assert!(stage.ask_within(Duration::from_millis(300)).await.is_err());
    }
    let stage = Stage::new(Operator::raw(honest).await);
    assert!(stage.ask().await.is_ok());
    let log = log.text();
    assert!(log.contains("wrong-subscriber"), "{log}");
    for secret in ["202555", "12 00", "040 00", "aster-01", "pwd", "/mlp/"] {
        assert!(!log.contains(secret), "{secret} is in\n{log}");
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_short_is_not_believed() {
    let whole = slia(&position(DIGITS, ""));
    for at in [20, whole.len() / 2, whole.len() - 1] {
        let part = whole[..at].to_owned();
        let stage = Stage::new(Operator::raw(move |_| Act::SendAndClose(part.clone())).await);
        assert_eq!(stage.ask().await.err(), Some(Failure::Untrustworthy), "{at}");
        assert_eq!(stage.requests().len(), 1);
    }
}

#[tokio::test]
async fn every_refusal_means_one_thing() {
    let gem = |resid| http(404, &[XML], &format!(r#"<gem ver="3.2.0">{}</gem>"#, result(resid)));
    let poserr = |resid| {
        let poserr = format!("<poserr>{}<time>20261118110638</time></poserr>", result(resid));
        slia(&format!(r#"<pos><msid type="MSISDN">{DIGITS}</msid>{poserr}</pos>"#))
    };
    let table = [
        (slia(&result(4)), Failure::UnknownToSource),
        (poserr(4), Failure::UnknownToSource),
        (slia(&result(5)), Failure::Unlocatable),
        (poserr(6), Failure::Unlocatable),
        (slia(&result(202)), Failure::DeniedBySource),
        (poserr(2), Failure::DeniedBySource),
        (slia(&result(7)), Failure::Unlocatable),
        (slia(&result(101)), Failure::Unavailable),
        (gem(108), Failure::Unavailable),
        (http(404, &[], "not here"), Failure::Unavailable),
        (http(500, &[XML], &document("")), Failure::Unavailable),
        (http(503, &[], ""), Failure::Unavailable),
        (http(401, &[], ""), Failure::Unavailable),
    ];
    for (answer, want) in table {
        for later in [false, true] {
            let send = answer.clone();
            let operator = Operator::raw(move |_| Act::Send(send.clone())).await;
            let stage = Stage::with(
                operator,
                Setup {
                    later,
                    ..Setup::default()
                },
            );
            assert_eq!(stage.ask().await.err(), Some(want), "{answer}");
            assert_eq!(stage.requests().len(), 1);
        }
    }
}
