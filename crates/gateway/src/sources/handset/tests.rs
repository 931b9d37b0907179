//! Tests of the source that is the phone itself.
