//! Everything a person sees in the gateway, as pure rendering: a view goes in, the bytes of a page come out.
//!
//! Nothing here reads a clock, a store or the network. Handlers fill a view with plain values; the page decides how they
//! are said. Every page is semantic HTML that works under [`policy`]: no inline script, no inline style, nothing from
//! elsewhere. Text that others chose (a company's name, a case reference) passes through [`shown::Shown`] first.

pub mod account;
pub mod assets;
pub mod board;
mod checked;
pub mod counterparties;
pub mod counts;
pub mod errand;
pub mod frame;
pub mod happened;
pub mod journeys;
pub mod live;
pub mod map;
pub mod message;
pub mod past;
pub mod policy;
pub mod question;
pub mod reasons;
pub mod sentence;
pub mod shown;
pub mod sign_in;
pub mod stage;
pub mod through;
pub mod try_page;
pub mod words;

#[cfg(test)]
mod tests;

/// Renders a template, or a plain sentence should the template engine fail, which formatting into memory does not do.
pub(crate) fn written(template: &impl askama::Template) -> String {
    template.render().unwrap_or_else(|_| {
        "<!doctype html><html lang=\"en\"><title>Wayleave</title><p>This page could not be drawn. Text STOP to end \
         every permission you gave.</p></html>"
            .to_owned()
    })
}
