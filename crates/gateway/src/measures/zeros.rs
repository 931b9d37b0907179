//! What is counted from the start.

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
    (
        "wayleave_credentials_misused_total",
        "what",
        &["other-key", "no-key", "other-certificate", "no-certificate"],
    ),
    ("wayleave_requests_turned_away_total", "why", &["full", "party-pace"]),
    ("wayleave_tls_reloads_total", "outcome", &["shown", "refused"]),
    ("wayleave_carrier_events_total", "outcome", &["taken", "refused"]),
    ("wayleave_source_events_total", "outcome", &["taken", "refused"]),
    ("wayleave_notices_total", "outcome", &["taken", "refused"]),
    ("wayleave_stops_heard_total", "outcome", &["taken", "refused"]),
    (
        "wayleave_work_done_total",
        "job",
        &["checker", "lapses", "publish", "reminders"],
    ),
    (
        "wayleave_work_failures_total",
        "job",
        &["checker", "lapses", "publish", "reminders"],
    ),
];
