//! A report in lines that a person reads.

use std::fmt::Write as _;

use domain::audit::tally::{Rate, needed};

use super::super::evidence::{REPLY, holds};
use super::{NOT_ASKED, Report};

/// The lines, each with its newline.
pub(super) fn lines(report: &Report) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = write_all(report, &mut out);
    out
}

fn write_all(report: &Report, out: &mut String) -> std::fmt::Result {
    let tally = report.tally();
    writeln!(
        out,
        "Audit of consents: {}, {}",
        one_line(&report.party_name),
        report.month
    )?;
    writeln!(out, "party            {}", one_line(&report.party))?;
    writeln!(out, "gateway of       {}", one_line(&report.operator))?;
    writeln!(out, "journal          {}", report.journal)?;
    writeln!(out, "checkpoint       {} entries, root {}", report.size, report.root)?;
    writeln!(out, "seed             {}", report.seed)?;
    writeln!(out, "could be picked  {}", report.population)?;
    writeln!(
        out,
        "erased           {} entries of the month, of anybody",
        report.erased
    )?;
    writeln!(out, "picked           {}", tally.n)?;
    writeln!(out, "evidence fails   {}", tally.evidence_failures)?;
    let replies = report.picks.iter().filter(|row| row.evidence == REPLY).count();
    writeln!(out, "only a reply     {replies}")?;
    writeln!(out, "said yes         {}", tally.yes)?;
    writeln!(out, "said no          {}", tally.no)?;
    writeln!(out, "do not remember  {}", tally.do_not_remember)?;
    writeln!(out, "no answer        {}", tally.unanswered)?;
    let not_asked = report.picks.iter().filter(|row| row.answer == NOT_ASKED).count();
    writeln!(out, "  never asked    {not_asked}")?;
    writeln!(out, "misuse           {} (evidence that fails, or a no)", tally.misuse)?;
    writeln!(out, "rate             {}", rate(&tally.least()))?;
    writeln!(
        out,
        "at the most      {}, if nobody who did not say yes agreed",
        rate(&tally.most())
    )?;
    let (see, bound) = needed();
    writeln!(
        out,
        "to see 0.2 %     {see} must be picked; to say that it is less, {bound} with nothing found"
    )?;
    for row in &report.picks {
        let mark = if holds(&row.evidence) && row.answer != "no" {
            " "
        } else {
            "!"
        };
        writeln!(
            out,
            "{mark} entry {}  {}  {}",
            row.leaf,
            row.answer,
            one_line(&row.evidence)
        )?;
    }
    Ok(())
}

fn rate(rate: &Rate) -> String {
    match rate.between {
        None => "nothing was picked".to_owned(),
        Some((low, high)) => format!(
            "{} of {}; 95 % interval {:.4} % to {:.4} %",
            rate.found,
            rate.n,
            low * 100.0,
            high * 100.0
        ),
    }
}

/// A name cannot begin a line of its own.
fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
