//! OAuth 2 as CAMARA profiles it: discovery, the key set, and the token endpoint with client credentials, seen from
//! both sides. A token says who asks and what for; never that it may.

pub mod discovery;
pub mod form;
pub mod jwks;
pub mod scope;
pub mod token;

#[cfg(test)]
mod tests;
