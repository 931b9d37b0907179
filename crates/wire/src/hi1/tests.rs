//! Messages as agencies send them, every kind printed and read back, what is refused, and what hostile messages come to.

mod found;
mod hostile;
mod properties;
mod refused;
mod round_trip;
mod samples;
mod spellings;
mod whole;
