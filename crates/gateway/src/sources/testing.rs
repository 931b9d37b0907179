//! What the tests of the sources share: recorded asks, and operators that misbehave.
