//! Tests of the source that is another operator.
