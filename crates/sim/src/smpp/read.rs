//! Reading the fields of a PDU, and writing its texts.

/// Reads fields one after the other; `None` once the bytes do not suffice.
#[derive(Debug)]
pub struct Reader<'a> {
    left: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads from the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { left: bytes }
    }

    /// The next `count` bytes.
    pub fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, left) = self.left.split_at_checked(count)?;
        self.left = left;
        Some(taken)
    }

    /// The next octet.
    pub fn u8(&mut self) -> Option<u8> {
        self.bytes(1)?.first().copied()
    }

    /// The next two octets, big-endian.
    pub fn u16(&mut self) -> Option<u16> {
        self.bytes(2)?.try_into().ok().map(u16::from_be_bytes)
    }

    /// The next four octets, big-endian.
    pub fn u32(&mut self) -> Option<u32> {
        self.bytes(4)?.try_into().ok().map(u32::from_be_bytes)
    }

    /// A C-octet string of at most `most` octets, its NUL included; octets that are not ASCII are refused.
    pub fn text(&mut self, most: usize) -> Option<String> {
        let length = self.left.iter().take(most).position(|byte| *byte == 0)?;
        let text = self.bytes(length)?;
        self.bytes(1)?;
        if text.is_ascii() {
            String::from_utf8(text.to_vec()).ok()
        } else {
            None
        }
    }

    /// All optional parameters up to the end.
    pub fn parameters(&mut self) -> Option<Vec<(u16, Vec<u8>)>> {
        let mut parameters = Vec::new();
        while !self.left.is_empty() {
            let (tag, length) = (self.u16()?, self.u16()?);
            parameters.push((tag, self.bytes(usize::from(length))?.to_vec()));
        }
        Some(parameters)
    }
}

/// Writes a C-octet string.
pub fn put_text(out: &mut Vec<u8>, text: &str) {
    out.extend(text.bytes().filter(|byte| *byte != 0));
    out.push(0);
}
