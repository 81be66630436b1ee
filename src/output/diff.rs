//! How `gen --check` shows a plan.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use super::plan::{Change, Kind, Plan};

const ADDED: Style = AnsiColor::Green.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();
const POSITION: Style = AnsiColor::Cyan.on_default();
const TITLE: Style = Style::new().bold();

impl Plan {
    /// The disk is as it should be.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// A unified diff from what is on disk to what should be there, with ANSI colours.
    pub fn diff(&self) -> String {
        self.changes.iter().map(Change::diff).collect()
    }

    /// `2 stale, 1 missing and 3 orphaned files`; manifests are counted only where nothing else is wrong.
    pub fn summary(&self) -> String {
        let files = self.changes.iter().filter(|change| !change.is_manifest());
        let (mut stale, mut missing, mut orphaned) = (0, 0, 0);
        for change in files {
            match change.kind {
                Kind::Create { .. } => missing += 1,
                Kind::Replace { .. } => stale += 1,
                Kind::Remove { .. } => orphaned += 1,
            }
        }
        let counts = [
            (stale, "stale"),
            (missing, "missing"),
            (orphaned, "orphaned"),
        ];
        let counts: Vec<_> = counts.iter().filter(|(count, _)| *count > 0).collect();
        match counts.as_slice() {
            [] => "a manifest is stale".to_owned(),
            counts => {
                let total = stale + missing + orphaned;
                let parts: Vec<_> = counts
                    .iter()
                    .map(|(count, what)| format!("{count} {what}"))
                    .collect();
                format!(
                    "{} {}",
                    parts.join(", "),
                    if total == 1 { "file" } else { "files" }
                )
            }
        }
    }
}

impl Change {
    /// A whole file that is missing or too many says nothing that its name does not say.
    fn diff(&self) -> String {
        let target = self.target();
        let target = target.display();
        match &self.kind {
            Kind::Create { .. } => format!("{TITLE}missing: {target}{TITLE:#}\n"),
            Kind::Remove { .. } => format!("{TITLE}orphaned: {target}{TITLE:#}\n"),
            Kind::Replace { old, text: new } => {
                let mut text = format!(
                    "{TITLE}stale: {target}{TITLE:#}\n{REMOVED}--- {target}{REMOVED:#}\n{ADDED}+++ {target}{ADDED:#}\n"
                );
                hunks(&mut text, &String::from_utf8_lossy(old), new);
                text
            }
        }
    }
}

fn hunks(text: &mut String, old: &str, new: &str) {
    let diff = TextDiff::from_lines(old, new);
    for hunk in diff.unified_diff().iter_hunks() {
        let _ = writeln!(text, "{POSITION}{}{POSITION:#}", hunk.header());
        for change in hunk.iter_changes() {
            let (style, sign) = match change.tag() {
                ChangeTag::Insert => (ADDED, '+'),
                ChangeTag::Delete => (REMOVED, '-'),
                ChangeTag::Equal => (Style::new(), ' '),
            };
            let line = change.value();
            let _ = writeln!(
                text,
                "{style}{sign}{}{style:#}",
                line.strip_suffix('\n').unwrap_or(line)
            );
            if change.missing_newline() {
                text.push_str("\\ No newline at end of file\n");
            }
        }
    }
}
