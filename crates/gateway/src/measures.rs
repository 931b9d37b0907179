//! What the gateway counts and measures, in one place: each name with its labels, what it means and what to do about it.
//! The lines of help in `/metrics` and the table of `docs/operating/monitoring.md` are made from it.

mod sample;
mod table;
mod zeros;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

pub use sample::Sampled;
pub use table::MEASURES;
pub use zeros::ZEROS;

/// Seconds between the steps of everything that takes time. Fine around what a card check may take.
const SECONDS: [f64; 14] = [
    0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0,
];
/// The steps of a batch's size.
const ITEMS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// How a measure behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// Samples counted in steps.
    Histogram,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// One measure.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    /// Its name, with the unit at its end.
    pub name: &'static str,
    /// How it behaves.
    pub kind: Kind,
    /// Its labels, each with the values to expect; none for most.
    pub labels: &'static [(&'static str, &'static str)],
    /// What it means, in one sentence.
    pub about: &'static str,
    /// What to do about it.
    pub act: &'static str,
}

/// Starts measuring. What has no labels is there from the start, so that an alert can tell nought from nothing.
///
/// # Errors
/// When something else in this process measures already.
pub fn start() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_items".to_owned()), &ITEMS)?
        .install_recorder()?;
    for measure in MEASURES {
        match measure.kind {
            Kind::Counter => metrics::describe_counter!(measure.name, measure.about),
            Kind::Gauge => metrics::describe_gauge!(measure.name, measure.about),
            Kind::Histogram => metrics::describe_histogram!(measure.name, measure.about),
        }
        if measure.kind == Kind::Counter && measure.labels.is_empty() {
            metrics::counter!(measure.name).absolute(0);
        }
    }
    for (name, label, values) in ZEROS {
        for value in *values {
            metrics::counter!(*name, *label => *value).absolute(0);
        }
    }
    Ok(handle)
}

/// The table as Markdown: what stands between the marks of `docs/operating/monitoring.md`.
#[must_use]
pub fn reference() -> String {
    let mut text = String::from("| metric | kind, labels | what it says | what to do |\n|---|---|---|---|\n");
    for measure in MEASURES {
        let labels: String = measure
            .labels
            .iter()
            .map(|(name, values)| format!("; `{name}`: {values}"))
            .collect();
        let (name, kind) = (measure.name, measure.kind.word());
        text.push_str(&format!(
            "| `{name}` | {kind}{labels} | {} | {} |\n",
            measure.about, measure.act
        ));
    }
    text
}

#[cfg(test)]
mod tests;
