//! How the files of the log are labelled, served by this gateway or published elsewhere.

/// What a file is, and how long a reader may keep it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Label {
    /// `Content-Type`.
    pub kind: &'static str,
    /// `Cache-Control`.
    pub keeping: &'static str,
}

/// A note or a proof: it changes with every entry, and is kept by nobody.
pub const NOTE: Label = Label {
    kind: "text/plain; charset=utf-8",
    keeping: "no-store",
};

/// A tile or a bundle: what is under one path never changes. A year: until then nobody asks again.
pub const TILE: Label = Label {
    kind: "application/octet-stream",
    keeping: "public, max-age=31536000, immutable",
};
