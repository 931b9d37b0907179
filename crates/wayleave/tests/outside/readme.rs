//! The front page's five-minute walk, to the letter: what it prints is run, with this test's folder and port in the
//! place of the demo's.

use std::process::Command;

use crate::program::WAYLEAVE;
use crate::world::World;

/// The commands under the heading of the walk.
fn walk() -> String {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
    let readme = std::fs::read_to_string(readme).expect("the front page");
    let (_, section) = readme
        .split_once("## A first answer in five minutes")
        .expect("the walk");
    let (_, block) = section.split_once("```sh\n").expect("commands");
    block.split_once("```").expect("an end of the commands").0.to_owned()
}

#[test]
fn the_five_minute_walk_works_verbatim() {
    let world = World::demo();
    let folder = world.folder.to_str().expect("a path");
    let commands = walk();
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
