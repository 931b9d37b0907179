//! House rules on every text file of the repository.

use crate::source::find_words;
use crate::tree::{Offence, TextFile, Tree};

const FILE_LINES_MAX: usize = 400;

/// A source file ends at 400 lines; a longer one has a second idea inside.
pub fn file_length(tree: &Tree) -> Vec<Offence> {
    let by_hand = |file: &&TextFile| {
        let kept_output = file
            .path
            .split('/')
            .any(|part| part == "fixtures" || part == "snapshots");
        !kept_output && file.has_ending(&["rs", "js", "mjs", "ts", "css", "html"])
    };
    let long = tree.files.iter().filter(by_hand).filter_map(|file| {
        let lines = file.text.lines().count();
        (lines > FILE_LINES_MAX).then(|| {
            at(
                file,
                FILE_LINES_MAX + 1,
                format!("{lines} lines, at most {FILE_LINES_MAX}"),
            )
        })
    });
    long.collect()
}

// The words are put together here, so that this file does not hold them itself.
const LEFTOVERS: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("dbg", "!"),
    concat!("to", "do!"),
    concat!("unimple", "mented!("),
];

/// What is not finished is said in the documents, not left in the code.
pub fn leftovers(tree: &Tree) -> Vec<Offence> {
    offences_by_line(tree, |line| {
        let found = LEFTOVERS.iter().find(|word| !find_words(line, word).is_empty())?;
        Some(format!("`{found}` is left over"))
    })
}

const MACHINE_PATHS: [&str; 4] = [
    concat!("/wo", "rk"),
    concat!("/ho", "me"),
    concat!("/ro", "ot"),
    concat!("/tm", "p/wl"),
];
const SIBLING_PATH: &str = concat!("../sha", "red");

/// No path of the machine that something was written on.
pub fn machine_paths(tree: &Tree) -> Vec<Offence> {
    offences_by_line(tree, |line| {
        let absolute = MACHINE_PATHS.iter().find(|path| names_absolute(line, path));
        let found = absolute
            .copied()
            .or_else(|| line.contains(SIBLING_PATH).then_some(SIBLING_PATH))?;
        Some(format!("`{found}` is a path of one machine"))
    })
}

/// True if `path` begins an absolute path in `line`: nothing of a longer path before it, and more of it after.
fn names_absolute(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(offset, _)| {
        let continues_a_path = |c: char| c.is_alphanumeric() || "_-.)}>*~/".contains(c);
        !line[..offset].ends_with(continues_a_path) && line[offset + path.len()..].starts_with('/')
    })
}

/// Only numbers that belong to nobody: +1 202 555 01xx (reserved for fiction) and +999 (an unassigned country code).
pub fn phone_numbers(tree: &Tree) -> Vec<Offence> {
    offences_by_line(tree, |line| {
        let line = line.replace("%2B", "+").replace("%2b", "+");
        let starts = line.match_indices('+').map(|(offset, _)| offset + 1);
        let real = starts
            .map(|start| digits_of_number(&line[start..]))
            .find(|digits| is_somebodys(digits))?;
        Some(format!("`+{real}` may be somebody's; use +1 202 555 01xx or +999…"))
    })
}

/// The digits at the start of `text`, single spaces and hyphens between them passed over.
fn digits_of_number(text: &str) -> String {
    let mut digits = String::new();
    let mut separated = true;
    for c in text.chars() {
        match c {
            '0'..='9' => {
                digits.push(c);
                separated = false;
            }
            ' ' | '-' if !separated => separated = true,
            _ => break,
        }
    }
    digits
}

/// E.164 numbers have at most 15 digits and never begin with 0; fewer than 7 are no one's telephone.
fn is_somebodys(digits: &str) -> bool {
    let reserved = digits.starts_with("999") || digits.starts_with("120255501");
    (7..=15).contains(&digits.len()) && !digits.starts_with('0') && !reserved
}

const REGISTRY_HOSTS: [&str; 7] = [
    concat!("crates", ".io"),
    concat!("npmjs", "."),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("proxy.golang", ".org"),
    concat!("unpkg", ".com"),
    concat!("jsdelivr", ".net"),
];

/// Packages come through their ordinary clients and lock files; nothing else names where from.
pub fn registry_hosts(tree: &Tree) -> Vec<Offence> {
    offences_by_line(tree, |line| {
        let host = REGISTRY_HOSTS.iter().find(|host| line.contains(**host))?;
        Some(format!("`{host}` names a package registry"))
    })
}

/// README gives both commands; CHANGELOG has an Unreleased section on top.
pub fn front_page(tree: &Tree) -> Vec<Offence> {
    let missing = |path: &str, what: &str| Offence {
        path: path.to_owned(),
        line: 1,
        what: what.to_owned(),
    };
    let mut offences = Vec::new();
    let readme = tree.file("README.md").map_or("", |file| &file.text);
    for command in ["make demo", "make test"] {
        if !readme.contains(command) {
            offences.push(missing("README.md", &format!("does not name `{command}`")));
        }
    }
    let changelog = tree.file("CHANGELOG.md").map_or("", |file| &file.text);
    if changelog.lines().find(|line| line.starts_with("## ")) != Some("## [Unreleased]") {
        offences.push(missing("CHANGELOG.md", "the first section is not `## [Unreleased]`"));
    }
    offences
}

/// What a page of the documents points at, in the repository, is there.
pub fn links(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for file in tree.files.iter().filter(|file| file.has_ending(&["md"])) {
        for (index, line) in file.text.lines().enumerate() {
            let targets = line
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split([')', '#']).next());
            let local = targets.filter(|target| !target.is_empty() && !target.contains("://"));
            for target in local.filter(|target| !leads_somewhere(tree, &file.path, target)) {
                offences.push(at(file, index + 1, format!("`{target}` is not in the repository")));
            }
        }
    }
    offences
}

/// True if `target`, read from the folder of `from`, is a file or a folder that holds one.
fn leads_somewhere(tree: &Tree, from: &str, target: &str) -> bool {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    let path = parts.join("/");
    let folder = format!("{path}/");
    tree.files
        .iter()
        .any(|file| file.path == path || file.path.starts_with(&folder))
}

/// Which member may depend on which: wayleave → gateway → wire → domain; sim on the geometry in domain alone.
const ARROWS: [(&str, &[&str]); 5] = [
    ("domain", &[]),
    ("wire", &["domain"]),
    ("gateway", &["wire", "domain"]),
    ("sim", &["domain"]),
    ("wayleave", &["gateway", "wire", "domain", "sim"]),
];

/// The crates know each other in one direction only, in tests too.
pub fn arrows(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for (member, allowed) in ARROWS {
        let Some(manifest) = tree.file(&format!("crates/{member}/Cargo.toml")) else {
            continue;
        };
        for (line, name) in dependencies(&manifest.text) {
            let is_member = ARROWS.iter().any(|(other, _)| *other == name);
            if is_member && !allowed.contains(&name) {
                offences.push(at(manifest, line, format!("{member} must not depend on {name}")));
            }
        }
    }
    offences
}

/// The names under every kind of dependency table of a manifest, with their lines.
fn dependencies(manifest: &str) -> Vec<(usize, &str)> {
    let mut names = Vec::new();
    let mut in_table = false;
    for (index, line) in manifest.lines().enumerate() {
        if let Some(header) = line.trim().strip_prefix('[') {
            let header = header.trim_end_matches(']');
            in_table = header.ends_with("dependencies");
            if let Some((_, name)) = header.rsplit_once("dependencies.") {
                names.push((index + 1, name));
            }
        } else if in_table {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            names.push((index + 1, name));
        }
    }
    names
}

/// Puts every line of every file but the lock files to `judge`.
fn offences_by_line(tree: &Tree, judge: impl Fn(&str) -> Option<String>) -> Vec<Offence> {
    let mut offences = Vec::new();
    for file in tree.files.iter().filter(|file| !file.is_lock()) {
        for (index, line) in file.text.lines().enumerate() {
            offences.extend(judge(line).map(|what| at(file, index + 1, what)));
        }
    }
    offences
}

fn at(file: &TextFile, line: usize, what: String) -> Offence {
    Offence {
        path: file.path.clone(),
        line,
        what,
    }
}
