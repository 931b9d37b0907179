//! The namespaces of HI-1, as a closed list: a name is compared by where it belongs, never by its prefix.

/// Where a name belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Space {
    /// TS 103 120, messages and what all objects share.
    Core,
    /// TS 103 120, types that several objects use.
    Common,
    /// TS 103 120 §7.2.
    Authorisation,
    /// TS 103 120 §7.3.
    Document,
    /// TS 103 120 §7.4.
    Notification,
    /// TS 103 120 §8.
    Task,
    /// TS 103 120 §10.
    Delivery,
    /// Signatures of messages (XML-DSig).
    Signature,
    /// This gateway's own parameters of a task; see [`super::national`].
    Own,
    /// XML Schema's attributes in documents (`xsi:type`).
    Instance,
    /// Any other, or none.
    Other,
}

/// Namespaces that are printed, each with its prefix; the first is the default one.
pub(super) const PRINTED: [(Space, &str, &str); 9] = [
    (Space::Core, "", "http://uri.etsi.org/03120/common/2019/10/Core"),
    (
        Space::Common,
        "common",
        "http://uri.etsi.org/03120/common/2016/02/Common",
    ),
    (
        Space::Authorisation,
        "auth",
        "http://uri.etsi.org/03120/common/2020/09/Authorisation",
    ),
    (
        Space::Document,
        "doc",
        "http://uri.etsi.org/03120/common/2020/09/Document",
    ),
    (
        Space::Notification,
        "notification",
        "http://uri.etsi.org/03120/common/2016/02/Notification",
    ),
    (Space::Task, "task", "http://uri.etsi.org/03120/common/2020/09/Task"),
    (
        Space::Delivery,
        "delivery",
        "http://uri.etsi.org/03120/common/2019/10/Delivery",
    ),
    (Space::Own, "wayleave", "urn:wayleave:hi1:1"),
    (Space::Instance, "xsi", "http://www.w3.org/2001/XMLSchema-instance"),
];

const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

impl Space {
    /// The space of a namespace name.
    pub(super) fn of(name: &str) -> Self {
        if name == SIGNATURE {
            return Self::Signature;
        }
        PRINTED
            .iter()
            .find(|(_, _, known)| *known == name)
            .map_or(Self::Other, |(space, _, _)| *space)
    }

    /// The prefix that names of the space are printed with, with its colon; nothing for the default one.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Core | Self::Other => "",
            Self::Common => "common:",
            Self::Authorisation => "auth:",
            Self::Document => "doc:",
            Self::Notification => "notification:",
            Self::Task => "task:",
            Self::Delivery => "delivery:",
            Self::Signature => "ds:",
            Self::Own => "wayleave:",
            Self::Instance => "xsi:",
        }
    }
}
