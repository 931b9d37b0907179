//! What the documents print is run to the letter: the front page's five-minute walk and its checks, with this test's folder
//! and port in the place of the demo's, and the auditor's check of a receipt.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::program::WAYLEAVE;
use crate::world::World;

/// The first block of `language` under a heading of a document.
pub fn block(document: &str, heading: &str, language: &str) -> String {
    let path = format!("{}/../../{document}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("a document");
    let (_, section) = text.split_once(heading).expect("the heading");
    let (_, block) = section.split_once(&format!("```{language}\n")).expect("a block");
    block.split_once("```").expect("an end of the block").0.to_owned()
}

/// Runs the commands under a heading of the front page; what they print.
fn run(world: &World, heading: &str) -> String {
    let folder = world.folder.to_str().expect("a path");
    let commands = block("README.md", heading, "sh");
    assert!(
        commands.contains("data/demo") && commands.contains("127.0.0.1:8080"),
        "{commands}"
    );
    let commands = commands
        .replace("target/debug/wayleave", WAYLEAVE)
        .replace("data/demo", folder)
        .replace("127.0.0.1:8080", world.host());
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &commands])
        .output()
        .expect("bash");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{printed}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    printed
}

#[test]
fn the_checks_of_the_front_page_work_verbatim() {
    let world = World::demo();
    let printed = run(&world, "## Check it yourself");
    for words in [
        "are those under the checkpoint that you kept",
        "it is for this answer",
        "and everything that the receipt's checkpoint stands over",
        "by Plainfield Towing",
        ": 0 differences",
    ] {
        assert!(printed.contains(words), "{words}: {printed}");
    }
}

#[test]
fn the_five_minute_walk_works_verbatim() {
    let world = World::demo();
    let printed = run(&world, "## A first answer in five minutes");
    let answers: Vec<&str> = printed.split("HTTP/1.1 ").skip(1).collect();
    let [located, refused, asked] = answers[..] else {
        panic!("expected three answers, found {printed}")
    };
    assert!(
        located.starts_with("200") && located.contains("\"areaType\":\"CIRCLE\""),
        "{located}"
    );
    assert!(located.to_lowercase().contains("wayleave-receipt: "), "{located}");
    assert!(
        refused.starts_with("403") && refused.contains("\"reason\":\"no-permission\""),
        "{refused}"
    );
    assert!(
        asked.starts_with("201") && asked.contains("\"status\":\"PENDING\""),
        "{asked}"
    );
    // What the page says next: the text is on the phone, and after the yes the same ask is answered.
    let phone = world.phone("+12025550102");
    assert_eq!(phone.press("agree", &phone.question(0)).status, 200);
    let again = world.partner("plain").retrieve(&phone.number);
    assert_eq!(again.status, 200, "{}", again.text());
}

#[test]
fn the_auditors_check_works_verbatim_and_can_fail() {
    let world = World::shared();
    let (phone, partner) = (world.free_phone(), world.partner("plain"));
    phone.agree_to(&partner, &json!({}));
    let answer = partner.retrieve(&phone.number);
    let receipt = answer.header("wayleave-receipt").expect("a receipt").to_owned();
    let program = block("docs/auditing/receipts.md", "## Checking a receipt", "python");
    let check = |receipt: &str| {
        let mut python = Command::new("python3")
            .args(["-c", &program])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("python3, which `make setup` installs");
        let mut input = python.stdin.take().expect("standard input");
        input.write_all(receipt.as_bytes()).expect("written");
        drop(input);
        let output = python.wait_with_output().expect("an end");
        (
            output.status.success(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    let (good, said) = check(&receipt);
    assert!(good && said.contains("\"kind\":\"answered\""), "{said}");
    // One character of the text in the middle is another one.
    let middle = receipt.len() / 2;
    let other = if &receipt[middle..=middle] == "A" { "B" } else { "A" };
    let altered = format!("{}{other}{}", &receipt[..middle], &receipt[middle + 1..]);
    assert!(!check(&altered).0, "an altered receipt was accepted");
}
