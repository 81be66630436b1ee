//! One file's text to its descriptor, and all that is wrong with its syntax in one run.
//!
//! The parser stops at what it cannot read. What it stopped at is reported, and then put right if it is plain what was
//! meant, or else left out: then the parser reads what is left.

mod advice;
mod balance;
mod braces;
mod brackets;
mod statement;
mod unended;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use prost_types::FileDescriptorProto;

use super::comments;
use super::hashes;
use super::repair::Repaired;
use super::syntax::{self, Finding};
use super::tokens::{Token, TokenKind, tokens};
use crate::diagnostic::{Diagnostic, Label, Source};
use statement::Statement;

/// So often is a text with mistakes read, in bytes. In a long one what comes late is found in a later run.
const MAX_BYTES: usize = 64 << 20;

/// So many mistakes of one reading are told: a text with more is none that a person wrote.
const MAX_AT_ONCE: usize = 100;

/// So often at most: more mistakes than that are found in a later run.
const MAX_ROUNDS: usize = 500;

/// What could be made out of a text.
#[derive(Debug)]
pub struct Parsed {
    /// None where too little is left to say anything about it.
    pub descriptor: Option<FileDescriptorProto>,
    pub found: Vec<Diagnostic>,
    /// The words of statements that were left out.
    pub lost: BTreeSet<String>,
}

/// Parses the text of the file with that import name.
pub fn parse(path: &str, source: &Arc<Source>) -> Parsed {
    let mut text = Repaired::new(source.text());
    for range in hashes::ignored(source.text()) {
        text.blank(range);
    }
    let mut recovery = Recovery {
        source,
        text,
        found: Vec::new(),
        reported: Vec::new(),
        lost: BTreeSet::new(),
        bytes: MAX_BYTES,
        is_balanced: false,
        is_hopeless: false,
        is_noise: false,
    };
    for _ in 0..MAX_ROUNDS {
        match protox_parse::parse(path, recovery.text.text()) {
            Ok(descriptor) => {
                let descriptor = recovery.place_comments(path).unwrap_or(descriptor);
                return recovery.finish(Some(descriptor));
            }
            Err(error) if recovery.mend(&error) && !recovery.is_noise && recovery.may_read() => {}
            Err(_) => break,
        }
    }
    recovery.finish(None)
}

/// A text on its way to one that the parser takes.
struct Recovery<'a> {
    source: &'a Arc<Source>,
    text: Repaired,
    found: Vec<Diagnostic>,
    /// Where something is reported already, in the file.
    reported: Vec<Range<usize>>,
    lost: BTreeSet<String>,
    /// So many may be read yet.
    bytes: usize,
    /// Strings, comments and braces all end.
    is_balanced: bool,
    /// What is lost may change the meaning of all the rest.
    is_hopeless: bool,
    /// So much is wrong that what else the parser says tells a person nothing.
    is_noise: bool,
}

impl Recovery<'_> {
    fn finish(self, descriptor: Option<FileDescriptorProto>) -> Parsed {
        let descriptor = descriptor.filter(|_| !self.is_hopeless);
        let descriptor = descriptor.map(|mut descriptor| {
            self.text.restore(&mut descriptor, self.source);
            descriptor
        });
        Parsed {
            descriptor,
            found: self.found,
            lost: self.lost,
        }
    }

    /// Parses a sound file once more, where that brings its comments to what they belong to.
    fn place_comments(&mut self, path: &str) -> Option<FileDescriptorProto> {
        let breaks = comments::breaks(self.text.text());
        if breaks.is_empty() || !self.found.is_empty() {
            return None;
        }
        let mut text = self.text.clone();
        let lines = |place| (place..place, "\n\n".to_owned());
        text.replace_all(breaks.into_iter().map(lines));
        let descriptor = protox_parse::parse(path, text.text()).ok()?;
        self.text = text;
        Some(descriptor)
    }

    /// Reports what the parser stopped at, and brings the text on; false where there is no way on.
    fn mend(&mut self, error: &protox_parse::ParseError) -> bool {
        let findings = syntax::findings(error);
        let said = findings.iter();
        let said = said.filter_map(|finding| Some((finding.said.as_str(), finding.span()?)));
        if self.text.mend(said) {
            return true;
        }
        if !self.is_balanced {
            if self.exchange_brackets() || self.open_block(error) {
                return true;
            }
            self.is_balanced = true;
            if self.balance() {
                return true;
            }
        }
        if self.add_syntax(&findings) {
            return true;
        }
        let mut findings = syntax::reliable(findings);
        if findings.len() > MAX_AT_ONCE {
            findings.truncate(MAX_AT_ONCE);
            self.is_hopeless = true;
            self.is_noise = true;
        }
        // From the last to the first, so that the places of those before stay.
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.start()));
        let before = self.text.text().to_owned();
        let mut found = Vec::new();
        for finding in findings {
            let finding = finding.within(self.text.text());
            if self.may_read() {
                found.extend(self.take(&finding));
            } else {
                self.is_hopeless = true;
                found.push(self.say(&finding, &self.place(&finding)));
            }
        }
        self.found.extend(found.into_iter().rev());
        before != self.text.text()
    }

    /// Whether the text may be read once more.
    fn may_read(&mut self) -> bool {
        let left = self.bytes.checked_sub(self.text.text().len());
        self.bytes = left.unwrap_or(0);
        left.is_some()
    }

    /// A file that forgot its `syntax` is one of proto2, of which most fields are wrong then.
    fn add_syntax(&mut self, findings: &[Finding]) -> bool {
        let first = findings.iter().find(|finding| finding.is_missing_label());
        let (Some(first), false) = (first, self.has_syntax()) else {
            return false;
        };
        let place = first
            .span()
            .map(|span| self.original(&syntax::ty(self.text.text(), &span)));
        self.text.insert(0, "syntax=\"proto3\";");
        if let Some(place) = place {
            let diagnostic = syntax::no_syntax()
                .at(self.label(&place, "so this field would need a label"))
                .at(self.label(&(0..0), "no `syntax` statement"));
            self.report(diagnostic, place);
        }
        true
    }

    fn has_syntax(&self) -> bool {
        let text = self.text.text();
        let first = tokens(text).next();
        first.is_some_and(|word| &text[word.span] == "syntax")
    }

    /// Says one finding, and takes what it is about out of the parser's way.
    fn take(&mut self, finding: &Finding) -> Option<Diagnostic> {
        let text = self.text.text().to_owned();
        let end = text.trim_end().len();
        let span = finding.span().unwrap_or(end..end);
        let said = self.say(finding, &self.original(&span));
        let Some(statement) = statement::around(&text, span.start) else {
            self.text.blank(span);
            return Some(said);
        };
        let is_known = self.is_known(finding, &statement, &span);
        if let Some(place) = missing_semicolon(finding, &statement, &span) {
            let label = self.original(&(place..place));
            self.text.insert(place, ";");
            let said = Diagnostic {
                message: "a `;` is missing before this".to_owned(),
                ..said.at(self.label(&label, "a `;` may be missing here"))
            };
            return (!is_known).then_some(said);
        }
        let advice = if finding.is_fatal() {
            advice::advise(&statement, span.start, finding)
        } else {
            advice::advise_word(&statement, &span, said.code)
        };
        let said = match &advice {
            Some(advice) => Diagnostic::error(advice.code, &advice.message)
                .at(self.label(&self.original(&advice.span), &advice.label))
                .help(&advice.help),
            None if finding.expected().is_some() && !finding.spans.is_empty() => {
                said.help(advice::form(statement.inside))
            }
            None => said,
        };
        // What was put right once and is wrong still is left out: so there is an end.
        match advice
            .filter(|_| !is_known)
            .and_then(|advice| advice.instead)
        {
            Some((range, instead)) => {
                self.reported.push(self.original(&range));
                self.text.replace(range, &instead);
            }
            None => {
                self.reported.push(self.original(&statement.own_span()));
                self.leave_out(&statement, &span);
            }
        }
        (!is_known).then_some(said)
    }

    /// Whether a finding follows from one that was reported before.
    fn is_known(
        &mut self,
        finding: &Finding,
        statement: &Statement<'_>,
        span: &Range<usize>,
    ) -> bool {
        let whole = self.original(&statement.span);
        let own = self.original(&statement.own_span());
        if finding.said.starts_with("a oneof must have") {
            return self
                .reported
                .iter()
                .any(|known| whole.contains(&known.start));
        }
        // Braces that have no partner after all.
        let is_brace = &statement.text[span.clone()] == "}" && statement.span == *span;
        if !self.found.is_empty() && (finding.spans.is_empty() || is_brace) {
            self.is_hopeless = true;
            return true;
        }
        let overlaps = |known: &Range<usize>| known.start < own.end && own.start < known.end;
        finding.is_fatal() && self.reported.iter().any(overlaps)
    }

    /// Without the statement; or without the one word, where that is all there is.
    fn leave_out(&mut self, statement: &Statement<'_>, found: &Range<usize>) {
        let words = tokens(&statement.text[statement.span.clone()]);
        let words = words.filter(|word| word.kind == TokenKind::Word);
        let start = statement.span.start;
        let word =
            |word: Token| statement.text[start + word.span.start..start + word.span.end].to_owned();
        self.lost.extend(words.map(word));
        self.is_hopeless |= matches!(statement.word(0), "import" | "package");
        if statement.word(0) == "syntax" && statement.inside.is_empty() {
            let proto2 = statement.text[statement.span.clone()].contains("proto2");
            let syntax = if proto2 { "proto2" } else { "proto3" };
            self.text.blank(statement.span.clone());
            self.text
                .insert(statement.span.start, &format!("syntax=\"{syntax}\";"));
        } else if statement.span.start <= found.start && found.end <= statement.span.end {
            self.text.blank(statement.span.clone());
        } else {
            self.text.blank(found.clone());
        }
    }

    fn say(&self, finding: &Finding, place: &Range<usize>) -> Diagnostic {
        let others: Vec<_> = finding
            .spans
            .iter()
            .skip(1)
            .map(|span| self.original(span))
            .collect();
        syntax::diagnostic(finding, place, &others, self.source)
    }

    /// Where a finding stands in the file.
    fn place(&self, finding: &Finding) -> Range<usize> {
        let end = self.text.text().trim_end().len();
        self.original(&finding.span().unwrap_or(end..end))
    }

    fn report(&mut self, diagnostic: Diagnostic, place: Range<usize>) {
        self.found.push(diagnostic);
        self.reported.push(place);
    }

    fn label(&self, place: &Range<usize>, text: &str) -> Label {
        Label::new(self.source, place.clone(), text)
    }

    fn original(&self, span: &Range<usize>) -> Range<usize> {
        self.text.original(span.start)..self.text.original(span.end)
    }
}

/// Behind the last word before the one that was not expected: a statement that does not end is noticed at the next.
fn missing_semicolon(
    finding: &Finding,
    statement: &Statement<'_>,
    found: &Range<usize>,
) -> Option<usize> {
    let (expected, _) = finding.expected()?;
    if !expected.contains("';'") {
        return None;
    }
    let text = statement.text;
    let before = tokens(text.get(..found.start)?).last()?;
    let between = text.get(before.span.end..found.start)?;
    let closes = text[found.clone()].is_empty() || &text[found.clone()] == "}";
    let is_value = statement.word(0) == "option" && statement.span.end == before.span.end;
    let is_end = match before.kind {
        TokenKind::Symbol(';' | '{') => true,
        TokenKind::Symbol('}') => !is_value,
        _ => false,
    };
    (!is_end && (closes || between.contains('\n'))).then_some(before.span.end)
}
