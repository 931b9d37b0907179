//! The text files of the repository, as the rules see them: by relative path, with Rust sources also stripped of
//! comments, strings and test code.

use std::fs;
use std::path::{Path, PathBuf};

use crate::source::{blank_comments_and_strings, blank_test_items, line_of};

/// Folders that hold nothing written by hand, and the file that stands for one of them in a second checkout.
const LEFT_OUT: [&str; 5] = [".git", "target", "node_modules", "test-results", "data"];

/// One text file, its path relative to the repository's root and written with `/`.
pub struct TextFile {
    pub path: String,
    pub text: String,
}

impl TextFile {
    /// Lock files are written by the package managers; what stands in them is not ours to phrase.
    pub fn is_lock(&self) -> bool {
        self.path.ends_with("Cargo.lock") || self.path.ends_with("package-lock.json")
    }

    pub fn has_ending(&self, endings: &[&str]) -> bool {
        Path::new(&self.path)
            .extension()
            .and_then(|ending| ending.to_str())
            .is_some_and(|e| endings.contains(&e))
    }
}

/// A Rust source in three forms of the same length and lines.
pub struct Source {
    pub path: String,
    /// As written.
    pub raw: String,
    /// With comments, string contents and character literals blanked.
    pub code: String,
    /// `code` with every `#[cfg(test)]` item blanked too; all blank in a file of tests.
    pub production: String,
}

impl Source {
    pub fn new(path: &str, raw: &str) -> Self {
        let code = blank_comments_and_strings(raw);
        let production = if is_test_path(path) {
            " ".repeat(code.len())
        } else {
            blank_test_items(&code)
        };
        Self {
            path: path.to_owned(),
            raw: raw.to_owned(),
            code,
            production,
        }
    }

    /// True for a source below `crates/<name>/src`.
    pub fn is_in_crate(&self, name: &str) -> bool {
        self.path.starts_with(&format!("crates/{name}/src/"))
    }

    pub fn offence(&self, offset: usize, what: impl Into<String>) -> Offence {
        Offence {
            path: self.path.clone(),
            line: line_of(&self.code, offset),
            what: what.into(),
        }
    }
}

/// True for files that hold tests only.
pub fn is_test_path(path: &str) -> bool {
    let in_test_folder = path.split('/').any(|part| part == "tests" || part == "benches");
    // The fuzzer's targets play every part that a test may play.
    in_test_folder || path.starts_with("fuzz/") || path.ends_with("/tests.rs") || path.ends_with("_tests.rs")
}

/// What breaks a rule, and where.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offence {
    pub path: String,
    pub line: usize,
    pub what: String,
}

/// Everything the rules look at.
pub struct Tree {
    pub files: Vec<TextFile>,
    pub sources: Vec<Source>,
}

impl Tree {
    /// The repository that this test was built in.
    pub fn of_repository() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut files = Vec::new();
        collect(&root, &root, &mut files);
        Self::of(files)
    }

    /// A tree of the given files.
    pub fn of(mut files: Vec<TextFile>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let is_rust = |file: &&TextFile| file.has_ending(&["rs"]);
        let sources = files
            .iter()
            .filter(is_rust)
            .map(|file| Source::new(&file.path, &file.text))
            .collect();
        Self { files, sources }
    }

    pub fn file(&self, path: &str) -> Option<&TextFile> {
        self.files.iter().find(|file| file.path == path)
    }
}

/// Adds every UTF-8 file below `folder`; pictures and other binary files are passed over.
fn collect(root: &Path, folder: &Path, files: &mut Vec<TextFile>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot list {}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if LEFT_OUT.contains(&name) {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, files);
        } else if let Ok(text) = fs::read_to_string(&path)
            && !text.contains('\0')
        {
            let relative = path.strip_prefix(root).unwrap_or(&path);
            files.push(TextFile {
                path: relative.to_string_lossy().replace('\\', "/"),
                text,
            });
        }
    }
}
