//! Text messages to and from subscribers.
