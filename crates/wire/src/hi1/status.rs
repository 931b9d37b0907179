//! In which state an object is, and in which its owner wants it to be: ETSI's closed lists.
//!
//! The lists of desired states are shorter than those of states: nobody can want an object to be invalid.

use super::dictionary::words;

words! {
    /// TS 103 120 table 7.6.
    AuthorisationStatus in "AuthorisationStatus" {
        /// Waits for somebody's approval.
        AwaitingApproval = "AwaitingApproval",
        /// Approved as an emergency.
        EmergencyApproval = "EmergencyApproval",
        /// Approved.
        Approved = "Approved",
        /// Refused.
        Rejected = "Rejected",
        /// Without effect for a time.
        Suspended = "Suspended",
        /// Without effect for ever.
        Cancelled = "Cancelled",
        /// Its time is over.
        Expired = "Expired",
        /// Something in it is wrong.
        Invalid = "Invalid",
        /// Its parts are still being sent.
        CreatingForCsp = "CreatingForCSP",
        /// All its parts were sent.
        SubmittedToCsp = "SubmittedToCSP",
        /// Waits for the approval of a change.
        AwaitingUpdateApproval = "AwaitingUpdateApproval",
    }
}

words! {
    /// TS 103 120 table 7.7.
    AuthorisationDesiredStatus in "AuthorisationDesiredStatus" {
        /// Shall wait for somebody's approval.
        AwaitingApproval = "AwaitingApproval",
        /// Shall count as approved in an emergency.
        EmergencyApproval = "EmergencyApproval",
        /// Shall count as approved.
        Approved = "Approved",
        /// Shall count as refused.
        Rejected = "Rejected",
        /// Shall be without effect for a time.
        Suspended = "Suspended",
        /// Shall be without effect for ever.
        Cancelled = "Cancelled",
        /// Shall count as over.
        Expired = "Expired",
        /// Its parts are still being sent.
        CreatingForCsp = "CreatingForCSP",
        /// All its parts were sent.
        SubmittedToCsp = "SubmittedToCSP",
    }
}

words! {
    /// TS 103 120 table 7.13.
    DocumentStatus in "DocumentStatus" {
        /// Waits for somebody's approval.
        AwaitingApproval = "AwaitingApproval",
        /// Approved.
        Approved = "Approved",
        /// Refused.
        Rejected = "Rejected",
        /// Without effect for a time.
        Suspended = "Suspended",
        /// Without effect for ever.
        Cancelled = "Cancelled",
        /// Its time is over.
        Expired = "Expired",
        /// Something in it is wrong.
        Invalid = "Invalid",
    }
}

words! {
    /// TS 103 120 table 7.14.
    DocumentDesiredStatus in "DocumentDesiredStatus" {
        /// Shall wait for somebody's approval.
        AwaitingApproval = "AwaitingApproval",
        /// Shall count as approved.
        Approved = "Approved",
        /// Shall count as refused.
        Rejected = "Rejected",
        /// Shall be without effect for a time.
        Suspended = "Suspended",
        /// Shall be without effect for ever.
        Cancelled = "Cancelled",
        /// Shall count as over.
        Expired = "Expired",
    }
}

words! {
    /// Of a live task: TS 103 120 table 8.2.
    TaskStatus in "TaskStatus" {
        /// Waits for somebody's approval.
        AwaitingApproval = "AwaitingApproval",
        /// Approved, and not set up yet.
        AwaitingProvisioning = "AwaitingProvisioning",
        /// Delivers.
        Active = "Active",
        /// Refused.
        Rejected = "Rejected",
        /// Without effect for a time.
        Suspended = "Suspended",
        /// Without effect for ever.
        Cancelled = "Cancelled",
        /// Its time is over.
        Expired = "Expired",
        /// Stopped by a fault of the system that delivers.
        Error = "Error",
        /// Something in it is wrong.
        Invalid = "Invalid",
    }
}

words! {
    /// Of a live task: TS 103 120 table 8.3.
    TaskDesiredStatus in "TaskDesiredStatus" {
        /// Shall wait for somebody's approval.
        AwaitingApproval = "AwaitingApproval",
        /// Shall be set up.
        AwaitingProvisioning = "AwaitingProvisioning",
        /// Shall deliver.
        Active = "Active",
        /// Shall count as refused.
        Rejected = "Rejected",
        /// Shall be without effect for a time.
        Suspended = "Suspended",
        /// Shall be without effect for ever.
        Cancelled = "Cancelled",
        /// Shall count as over.
        Expired = "Expired",
    }
}

words! {
    /// Of a disclosure: TS 103 120 table 8.16.
    DisclosureStatus in "LDTaskStatus" {
        /// Waits for somebody's approval.
        AwaitingApproval = "AwaitingApproval",
        /// Approved, and not answered yet.
        AwaitingDisclosure = "AwaitingDisclosure",
        /// Answered.
        Disclosed = "Disclosed",
        /// There was nothing to answer with.
        DisclosureNotAvailable = "DisclosureNotAvailable",
        /// Refused.
        Rejected = "Rejected",
        /// Without effect for ever.
        Cancelled = "Cancelled",
        /// Stopped by a fault of the system that answers.
        Error = "Error",
        /// Something in it is wrong.
        Invalid = "Invalid",
    }
}

words! {
    /// Of a disclosure: TS 103 120 table 8.17.
    DisclosureDesiredStatus in "LDTaskDesiredStatus" {
        /// Shall wait for somebody's approval.
        AwaitingApproval = "AwaitingApproval",
        /// Shall be answered.
        AwaitingDisclosure = "AwaitingDisclosure",
        /// Shall count as answered.
        Disclosed = "Disclosed",
        /// Shall count as refused.
        Rejected = "Rejected",
        /// Shall be without effect for ever.
        Cancelled = "Cancelled",
    }
}

words! {
    /// Of a delivery: TS 103 120 table 10.8.
    DeliveryStatus in "DeliveryStatus" {
        /// It is there.
        Available = "Available",
        /// Its receiver knows of it.
        Acknowledged = "Acknowledged",
        /// It is there no more.
        Expired = "Expired",
        /// Something in it is wrong.
        Error = "Error",
        /// Its receiver has it.
        Received = "Received",
    }
}

words! {
    /// Of a delivery: TS 103 120 table 10.9.
    DeliveryDesiredStatus in "DeliveryDesiredStatus" {
        /// It is there.
        Available = "Available",
        /// Its receiver knows of it.
        Acknowledged = "Acknowledged",
        /// Something in it was wrong.
        Error = "Error",
        /// Its receiver has it.
        Received = "Received",
    }
}
