//! The section's reference.

use crate::config::{Key, Section};

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[listen]",
    about: "The HTTP side. With a certificate it speaks TLS 1.2 and 1.3, and reads the files again when they change. Without one it speaks plain HTTP on loopback, for a proxy on the same machine that ends TLS.",
    keys: &[
        Key {
            name: "address",
            default: "127.0.0.1:8080",
            about: "address and port; a busy one is named at start",
            example: "address = \"127.0.0.1:8080\"",
        },
        Key {
            name: "certificate_file",
            default: "none",
            about: "the certificate and those that lead to its root, PEM",
            example: "certificate_file = \"tls/gateway.pem\"",
        },
        Key {
            name: "key_file",
            default: "none",
            about: "the certificate's key, PEM, readable by its owner only",
            example: "key_file = \"tls/gateway.key\"",
        },
        Key {
            name: "ask_client_certificate",
            default: "true",
            about: "ask clients for a certificate, to which tokens can be bound; none is required. A browser that has some may ask its owner which to show",
            example: "ask_client_certificate = true",
        },
        Key {
            name: "plain_http_elsewhere",
            default: "false",
            about: "speak plain HTTP on other addresses than loopback: whoever is on the way reads tokens, links and positions. Never in a sandbox",
            example: "plain_http_elsewhere = false",
        },
        Key {
            name: "operators_address",
            default: "none",
            about: "a loopback address where `/readyz` and `/metrics` are, since they name carriers and what became of asks. Without it they are at `address`, if that is on loopback and speaks plain HTTP, and nowhere else",
            example: "operators_address = \"127.0.0.1:9464\"",
        },
        Key {
            name: "connections_max",
            default: "4096",
            about: "connections at a time; when all are taken, the one that has been waited for longest is closed for a new one",
            example: "connections_max = 4096",
        },
        Key {
            name: "connections_per_address_max",
            default: "512",
            about: "connections of one address (IPv6: one /64) at a time, where TLS is spoken; without TLS all come from the proxy",
            example: "connections_per_address_max = 512",
        },
        Key {
            name: "requests_max",
            default: "4096",
            about: "requests at a time; with fewer than `connections_max`, slow senders can take all of it; more get 503 with `Retry-After`. People's pages have as much room of their own",
            example: "requests_max = 4096",
        },
        Key {
            name: "asks_per_second_max",
            default: "2000",
            about: "requests of one party within any second; more get 429 with `Retry-After`, before anybody is looked up",
            example: "asks_per_second_max = 2000",
        },
        Key {
            name: "handshake_timeout_ms",
            default: "5000",
            about: "milliseconds for a TLS handshake",
            example: "handshake_timeout_ms = 5000",
        },
        Key {
            name: "header_timeout_ms",
            default: "10000",
            about: "milliseconds for a request's head, and for which a connection may be idle",
            example: "header_timeout_ms = 10000",
        },
        Key {
            name: "body_timeout_ms",
            default: "10000",
            about: "milliseconds for a request's body",
            example: "body_timeout_ms = 10000",
        },
        Key {
            name: "body_bytes_max",
            default: "16384",
            about: "bytes of a request's body",
            example: "body_bytes_max = 16384",
        },
        Key {
            name: "drain_s",
            default: "20",
            about: "seconds for what was accepted when the program is told to stop",
            example: "drain_s = 20",
        },
    ],
};
