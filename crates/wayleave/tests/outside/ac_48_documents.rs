//! The bodies and frames of AC-48: one document in other words, other bytes, and other ways over the wire.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::ac_48_variants::Maker;

/// The same request as JSON in other words.
pub fn documents(maker: &mut Maker, body: &Value) {
    let text = maker.text();
    for (name, body) in [
        ("spread out", serde_json::to_string_pretty(body).expect("JSON")),
        ("white space around", format!(" \r\n\t{text}\n ")),
        (
            "escaped digits",
            text.replace("+1202", "\\u002b\\u0031\\u0032\\u0030\\u0032"),
        ),
        ("escaped name", text.replace("phoneNumber", "phone\\u004eumber")),
    ] {
        let request = maker.base.clone().body(body);
        maker.add(format!("body: {name}"), &request, true);
    }
    repeated(maker);
    misspelt(maker);
    foreign(maker);
}

/// More than one document, or more in it than there should be.
fn repeated(maker: &mut Maker) {
    let text = maker.text();
    let number = maker.number.clone();
    let other = "+12025550100";
    let twice = |first: &str, second: &str| {
        text.replace(
            "\"phoneNumber\":",
            &format!("\"phoneNumber\":\"{first}\",\"phoneNumber\":"),
        )
        .replacen(&number, second, 2)
    };
    let bodies = [
        ("duplicate number", twice(&number, &number)),
        ("duplicate number, another first", twice(other, &number)),
        (
            "duplicate escaped number",
            text.replace(
                "\"phoneNumber\":",
                "\"phone\\u004eumber\":\"+12025550100\",\"phoneNumber\":",
            ),
        ),
        (
            "duplicate device",
            format!(
                "{{\"device\":{{\"phoneNumber\":\"{other}\"}},{}}}",
                &text[1..text.len() - 1]
            ),
        ),
        ("unknown field", format!("{},\"x\":1}}", &text[..text.len() - 1])),
        (
            "unknown field in the device",
            text.replace("\"phoneNumber\":", "\"name\":\"x\",\"phoneNumber\":"),
        ),
        ("batch", format!("[{text}]")),
        ("batch of two", format!("[{text},{text}]")),
        ("two documents", format!("{text}{text}")),
        ("two lines", format!("{text}\n{text}")),
        ("wrapped", format!("{{\"request\":{text}}}")),
        ("wrapped as data", format!("{{\"data\":{text},\"variables\":{{}}}}")),
        (
            "GraphQL",
            format!("{{\"query\":\"{{ retrieve(phoneNumber: \\\"{number}\\\") {{ area }} }}\"}}"),
        ),
        (
            "JSON-RPC",
            format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"retrieve\",\"params\":{text}}}"),
        ),
        ("a text of JSON", json!(text).to_string()),
    ];
    bodies.into_iter().for_each(|(name, body)| maker.body(name, body));
}

/// Not quite JSON, and not quite the number.
fn misspelt(maker: &mut Maker) {
    let text = maker.text();
    let number = maker.number.clone();
    let bodies = [
        ("line comment", format!("// please\n{text}")),
        ("block comment", format!("/* please */{text}")),
        ("hash comment", format!("# please\n{text}")),
        ("trailing comma", text.replacen('}', ",}", 1)),
        ("single quotes", text.replace('"', "'")),
        ("names without quotes", text.replace("\"device\"", "device")),
        ("NUL behind", format!("{text}\0")),
        ("more behind", format!("{text} true")),
        ("cut", text[..text.len() - 1].to_owned()),
        ("empty", String::new()),
        ("null", "null".to_owned()),
        ("true", "true".to_owned()),
        ("{}", "{}".to_owned()),
        ("[]", "[]".to_owned()),
        ("number as number", text.replace(&format!("\"{number}\""), &number[1..])),
        (
            "number in a list",
            text.replace(&format!("\"{number}\""), &format!("[\"{number}\"]")),
        ),
        (
            "number in an object",
            text.replace(&format!("\"{number}\""), &format!("{{\"$eq\":\"{number}\"}}")),
        ),
        ("number without plus", text.replace('+', "")),
        ("number with 00", text.replace('+', "00")),
        ("number with spaces", text.replace("+1202", "+1 202 ")),
        ("number as tel:", text.replace('+', "tel:+")),
        ("number with a blank", text.replace(&number, &format!("{number} "))),
        ("number with a full-width plus", text.replace('+', "＋")),
        ("other case of the name", text.replace("phoneNumber", "PhoneNumber")),
        ("snake case", text.replace("phoneNumber", "phone_number")),
        ("device in capitals", text.replace("device", "DEVICE")),
        ("number on top", format!("{{\"phoneNumber\":\"{number}\"}}")),
        ("msisdn", text.replace("phoneNumber", "msisdn")),
        ("__proto__", text.replace("device", "__proto__")),
        ("very deep", format!("{}{text}{}", "[".repeat(200), "]".repeat(200))),
        ("very large", format!("{text}{}", " ".repeat(40_000))),
        ("maxAge as text", text.replacen('{', "{\"maxAge\":\"60\",", 1)),
        ("maxAge as a fraction", text.replacen('{', "{\"maxAge\":0.5,", 1)),
        ("maxAge below zero", text.replacen('{', "{\"maxAge\":-1,", 1)),
        ("maxAge null", text.replacen('{', "{\"maxAge\":null,", 1)),
    ];
    bodies.into_iter().for_each(|(name, body)| maker.body(name, body));
}

/// Other languages than JSON, called JSON and called what they are.
fn foreign(maker: &mut Maker) {
    let text = maker.text();
    let number = maker.number.clone();
    for (name, body) in [
        ("form", format!("device.phoneNumber={number}")),
        ("form with brackets", format!("device[phoneNumber]={number}")),
        (
            "XML",
            format!("<retrieve><device><phoneNumber>{number}</phoneNumber></device></retrieve>"),
        ),
        (
            "XML with a document type",
            format!("<!DOCTYPE a><device>{number}</device>"),
        ),
        (
            "SOAP",
            format!("<soap:Envelope><soap:Body><retrieve>{number}</retrieve></soap:Body></soap:Envelope>"),
        ),
        ("YAML", format!("device:\n  phoneNumber: \"{number}\"\n")),
        ("CSV", format!("phoneNumber\n{number}\n")),
        (
            "multipart",
            format!("--a\r\ncontent-disposition: form-data; name=\"device\"\r\n\r\n{text}\r\n--a--\r\n"),
        ),
    ] {
        maker.body(name, body.clone());
        // And each as what it is, where it is something else than JSON.
        let kind = match name {
            "form" | "form with brackets" => "application/x-www-form-urlencoded",
            "XML" | "XML with a document type" => "application/xml",
            "SOAP" => "application/soap+xml",
            "YAML" => "application/yaml",
            "CSV" => "text/csv",
            "multipart" => "multipart/form-data; boundary=a",
            "GraphQL" => "application/graphql-response+json",
            "two lines" => "application/x-ndjson",
            _ => continue,
        };
        let request = maker.typed(Some(kind)).body(body);
        maker.add(format!("{name} as {kind}"), &request, false);
    }
}

/// The same characters in other bytes.
pub fn encodings(maker: &mut Maker) {
    let text = maker.text();
    let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let (little, big) = (wide(u16::to_le_bytes), wide(u16::to_be_bytes));
    let mut bad = text.clone().into_bytes();
    bad.insert(bad.len() - 2, 0xff);
    let mut overlong = text.clone().into_bytes();
    let plus = overlong.iter().position(|byte| *byte == b'+').expect("a plus");
    overlong.splice(plus..=plus, [0xc0, 0xab]);
    let bodies = [
        ("with a byte order mark", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("UTF-16 little", little.clone()),
        ("UTF-16 big", big.clone()),
        ("UTF-16 with a mark", [b"\xff\xfe", little.as_slice()].concat()),
        ("UTF-16 big with a mark", [b"\xfe\xff", big.as_slice()].concat()),
        (
            "UTF-32",
            text.chars()
                .flat_map(|letter| u32::from(letter).to_le_bytes())
                .collect(),
        ),
        ("bad UTF-8", bad),
        ("an overlong plus", overlong),
        (
            "what gzip begins with",
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03".to_vec(),
        ),
    ];
    for (name, body) in bodies {
        maker.body(name, body);
    }
}

/// The same request in other frames.
pub fn frames(maker: &mut Maker) {
    let (host, base) = (maker.host.clone(), maker.base.clone());
    let mut chunks = String::new();
    for piece in base.body.chunks(7) {
        let _ = write!(chunks, "{:x}\r\n{}\r\n", piece.len(), String::from_utf8_lossy(piece));
    }
    chunks.push_str("0\r\n\r\n");
    let chunked = base.clone().header("transfer-encoding", "chunked").body(chunks.clone());
    maker.add("in chunks", &chunked, true);
    let trailing = chunks.replace("0\r\n\r\n", "0\r\nx-consent: true\r\n\r\n");
    let trailing = base.clone().header("transfer-encoding", "chunked").body(trailing);
    maker.add("in chunks with a trailer", &trailing, false);
    let both = chunked.clone().header("content-length", "5");
    maker.add("in chunks with a length", &both, false);
    for coding in ["gzip, chunked", "identity", "xchunked", "chunked, identity"] {
        let request = base.clone().header("transfer-encoding", coding).body(chunks.clone());
        maker.add(format!("transfer encoding {coding}"), &request, false);
    }
    let length = base.body.len().to_string();
    let twice = base
        .clone()
        .header("content-length", &length)
        .header("content-length", &length);
    maker.add("two lengths", &twice, false);
    for wrong in ["0", "-1", "1e3", "+5", "99999999999999999999"] {
        let request = base.clone().header("content-length", wrong);
        maker.add(format!("length {wrong}"), &request, false);
    }
    let text = String::from_utf8_lossy(&base.bytes(&host)).into_owned();
    for (name, changed) in [
        ("HTTP/1.0", text.replacen("HTTP/1.1", "HTTP/1.0", 1)),
        ("HTTP/0.9", text.replacen(" HTTP/1.1", "", 1)),
        ("HTTP/2.0", text.replacen("HTTP/1.1", "HTTP/2.0", 1)),
        ("HTTP/1.2", text.replacen("HTTP/1.1", "HTTP/1.2", 1)),
        ("bare line feeds", text.replace("\r\n", "\n")),
        ("an empty line first", format!("\r\n{text}")),
        (
            "a folded header",
            text.replacen("\r\ncontent-type:", "\r\nx-a: b\r\n c\r\ncontent-type:", 1),
        ),
        (
            "a blank before a colon",
            text.replacen("content-type:", "content-type :", 1),
        ),
        ("two blanks in the first line", text.replacen("POST ", "POST  ", 1)),
        ("a tab in the first line", text.replacen("POST ", "POST\t", 1)),
        ("no host", text.replacen(&format!("host: {host}\r\n"), "", 1)),
        (
            "two hosts",
            text.replacen("host:", "host: elsewhere.example.com\r\nhost:", 1),
        ),
    ] {
        maker.raw(name, changed.into_bytes());
    }
    maker.raw("a preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec());
}
