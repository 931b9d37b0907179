//! Where positions come from.
