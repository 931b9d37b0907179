//! `/.well-known/openid-configuration` (RFC 8414, OpenID Connect Discovery): what is really supported, nothing more.

use domain::purpose::Purpose;
use serde_json::json;

use super::grant::{Flow, REFRESH};
use super::scope::Api;
use super::scope::OFFLINE_ACCESS;
use super::{authorize, backchannel, pkce};

/// The path of the document.
pub const PATH: &str = "/.well-known/openid-configuration";

/// The path of the token endpoint.
pub const TOKEN_PATH: &str = "/oauth2/token";

/// The path of the key set.
pub const JWKS_PATH: &str = "/oauth2/jwks";

/// Purposes that no vocabulary has and that this project adds.
const OWN_PURPOSES: [Purpose; 3] = [
    Purpose::PersonalSafety,
    Purpose::InmateCommunication,
    Purpose::EmergencyResponse,
];

/// The document for the gateway at `issuer`, a URL without a slash at its end, which gives tokens for `purposes`.
#[must_use]
pub fn print(issuer: &str, purposes: &[Purpose]) -> Vec<u8> {
    let scopes: Vec<String> = ["openid", OFFLINE_ACCESS]
        .map(str::to_owned)
        .into_iter()
        .chain(purposes.iter().map(|purpose| format!("dpv:{purpose}")))
        .chain(Api::ALL.map(|api| api.name().to_owned()))
        .collect();
    let own: Vec<&str> = purposes
        .iter()
        .filter(|one| OWN_PURPOSES.contains(one))
        .map(|one| one.term())
        .collect();
    let grants: Vec<&str> = Flow::ALL
        .iter()
        .map(|flow| flow.grant_type())
        .chain([REFRESH])
        .collect();
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}{}", authorize::PATH),
        "token_endpoint": format!("{issuer}{TOKEN_PATH}"),
        "backchannel_authentication_endpoint": format!("{issuer}{}", backchannel::PATH),
        "jwks_uri": format!("{issuer}{JWKS_PATH}"),
        "scopes_supported": scopes,
        "response_types_supported": [authorize::RESPONSE_TYPE],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": [pkce::METHOD],
        "authorization_response_iss_parameter_supported": true,
        "request_parameter_supported": true,
        "request_uri_parameter_supported": false,
        "request_object_signing_alg_values_supported": ["ES256", "EdDSA"],
        "claims_parameter_supported": false,
        "grant_types_supported": grants,
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "EdDSA"],
        "dpop_signing_alg_values_supported": ["ES256"],
        "tls_client_certificate_bound_access_tokens": true,
        "backchannel_token_delivery_modes_supported": ["poll"],
        "backchannel_authentication_request_signing_alg_values_supported": ["ES256", "EdDSA"],
        "backchannel_user_code_parameter_supported": false,
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256"],
    });
    if let (false, Some(members)) = (own.is_empty(), document.as_object_mut()) {
        members.insert("wayleave_own_purposes".to_owned(), json!(own));
    }
    document.to_string().into_bytes()
}
