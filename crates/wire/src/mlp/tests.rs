//! Answers and reports: what is read, what is refused, every quirk under its own name, and what hostile documents cost.

mod believed;
mod hostile;
mod properties;
mod quirks_of_documents;
mod quirks_of_shapes;
mod reports;
mod samples;
mod shapes;
