//! The plain form of tickets: fields one after the other, those of variable length behind their length, so that no two
//! contents have one form.

use domain::id::{ConsentId, PartyId};
use domain::number::Msisdn;
use domain::subject::{Subject, SubjectKey};
use domain::time::Timestamp;

/// Writes fields.
#[derive(Default, Debug)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// Adds bytes whose number the reader knows.
    #[must_use]
    pub fn fixed(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Adds a text of less than 64 KiB; a longer one is cut, which no reader takes.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.fixed(text.as_bytes())
    }

    /// Adds a text that may be missing.
    #[must_use]
    pub fn optional_text(self, text: Option<&str>) -> Self {
        let there = self.fixed(&[u8::from(text.is_some())]);
        match text {
            Some(text) => there.text(text),
            None => there,
        }
    }

    /// Adds a party.
    #[must_use]
    pub fn party(self, party: PartyId) -> Self {
        self.fixed(&party.to_bytes())
    }

    /// Adds a consent that may be missing.
    #[must_use]
    pub fn consent(self, consent: Option<ConsentId>) -> Self {
        self.fixed(&consent.map_or([0; 16], ConsentId::to_bytes))
    }

    /// Adds a subscriber.
    #[must_use]
    pub fn subject(self, subject: Subject) -> Self {
        self.fixed(&subject.number.to_bytes()).fixed(&subject.key.to_bytes())
    }

    /// Adds a number that may be missing.
    #[must_use]
    pub fn number(self, number: Option<Msisdn>) -> Self {
        self.fixed(&number.map_or([0; 8], Msisdn::to_bytes))
    }

    /// Adds a time.
    #[must_use]
    pub fn time(self, at: Timestamp) -> Self {
        self.fixed(&at.unix_ms().to_be_bytes())
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(self) -> Vec<u8> {
        self.0
    }
}

/// Reads what [`Writer`] wrote, in the same order. Each step is `None` where something else stands.
#[derive(Debug)]
pub struct Reader<'a>(pub &'a [u8]);

impl Reader<'_> {
    /// Takes bytes.
    pub fn fixed<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*bytes)
    }

    /// Takes a text.
    pub fn text(&mut self) -> Option<String> {
        let length = usize::from(u16::from_be_bytes(self.fixed()?));
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    /// Takes a text that may be missing.
    pub fn optional_text(&mut self) -> Option<Option<String>> {
        match self.fixed::<1>()? {
            [0] => Some(None),
            [1] => self.text().map(Some),
            _ => None,
        }
    }

    /// Takes a party.
    pub fn party(&mut self) -> Option<PartyId> {
        self.fixed().map(PartyId::from_bytes)
    }

    /// Takes a consent that may be missing.
    pub fn consent(&mut self) -> Option<Option<ConsentId>> {
        let bytes = self.fixed::<16>()?;
        Some((bytes != [0; 16]).then(|| ConsentId::from_bytes(bytes)))
    }

    /// Takes a subscriber.
    pub fn subject(&mut self) -> Option<Subject> {
        Some(Subject {
            number: Msisdn::from_bytes(self.fixed()?)?,
            key: SubjectKey::from_bytes(self.fixed()?),
        })
    }

    /// Takes a number that may be missing.
    pub fn number(&mut self) -> Option<Option<Msisdn>> {
        match self.fixed::<8>()? {
            [0, 0, 0, 0, 0, 0, 0, 0] => Some(None),
            bytes => Msisdn::from_bytes(bytes).map(Some),
        }
    }

    /// Takes a time.
    pub fn time(&mut self) -> Option<Timestamp> {
        self.fixed()
            .map(|bytes| Timestamp::from_unix_ms(i64::from_be_bytes(bytes)))
    }

    /// The end: `Some` if nothing is left.
    #[must_use]
    pub const fn end(&self) -> Option<()> {
        if self.0.is_empty() { Some(()) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_survive_and_nothing_less_does() {
        let number = Msisdn::parse("+12025550123").expect("a reserved number");
        let subject = Subject {
            number,
            key: SubjectKey::from_bytes([3; 16]),
        };
        let at = Timestamp::from_unix_ms(1_800_000_000_000);
        let bytes = Writer::default()
            .party(PartyId::from_bytes([1; 16]))
            .consent(None)
            .subject(subject)
            .number(None)
            .number(Some(number))
            .text("é")
            .optional_text(None)
            .optional_text(Some(""))
            .time(at)
            .bytes();
        let read = |bytes: &[u8]| {
            let mut fields = Reader(bytes);
            let party = fields.party()?;
            let read = (
                (
                    party,
                    fields.consent()?,
                    fields.subject()?,
                    fields.number()?,
                    fields.number()?,
                ),
                (
                    fields.text()?,
                    fields.optional_text()?,
                    fields.optional_text()?,
                    fields.time()?,
                ),
            );
            fields.end().map(|()| read)
        };
        let wanted = (
            (PartyId::from_bytes([1; 16]), None, subject, None, Some(number)),
            ("é".to_owned(), None, Some(String::new()), at),
        );
        assert_eq!(read(&bytes), Some(wanted));
        assert!((0..bytes.len()).all(|end| read(&bytes[..end]).is_none()));
        assert_eq!(read(&[&bytes[..], b"x"].concat()), None);
    }
}
