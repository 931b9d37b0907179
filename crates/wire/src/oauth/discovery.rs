//! `/.well-known/openid-configuration` (RFC 8414, OpenID Connect Discovery): what is really supported, nothing more.

use domain::purpose::Purpose;
use serde_json::json;

use super::backchannel;
use super::grant::Flow;
use super::scope::Api;

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
    let scopes: Vec<String> = std::iter::once("openid".to_owned())
        .chain(purposes.iter().map(|purpose| format!("dpv:{purpose}")))
        .chain(Api::ALL.map(|api| api.name().to_owned()))
        .collect();
    let own: Vec<&str> = purposes
        .iter()
        .filter(|one| OWN_PURPOSES.contains(one))
        .map(|one| one.term())
        .collect();
    let mut document = json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}{TOKEN_PATH}"),
        "backchannel_authentication_endpoint": format!("{issuer}{}", backchannel::PATH),
        "jwks_uri": format!("{issuer}{JWKS_PATH}"),
        "scopes_supported": scopes,
        // RFC 8414 §2 requires the member; there is no authorization endpoint, hence no response type.
        "response_types_supported": [],
        "grant_types_supported": Flow::ALL.map(Flow::grant_type),
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
        "dpop_signing_alg_values_supported": ["ES256"],
        "tls_client_certificate_bound_access_tokens": true,
        "backchannel_token_delivery_modes_supported": ["poll"],
        "backchannel_authentication_request_signing_alg_values_supported": ["ES256"],
        "backchannel_user_code_parameter_supported": false,
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256"],
    });
    if let (false, Some(members)) = (own.is_empty(), document.as_object_mut()) {
        members.insert("wayleave_own_purposes".to_owned(), json!(own));
    }
    document.to_string().into_bytes()
}
