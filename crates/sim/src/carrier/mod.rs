//! What every simulated carrier has, whatever protocol it speaks: subscribers on the move, a network that sees them with
//! an honest error, a control side for its phones, and bodies that arrive as they should not.

pub mod body;
pub mod phones;
pub mod radio;
pub mod subscriber;
