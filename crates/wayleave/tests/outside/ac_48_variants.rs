//! The disguises of AC-48, each as bytes on the wire.

use crate::ac_48_documents::{documents, encodings, frames};
use crate::http::Request;
use crate::partner::Partner;
use crate::world::{RETRIEVE, retrieval, verification};

/// One way to write the same request.
pub struct Variant {
    pub name: String,
    pub bytes: Vec<u8>,
    /// It asks for no body.
    pub is_head: bool,
    /// It is the same request by every standard, so that it must reach the endpoint.
    pub is_plain: bool,
}

/// Puts variants together.
pub struct Maker {
    pub host: String,
    pub base: Request,
    pub number: String,
    path: String,
    made: Vec<Variant>,
}

impl Maker {
    pub fn add(&mut self, name: impl Into<String>, request: &Request, is_plain: bool) {
        self.made.push(Variant {
            name: name.into(),
            bytes: request.bytes(&self.host),
            is_head: request.method == "HEAD",
            is_plain,
        });
    }

    pub fn raw(&mut self, name: &str, bytes: Vec<u8>) {
        self.made.push(Variant {
            name: name.to_owned(),
            bytes,
            is_head: false,
            is_plain: false,
        });
    }

    /// The request with another body.
    pub fn body(&mut self, name: &str, body: impl Into<Vec<u8>>) {
        let request = self.base.clone().body(body);
        self.add(format!("body: {name}"), &request, false);
    }

    /// The request with another content type, or none.
    pub fn typed(&self, content_type: Option<&str>) -> Request {
        let request = self.base.clone().without("content-type");
        content_type
            .into_iter()
            .fold(request, |request, kind| request.header("content-type", kind))
    }

    fn at(&self, target: &str) -> Request {
        Request {
            target: target.to_owned(),
            ..self.base.clone()
        }
    }

    fn by(&self, method: &str) -> Request {
        Request {
            method: method.to_owned(),
            ..self.base.clone()
        }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.base.body).into_owned()
    }
}

/// Every disguise of a request about `number` at `path`. Each bears a token that is good.
pub fn variants(partner: &Partner, path: &str, number: &str) -> Vec<Variant> {
    let body = if path == RETRIEVE {
        retrieval(number)
    } else {
        verification(number, (12.0, -40.0), 5000.0)
    };
    let mut maker = Maker {
        host: partner.host().to_owned(),
        base: partner.signed("POST", path).json(&body),
        number: number.to_owned(),
        path: path.to_owned(),
        made: Vec::new(),
    };
    let base = maker.base.clone();
    maker.add("as it should be", &base, true);
    methods(&mut maker);
    paths(&mut maker);
    content_types(&mut maker);
    headers(&mut maker);
    tokens(&mut maker);
    documents(&mut maker, &body);
    encodings(&mut maker);
    frames(&mut maker);
    maker.made
}

fn methods(maker: &mut Maker) {
    let query = format!("{}?device.phoneNumber=%2B{}", maker.path, &maker.number[1..]);
    for method in [
        "GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "post", "Post", "PROPFIND", "SEARCH", "QUERY",
        "REPORT", "LINK", "PURGE",
    ] {
        let request = maker.by(method);
        maker.add(format!("method {method}"), &request, false);
        let mut asked = request.clone().body("");
        asked.target = query.clone();
        maker.add(format!("method {method} with a query"), &asked, false);
        for header in ["x-http-method-override", "x-http-method", "x-method-override"] {
            let overridden = request.clone().header(header, "POST");
            maker.add(format!("method {method}, {header}"), &overridden, false);
        }
    }
    for method in ["GET", "HEAD", "PUT"] {
        let request = maker.base.clone().header("x-http-method-override", method);
        maker.add(format!("POST that calls itself {method}"), &request, true);
    }
}

fn paths(maker: &mut Maker) {
    let path = maker.path.clone();
    let (name, verb) = path[1..].split_once('/').expect("a path");
    let (version, action) = verb.split_once('/').expect("a version");
    let mut targets = Vec::new();
    for suffix in [
        ".json", ".xml", ".JSON", ".php", ".html", "/", "//", "/.", "/..", "/../", "%00", "%20", ";v=1", ";", "#a",
        "%2f", "%2F..", "/batch", "/1", "$", "~", ":batch", "\\",
    ] {
        targets.push(format!("{path}{suffix}"));
    }
    for version in [
        "v0", "v0.1", "v0.2", "v0.3", "v0.4", "v0.6", "v1", "v1.0", "v2", "v3.0", "vwip", "V0.5", "latest", "",
    ] {
        targets.push(format!("/{name}/{version}/{action}"));
    }
    for prefix in [
        "/",
        "/.",
        "/..",
        "/api",
        "/v1",
        "/sandbox",
        "/%2e",
        "/%2e%2e",
        "/x/..",
        "/./",
        "/wayleave/v1/..",
    ] {
        targets.push(format!("{prefix}{path}"));
    }
    let encoded: String = path.bytes().map(|byte| format!("%{byte:02x}")).collect();
    targets.extend([
        path.to_uppercase(),
        path.replacen('/', "//", 2).replacen("//", "/", 1),
        path.replace('/', "//"),
        path.replace('/', "%2f"),
        path.replace('-', "%2d"),
        path.replace('.', "%2e"),
        path.replace('l', "%6c"),
        format!("/{encoded}"),
        format!("/{name}/{version}/./{action}"),
        format!("/{name}/x/../{version}/{action}"),
        format!("/{name}/{version}/x/%2e%2e/{action}"),
        format!("/{name}/{version}/{}", action.to_uppercase()),
        format!("/{name}/{action}"),
        format!("/{name}"),
        "/graphql".to_owned(),
        "/batch".to_owned(),
        "/rpc".to_owned(),
        "/held".to_owned(),
        "/soap".to_owned(),
    ]);
    for target in targets {
        let request = maker.at(&target);
        maker.add(format!("path {target}"), &request, false);
    }
    for query in [
        "",
        "format=xml",
        "callback=show",
        "version=v0.4",
        "device.phoneNumber=%2B12025550100",
        "requireConsent=false",
    ] {
        let request = maker.at(&format!("{path}?{query}"));
        maker.add(format!("query {query}"), &request, true);
    }
    let host = maker.host.clone();
    let absolute = maker.at(&format!("http://{host}{path}"));
    maker.add("absolute form", &absolute, true);
    let elsewhere = maker.at(&format!("http://elsewhere.example.com{path}"));
    maker.add("absolute form of another host", &elsewhere, false);
}

fn content_types(maker: &mut Maker) {
    for kind in [
        "text/plain",
        "text/json",
        "text/xml",
        "application/xml",
        "application/soap+xml",
        "application/jsonx",
        "application/json-patch+json",
        "application/merge-patch+json",
        "application/vnd.camara+json",
        "application/ld+json",
        "application/x-json",
        "application/javascript",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=a",
        "multipart/mixed; boundary=a",
        "application/cbor",
        "application/msgpack",
        "application/octet-stream",
        "*/*",
        "application/*",
        "json",
        "",
        "application/json; charset=utf-16",
        "application/json; charset=utf-7",
        "application/json, text/xml",
        "application/json; boundary=a",
        " ",
        "application /json",
    ] {
        let request = maker.typed(Some(kind));
        maker.add(format!("content type {kind}"), &request, false);
    }
    let none = maker.typed(None);
    maker.add("no content type", &none, false);
    for second in ["application/json", "text/xml"] {
        let request = maker.base.clone().header("content-type", second);
        maker.add(format!("a second content type {second}"), &request, false);
    }
    for kind in [
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "Application/Json ;charset=utf-8",
    ] {
        let request = maker.typed(Some(kind));
        maker.add(format!("content type {kind}"), &request, true);
    }
}

fn headers(maker: &mut Maker) {
    for (name, value) in [
        ("accept", "application/json"),
        ("accept", "*/*"),
        ("accept", "application/xml"),
        ("accept", "text/html"),
        ("accept", "application/geo+json"),
        ("accept", ""),
        ("accept-language", "de"),
        ("accept-encoding", "gzip"),
        ("accept-version", "v0.4"),
        ("api-version", "0.4"),
        ("x-api-version", "1"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-host", "admin.example.com"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-prefix", "/internal"),
        ("forwarded", "for=127.0.0.1;host=localhost"),
        ("x-real-ip", "127.0.0.1"),
        ("x-original-url", "/healthz"),
        ("x-rewrite-url", "/healthz"),
        ("x-original-method", "GET"),
        ("via", "1.1 gateway.example.com"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1"),
        ("referer", "http://127.0.0.1/"),
        ("cookie", "session=admin"),
        ("x-admin", "true"),
        ("x-debug", "1"),
        ("x-test", "true"),
        ("x-sandbox", "agreed"),
        ("x-consent", "true"),
        ("x-purpose", "EmergencyResponse"),
        ("x-client-id", "roadside"),
        ("user-agent", "wayleave"),
        ("te", "trailers"),
        ("upgrade", "websocket"),
        ("prefer", "return=minimal"),
        ("if-match", "*"),
        ("if-none-match", "*"),
        ("range", "bytes=0-"),
        ("soapaction", "retrieve"),
        ("x-requested-with", "XMLHttpRequest"),
        ("idempotency-key", "1"),
        ("x-correlator", "abc-123"),
        ("date", "Sat, 01 Jan 2022 00:00:00 GMT"),
        ("priority", "u=0"),
    ] {
        let request = maker.base.clone().header(name, value);
        maker.add(format!("header {name}: {value}"), &request, true);
    }
    for value in ["a b", "é", &"a".repeat(300)] {
        let request = maker.base.clone().header("x-correlator", value);
        maker.add(format!("correlator {value}"), &request, false);
    }
    for value in ["gzip", "deflate", "br", "identity", "x-unknown", "gzip, gzip"] {
        let request = maker.base.clone().header("content-encoding", value);
        maker.add(format!("content encoding {value}"), &request, false);
    }
    for host in [
        "localhost",
        "elsewhere.example.com",
        "127.0.0.1",
        "",
        "admin.127.0.0.1",
        "127.0.0.1:80:80",
    ] {
        let request = maker.base.clone().header("host", host);
        maker.add(format!("host {host}"), &request, false);
    }
    let many = (0..100).fold(maker.base.clone(), |request, index| {
        request.header(&format!("x-{index}"), "1")
    });
    maker.add("a hundred headers", &many, false);
    let long = maker.base.clone().header("x-long", &"a".repeat(40_000));
    maker.add("a long header", &long, false);
}

fn tokens(maker: &mut Maker) {
    let bearer = maker.base.headers.iter().find(|(name, _)| name == "authorization");
    let token = bearer.expect("a token").1.trim_start_matches("Bearer ").to_owned();
    let bare = maker.base.clone().without("authorization");
    maker.add("no token", &bare, false);
    for (name, value) in [
        ("in small letters", format!("bearer {token}")),
        ("in capitals", format!("BEARER {token}")),
    ] {
        let request = bare.clone().header("authorization", &value);
        maker.add(format!("token {name}"), &request, true);
    }
    for (name, value) in [
        ("as DPoP", format!("DPoP {token}")),
        ("alone", token.clone()),
        ("as a list", format!("Bearer {token}, Bearer {token}")),
        ("with more", format!("Bearer {token} x")),
        ("quoted", format!("Bearer \"{token}\"")),
        ("with an equals sign", format!("Bearer={token}")),
    ] {
        let request = bare.clone().header("authorization", &value);
        maker.add(format!("token {name}"), &request, false);
    }
    let twice = maker.base.clone().header("authorization", &format!("Bearer {token}"));
    maker.add("two tokens", &twice, false);
    let query = Request {
        target: format!("{}?access_token={token}", maker.path),
        ..bare.clone()
    };
    maker.add("token in the query", &query, false);
    let cookie = bare.clone().header("cookie", &format!("access_token={token}"));
    maker.add("token in a cookie", &cookie, false);
    let mut claims: Vec<&str> = token.split('.').collect();
    claims[2] = "";
    let unsigned = bare.header("authorization", &format!("Bearer {}", claims.join(".")));
    maker.add("token without its signature", &unsigned, false);
}
