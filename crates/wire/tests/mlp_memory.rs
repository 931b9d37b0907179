//! What the largest hostile answers take of the machine's memory: little, and it is given back. What they cost in work is
//! counted beside the reader; this looks at the whole process.

use std::io::Write as _;

use domain::geo::Metres;
use domain::number::Msisdn;
use domain::time::Timestamp;
use wire::mlp::BYTES_MAX;
use wire::mlp::answer;
use wire::mlp::dialect::Dialect;
use wire::mlp::expect::{ArcStop, Expect, Habits, Offset};
use wire::mlp::report;
use wire::mlp::slir::LocType;

/// How much more memory than before reading the process may ever have used, in KiB.
const GROWTH_KIB_MAX: u64 = 8 * 1024;

/// The most memory that this process ever used, in KiB; `None` where the system does not tell.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// Documents of the full length, or far longer, each hostile in its own way.
fn hostile() -> Vec<(&'static str, String)> {
    let full = |start: &str, unit: &str| {
        let mut document = start.to_owned();
        while document.len() + unit.len() <= BYTES_MAX {
            document.push_str(unit);
        }
        document
    };
    let laughs: String = (1..60)
        .map(|level| format!("<!ENTITY l{level} \"{}\">", format!("&l{};", level - 1).repeat(10)))
        .collect();
    let ellipse = "<EllipticalArea><coord><X>12.5</X><Y>40</Y></coord><angle>3</angle><semiMajor>900000</semiMajor>\
                   <semiMinor>5</semiMinor></EllipticalArea>";
    let answer = |shape: &str| {
        format!(
            "<svc_result><slia><pos><msid>12025550140</msid><pd><time>20261122083000</time><shape>{shape}</shape></pd>\
             </pos></slia></svc_result>"
        )
    };
    vec![
        (
            "laughs",
            format!("<!DOCTYPE l [<!ENTITY l0 \"ha\">{laughs}]><svc_result>&l59;</svc_result>"),
        ),
        ("entities", full("<!DOCTYPE l [", "<!ENTITY a \"aaaaaaaaaaaaaaaa\">")),
        ("deep", full("", "<a>")),
        ("wide", full("<a>", "<b/>")),
        ("attributes", full("<a", " b=''")),
        ("text", full("<a>", "&lt;")),
        ("latin", full("<a>", "\u{e9}")),
        ("sixty-four MiB", full("<a>", "<b/>").repeat(1024)),
        (
            "ellipses",
            answer(&format!("<MultiPolygon>{}</MultiPolygon>", ellipse.repeat(64))),
        ),
    ]
}

#[test]
fn hostile_answers_take_little_memory() {
    let documents = hostile();
    let habits = Habits {
        offset: Offset::Local,
        arc: ArcStop::Included,
        bare_point_radius: Metres::whole(1),
    };
    let expect = Expect {
        number: Msisdn::from_digits("12025550140").expect("reserved"),
        now: Timestamp::from_rfc3339("2026-11-22T08:30:00Z").expect("a time"),
        habits: &habits,
        dialect: Dialect::V3_5,
        loc_type: LocType::Current,
        asynchronous: true,
    };
    let Some(before) = peak_kib() else {
        let notice = "\n!!! SKIPPED: the memory that hostile answers take; this system does not tell (no /proc)\n";
        std::io::stderr()
            .write_all(notice.as_bytes())
            .expect("standard error can be written");
        return;
    };
    for (name, document) in &documents {
        for _ in 0..3 {
            let read = answer::read(document.as_bytes(), &expect);
            assert_eq!(read.is_ok(), *name == "ellipses", "{name}");
            if let Ok(answer::Answer::Located(located)) = read.map(|reading| reading.value) {
                assert!(located.area.enclosing_circle().radius.value() < 910_000.0);
            }
            assert!(report::read(document.as_bytes(), &expect).is_err(), "{name}");
        }
        let grown = peak_kib().expect("told before") - before;
        println!("{name}: {} bytes, {grown} KiB more than before", document.len());
        assert!(grown <= GROWTH_KIB_MAX, "{name}: {grown} KiB");
    }
}
