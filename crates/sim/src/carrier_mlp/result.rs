//! Result codes (OMA MLP 3.5, "Result codes"): the ones that this carrier answers with.

/// A `resid` and the words that go with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resid(pub u16);

impl Resid {
    /// A position was found.
    pub const OK: Self = Self(0);
    /// The login is not one of ours, or the chain is not as agreed.
    pub const UNAUTHORIZED_APPLICATION: Self = Self(3);
    /// No such subscriber.
    pub const UNKNOWN_SUBSCRIBER: Self = Self(4);
    /// Switched off.
    pub const ABSENT_SUBSCRIBER: Self = Self(5);
    /// No method worked.
    pub const POSITION_METHOD_FAILURE: Self = Self(6);
    /// Not found within the time that the request gave.
    pub const TIMEOUT: Self = Self(7);
    /// A `ver` that this carrier does not speak.
    pub const UNSUPPORTED_VERSION: Self = Self(103);
    /// More phones in one request than this carrier takes.
    pub const TOO_MANY_POSITION_ITEMS: Self = Self(104);
    /// An element whose text has the wrong form.
    pub const FORMAT_ERROR: Self = Self(105);
    /// A document that is not as the DTD wants it.
    pub const SYNTAX_ERROR: Self = Self(106);
    /// An element that this carrier does not take.
    pub const ELEMENT_NOT_SUPPORTED: Self = Self(107);
    /// A service that this carrier does not offer.
    pub const SERVICE_NOT_SUPPORTED: Self = Self(108);
    /// An attribute that this carrier does not take.
    pub const ATTRIBUTE_NOT_SUPPORTED: Self = Self(109);
    /// An element whose value this carrier does not take.
    pub const VALUE_NOT_SUPPORTED: Self = Self(112);
    /// An attribute whose value this carrier does not take.
    pub const ATTRIBUTE_VALUE_NOT_SUPPORTED: Self = Self(113);
    /// The quality that was demanded cannot be had.
    pub const QOP_NOT_ATTAINABLE: Self = Self(201);
    /// A number that stands in no table.
    pub const OF_NO_TABLE: Self = Self(999);

    /// The standard's words.
    pub fn slogan(self) -> &'static str {
        match self.0 {
            0 => "OK",
            3 => "UNAUTHORIZED APPLICATION",
            4 => "UNKNOWN SUBSCRIBER",
            5 => "ABSENT SUBSCRIBER",
            6 => "POSITION METHOD FAILURE",
            7 => "TIMEOUT",
            103 => "UNSUPPORTED VERSION",
            104 => "TOO MANY POSITION ITEMS",
            105 => "FORMAT ERROR",
            106 => "SYNTAX ERROR",
            107 => "PROTOCOL ELEMENT NOT SUPPORTED",
            108 => "SERVICE NOT SUPPORTED",
            109 => "PROTOCOL ELEMENT ATTRIBUTE NOT SUPPORTED",
            112 => "PROTOCOL ELEMENT VALUE NOT SUPPORTED",
            113 => "PROTOCOL ELEMENT ATTRIBUTE VALUE NOT SUPPORTED",
            201 => "QOP NOT ATTAINABLE",
            _ => "NOT IN ANY TABLE",
        }
    }
}

/// Why a request is not answered with a position: a code, and a sentence for `add_info`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code.
    pub resid: Resid,
    /// What was wrong, for whoever reads the answer.
    pub info: Option<String>,
}

impl Refusal {
    /// A refusal with a sentence.
    pub fn new(resid: Resid, info: impl Into<String>) -> Self {
        Self {
            resid,
            info: Some(info.into()),
        }
    }
}

impl From<Resid> for Refusal {
    fn from(resid: Resid) -> Self {
        Self { resid, info: None }
    }
}
