//! Cases counted by suite.

use std::collections::BTreeMap;
use std::fmt;

use crate::case::Verdict;

#[derive(Default)]
pub struct Suites(BTreeMap<String, Counts>);

#[derive(Default, Clone, Copy)]
struct Counts {
    passed: usize,
    failed: usize,
    refused: usize,
    accepted: usize,
    edition: usize,
}

impl Suites {
    pub fn count(&mut self, suite: &str, verdict: &Verdict) {
        let counts = self.0.entry(suite.to_owned()).or_default();
        *match verdict {
            Verdict::Passed => &mut counts.passed,
            Verdict::Failed(_) => &mut counts.failed,
            Verdict::Refused => &mut counts.refused,
            Verdict::Accepted(_) => &mut counts.accepted,
            Verdict::Edition => &mut counts.edition,
        } += 1;
    }

    /// Nothing failed, and nothing illegal was accepted.
    pub fn is_sound(&self) -> bool {
        self.0
            .values()
            .all(|counts| counts.failed + counts.accepted == 0)
    }
}

impl fmt::Display for Suites {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:44} {:>6} {:>6} {:>16} {:>17} {:>8}",
            "suite", "passed", "failed", "refused by gen", "silently accepted", "editions"
        )?;
        let mut total = Counts::default();
        for (suite, counts) in &self.0 {
            row(f, suite, *counts)?;
            total.passed += counts.passed;
            total.failed += counts.failed;
            total.refused += counts.refused;
            total.accepted += counts.accepted;
            total.edition += counts.edition;
        }
        row(f, "all", total)
    }
}

fn row(f: &mut fmt::Formatter<'_>, suite: &str, counts: Counts) -> fmt::Result {
    writeln!(
        f,
        "{suite:44} {:>6} {:>6} {:>16} {:>17} {:>8}",
        counts.passed, counts.failed, counts.refused, counts.accepted, counts.edition
    )
}
