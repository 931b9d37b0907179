//! OAuth 2 as CAMARA profiles it: discovery, the key set, the token endpoint with its flows, the authorization
//! endpoint, and the backchannel endpoint. A token says who asks, what for and perhaps about whom; never that it may.

pub mod authorize;
pub mod backchannel;
pub mod discovery;
pub mod error;
pub mod form;
pub mod grant;
pub mod hint;
pub mod jwks;
pub mod pkce;
pub mod redirect;
pub mod scope;
pub mod token;

#[cfg(test)]
mod tests;
