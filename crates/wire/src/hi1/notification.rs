//! A notification: word that something changed (TS 103 120 §7.4). Only the receiver of requests makes them.

use domain::time::Timestamp;

use super::dictionary::{DictionaryEntry, Term, words};
use super::fault::Fault;
use super::fields::{Fields, Part, Unused};
use super::identifier::Uuid;
use super::page::Page;
use super::space::Space;
use super::text::LongText;
use super::xml::Element;

const SPACE: Space = Space::Notification;

words! {
    /// What a notification is about: TS 103 120 table 7.20.
    NotificationType in "NotificationType" {
        /// A change of the objects that are named.
        General = "General",
    }
}

/// A `NotificationObject`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Notification {
    /// What people should read.
    pub details: Option<LongText>,
    /// What it is about.
    pub notification_type: Option<Term<NotificationType>>,
    /// Whether nobody read it yet.
    pub is_new: Option<bool>,
    /// When it was made, in whole seconds.
    pub at: Option<Timestamp>,
    /// In which state objects are now; at least one where it is given.
    pub statuses: Option<Vec<ObjectStatus>>,
}

/// In which state an object is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObjectStatus {
    /// Which object.
    pub object: Uuid,
    /// In which state, as its own status has it; see [`DictionaryEntry::etsi`].
    pub status: DictionaryEntry,
    /// What people should read.
    pub details: Option<LongText>,
}

impl Notification {
    pub(super) fn read(fields: &mut Fields) -> Result<Self, Fault> {
        let found = Self {
            details: fields.optional("NotificationDetails")?,
            notification_type: fields.optional("NotificationType")?,
            is_new: fields.optional("NewNotification")?,
            at: fields.optional("NotificationTimestamp")?,
            statuses: fields.filled_list("StatusOfAssociatedObjects", "AssociatedObjectStatus")?,
        };
        fields.not_supported("NationalNotificationParameters")?;
        Ok(found)
    }

    pub(super) fn print(&self, page: &mut Page) {
        page.put_all(SPACE, "NotificationDetails", &self.details);
        page.put_all(SPACE, "NotificationType", &self.notification_type);
        page.put_all(SPACE, "NewNotification", &self.is_new);
        page.put_all(SPACE, "NotificationTimestamp", &self.at);
        page.put_list(
            SPACE,
            "StatusOfAssociatedObjects",
            "AssociatedObjectStatus",
            self.statuses.as_ref(),
        );
    }
}

impl Part for ObjectStatus {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let found = Self {
            object: fields.required("AssociatedObject")?,
            status: fields.required("Status")?,
            details: fields.optional("Details")?,
        };
        fields.finish()?;
        Ok(found)
    }

    fn print(&self, page: &mut Page) {
        page.put(SPACE, "AssociatedObject", &self.object);
        page.put(SPACE, "Status", &self.status);
        page.put_all(SPACE, "Details", &self.details);
    }
}
