//! The table itself, in the order of the operator's page: the gateway, the asks, the journal, the sources, the texts, the
//! connections.

use super::Kind::{Counter, Gauge, Histogram};
use super::Measure;

/// Counters of one label whose values are known: the name, the label, the values. They are there from the start, so that
/// the first of its kind is seen as a change.
pub const ZEROS: &[(&str, &str, &[&str])] = &[
    (
        "wayleave_token_refusals_total",
        "error",
        &["invalid_client", "invalid_grant", "invalid_request", "invalid_scope"],
    ),
    (
        "wayleave_mlp_reports_dropped_total",
        "why",
        &[
            "late",
            "unknown",
            "too-large",
            "slow",
            "not-believed",
            "wrong-login",
            "wrong-request",
        ],
    ),
    ("wayleave_requests_turned_away_total", "why", &["full", "party-pace"]),
    ("wayleave_tls_reloads_total", "outcome", &["shown", "refused"]),
];

/// Every measure there is. A test finds one that is counted and not named here, and one that is named and not counted.
pub const MEASURES: &[Measure] = &[
    Measure {
        name: "wayleave_build_info",
        kind: Gauge,
        labels: &[("version", "of the program")],
        about: "always 1; its label says which program runs",
        act: "compare after an upgrade",
    },
    Measure {
        name: "wayleave_start_timestamp_seconds",
        kind: Gauge,
        labels: &[],
        about: "when this process started, in Unix time",
        act: "if it changes and nobody restarted the gateway, read the log's last lines before the change",
    },
    Measure {
        name: "wayleave_asks_total",
        kind: Counter,
        labels: &[
            ("interface", "the path that was asked"),
            ("outcome", "`OK`, or the code that the partner saw"),
        ],
        about: "asks, by what the partner was told",
        act: "`PERMISSION_DENIED` is no fault; see the alerts for `UNAVAILABLE`, `TIMEOUT` and `UNAUTHENTICATED`",
    },
    Measure {
        name: "wayleave_ask_seconds",
        kind: Histogram,
        labels: &[("interface", "the path that was asked")],
        about: "from a request's arrival to the start of its answer, refusals and what they are held back included",
        act: "when it rises, compare with `wayleave_source_seconds`: what is left is the gateway's own",
    },
    Measure {
        name: "wayleave_answers_too_late_total",
        kind: Counter,
        labels: &[],
        about: "answers that could not begin to leave within half a second of their commit, and were thrown away",
        act: "the machine is overloaded or its clients do not read: look at its load",
    },
    Measure {
        name: "wayleave_tokens_total",
        kind: Counter,
        labels: &[(
            "flow",
            "`client-credentials`, `jwt-bearer`, `ciba` or `authorization-code`",
        )],
        about: "access tokens given out",
        act: "many more than asks means a partner that asks for a token each time: tell it to keep them",
    },
    Measure {
        name: "wayleave_token_refusals_total",
        kind: Counter,
        labels: &[("error", "OAuth's code")],
        about: "requests for a token that were refused",
        act: "`invalid_client` again and again is a partner with an old key or a wrong clock; call it",
    },
    Measure {
        name: "wayleave_journal_entries_total",
        kind: Counter,
        labels: &[],
        about: "entries in the journal, since its beginning and not since the start",
        act: "must never fall; if it does, an older store was put back: stop the gateway, see backup.md",
    },
    Measure {
        name: "wayleave_journal_waiting_items",
        kind: Gauge,
        labels: &[],
        about: "items that wait for the journal's thread",
        act: "at 4096 partners get 503; if it stays high the disk is too slow for the load",
    },
    Measure {
        name: "wayleave_journal_batch_items",
        kind: Histogram,
        labels: &[],
        about: "how many items shared one commit",
        act: "grows with the load; at 256 the journal is at its limit",
    },
    Measure {
        name: "wayleave_journal_commit_seconds",
        kind: Histogram,
        labels: &[],
        about: "how long one batch took to be decided and made durable",
        act: "the disk's own latency: compare with the machine's, and see whether something else writes there",
    },
    Measure {
        name: "wayleave_store_bytes",
        kind: Gauge,
        labels: &[("file", "`store`, or `log` (the write-ahead log beside it)")],
        about: "size of the store's files",
        act: "plan the disk by `store`; a `log` that stays over 64 MiB has a reader that does not end, such as a backup",
    },
    Measure {
        name: "wayleave_last_backup_timestamp_seconds",
        kind: Gauge,
        labels: &[],
        about: "when `wayleave backup` last made a verified copy, in Unix time; 0 if never",
        act: "see backup.md; run it by hand and read what it says",
    },
    Measure {
        name: "wayleave_source_requests_total",
        kind: Counter,
        labels: &[
            ("source", "the name in the configuration, `handset`, or `none`"),
            ("outcome", "`found`, or why not"),
        ],
        about: "questions put to a source, by outcome",
        act: "`source-untrustworthy` means that a carrier broke the protocol: read the log, then call its engineers",
    },
    Measure {
        name: "wayleave_source_seconds",
        kind: Histogram,
        labels: &[("source", "as above")],
        about: "how long a source took to answer",
        act: "the carrier's own time; agree on a figure with it and alert on that",
    },
    Measure {
        name: "wayleave_source_up",
        kind: Gauge,
        labels: &[("source", "as above")],
        about: "1 while asks go to the source, 0 while it is left alone or tried",
        act: "see `wayleave_source_requests_total` for why; asks of its subscribers fail at once meanwhile, and are given back",
    },
    Measure {
        name: "wayleave_source_breaker_state",
        kind: Gauge,
        labels: &[("source", "as above")],
        about: "0: closed, asks pass; 1: half open, one is tried; 2: open, none passes",
        act: "it closes by itself after a good answer",
    },
    Measure {
        name: "wayleave_source_breaker_transitions_total",
        kind: Counter,
        labels: &[("source", "as above"), ("to", "`closed`, `half-open` or `open`")],
        about: "changes of a source's breaker",
        act: "one that opens and closes all day has a carrier that is slow at times: look at `wayleave_source_seconds`",
    },
    Measure {
        name: "wayleave_mlp_reports_dropped_total",
        kind: Counter,
        labels: &[(
            "why",
            "`late`, `unknown`, `too-large`, `slow`, `not-believed`, `wrong-login` or `wrong-request`",
        )],
        about: "reports of MLP carriers that nobody waited for, or that were not believed; dropped unparsed and journalled",
        act: "`late`: the carrier is slower than the deadline; `wrong-login` and `unknown`: somebody else reaches the push address, or the carrier repeats itself",
    },
    Measure {
        name: "wayleave_source_doubts_total",
        kind: Counter,
        labels: &[("source", "as above"), ("reason", "what was wrong")],
        about: "answers of carriers that were thrown away, since they could not be believed",
        act: "`wayleave source check` says what differs from the standard; one about another number is worth a call at once",
    },
    Measure {
        name: "wayleave_mlp_quirks_total",
        kind: Counter,
        labels: &[("source", "as above"), ("quirk", "what differs")],
        about: "answers of MLP carriers that differ from the standard in a way that is understood",
        act: "none; a new one after the carrier's upgrade is worth a question to its engineers",
    },
    Measure {
        name: "wayleave_messages_bound",
        kind: Gauge,
        labels: &[],
        about: "1 while the bind to the message centre stands; absent without an `[sms]` section",
        act: "nobody can be asked, and no STOP by text is heard: check the network, then the password, then call the centre",
    },
    Measure {
        name: "wayleave_texts_waiting_items",
        kind: Gauge,
        labels: &[],
        about: "texts that are written down and not sent yet",
        act: "if it grows while the bind stands, the centre throttles: see the outcomes of `wayleave_texts_total`",
    },
    Measure {
        name: "wayleave_texts_total",
        kind: Counter,
        labels: &[
            ("direction", "`out`, `in` or `receipt`"),
            ("outcome", "`accepted`, `taken`, `DELIVRD`, or why not"),
        ],
        about: "texts to and from people, and the centre's delivery receipts",
        act: "`put-off` incoming texts are tried again by the centre; `refused` ones out name a wrong setting",
    },
    Measure {
        name: "wayleave_replies_total",
        kind: Counter,
        labels: &[
            ("outcome", "what the person's words came to"),
            ("answered", "`yes` or `no`"),
        ],
        about: "replies of people, by what became of them",
        act: "many `unclear` ones mean that the text is not understood",
    },
    Measure {
        name: "wayleave_connections",
        kind: Gauge,
        labels: &[],
        about: "connections that are open now",
        act: "near `listen.connections_max` somebody holds many: see the two below",
    },
    Measure {
        name: "wayleave_connections_refused_total",
        kind: Counter,
        labels: &[],
        about: "connections closed at once, since their address had as many as it may",
        act: "one client without a pool of connections, or somebody who means harm: look at the proxy's or the firewall's log",
    },
    Measure {
        name: "wayleave_connections_closed_for_others_total",
        kind: Counter,
        labels: &[],
        about: "slow or idle connections closed to make room for new ones",
        act: "a flood of slow clients: honest ones are still served; raise `listen.connections_max` if they are honest too",
    },
    Measure {
        name: "wayleave_requests_turned_away_total",
        kind: Counter,
        labels: &[("why", "`full` (503) or `party-pace` (429)")],
        about: "requests turned away before anybody was looked up",
        act: "`full`: the machine is too small for the load, see `listen.requests_max`; `party-pace`: a partner asks too fast",
    },
    Measure {
        name: "wayleave_tls_certificate_expires_seconds",
        kind: Gauge,
        labels: &[("door", "`listen` or `push`, the section of the configuration")],
        about: "when the certificate that is shown expires, in Unix time; absent without `listen.certificate_file`",
        act: "renew it and put the files in place: they are read again by themselves",
    },
    Measure {
        name: "wayleave_source_client_certificate_expires_seconds",
        kind: Gauge,
        labels: &[("source", "the carrier's name")],
        about: "when the certificate that a carrier is shown expires, in Unix time; absent without `client_certificate_file`",
        act: "renew it with the carrier, and restart: it is read at start",
    },
    Measure {
        name: "wayleave_tls_reloads_total",
        kind: Counter,
        labels: &[("outcome", "`shown`, or `refused`: the old pair stays")],
        about: "times that changed certificate files were read",
        act: "`refused`: the log names the file and what is wrong with it",
    },
    Measure {
        name: "wayleave_tls_handshakes_failed_total",
        kind: Counter,
        labels: &[],
        about: "TLS handshakes that came to nothing",
        act: "scanners cause a few; many at once from partners mean an expired or wrong certificate",
    },
];
