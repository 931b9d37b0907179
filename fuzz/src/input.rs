//! Raw bytes as the choices of a structured input, and what another JSON reader says of a document.

use serde_json::Value;

/// Takes choices off the front of raw bytes; when they run out, every choice is zero.
pub(crate) struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    pub(crate) const fn new(data: &'a [u8]) -> Self {
        Self(data)
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut taken = [0; N];
        let (now, later) = self.0.split_at(N.min(self.0.len()));
        taken[..now.len()].copy_from_slice(now);
        self.0 = later;
        taken
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let [byte] = self.bytes();
        byte
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end
    }

    pub(crate) fn u32(&mut self) -> u32 {
        u32::from_be_bytes(self.bytes())
    }

    pub(crate) fn i64(&mut self) -> i64 {
        i64::from_be_bytes(self.bytes())
    }

    pub(crate) fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.0
    }
}

/// What another reader makes of a document.
pub(crate) fn other_reader(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("what is accepted as JSON is JSON")
}

/// How many values a document has, at any depth. A reader that drops a field that comes twice counts fewer.
pub(crate) fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// How deep it nests: 0 for a text or a number, 1 for a flat object.
pub(crate) fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Panics unless the object has these fields only.
pub(crate) fn has_only(value: &Value, known: &[&str]) {
    for name in value.as_object().expect("an object").keys() {
        assert!(known.contains(&name.as_str()), "an unknown field was accepted");
    }
}
