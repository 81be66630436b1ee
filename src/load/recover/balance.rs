//! Strings, comments and blocks that do not end, and blocks that do not begin: all that keeps the parser from seeing the
//! statements of a file.

use super::braces::{self, Lone};
use super::{MAX_AT_ONCE, Recovery, brackets, unended};
use crate::load::syntax;
use crate::load::tokens::{Token, tokens};

/// So many braces without a partner are told one by one.
const MAX_LONE: usize = 20;

impl Recovery<'_> {
    /// Takes blocks that stand in other brackets for such in braces, before braces are counted.
    pub(super) fn exchange_brackets(&mut self) -> bool {
        let text = self.text.text().to_owned();
        let blocks = brackets::blocks(&text, MAX_AT_ONCE);
        let opens = blocks.iter().map(|block| (block.open.clone(), "{"));
        let closes = blocks
            .iter()
            .filter_map(|block| Some((block.close.clone()?, "}")));
        let mut braces: Vec<_> = opens.chain(closes).collect();
        braces.sort_by_key(|(bracket, _)| bracket.start);
        let braces = braces
            .into_iter()
            .map(|(bracket, brace)| (bracket, brace.to_owned()));
        // One is as long as the other, so that all places stay.
        self.text.replace_all(braces);
        for block in &blocks {
            let open = self.original(&block.open);
            let label = self.label(&open, "not a brace");
            let diagnostic = syntax::bracketed(block.keyword, block.name).at(label);
            self.report(diagnostic, open);
        }
        !blocks.is_empty()
    }

    /// Opens the block that the parser misses, if a `}` is there to close it.
    pub(super) fn open_block(&mut self, error: &protox_parse::ParseError) -> bool {
        let findings = syntax::reliable(syntax::findings(error));
        let text = self.text.text();
        let place = findings.last().and_then(|finding| {
            let (expected, _) = finding.expected()?;
            let found = finding.span()?;
            let before: Vec<Token> = tokens(text.get(..found.start)?).collect();
            let [.., equals, name] = before.as_slice() else {
                return None;
            };
            if expected.contains("'{'")
                || (expected == "a constant" && text.get(found.clone()) == Some("}"))
            {
                Some((name.span.end, found))
            } else if text.get(found.clone()) == Some(":") && &text[equals.span.clone()] == "=" {
                Some((equals.span.end, name.span.clone()))
            } else {
                None
            }
        });
        let closes = |lone: &Lone| matches!(lone, Lone::Close { at } if place.as_ref().is_some_and(|(place, _)| at >= place));
        let Some((place, found)) = place
            .clone()
            .filter(|_| braces::lone(text).iter().any(closes))
        else {
            return false;
        };
        let label = self.original(&(place..place));
        let found = self.original(&found);
        let diagnostic = syntax::unopened()
            .at(self.label(&found, "not expected here"))
            .at(self.label(&label, "a `{` may be missing here"));
        self.text.insert(place, "{");
        self.report(diagnostic, found);
        true
    }

    /// Ends every string, comment and block that does not end.
    pub(super) fn balance(&mut self) -> bool {
        let before = self.found.len();
        let strings = unended::strings(self.text.text());
        for string in strings.into_iter().rev() {
            self.text.insert(string.end, "\"");
            let original = self.original(&string);
            self.report(
                syntax::unended_string().at(self.label(&original, "begins here")),
                original,
            );
        }
        let mut commented = false;
        if let Some(start) = unended::comment(self.text.text()) {
            commented = true;
            let place = self.original(&(start..start + 2));
            self.report(
                syntax::unended_comment().at(self.label(&place, "begins here")),
                place,
            );
            self.text.blank(start..self.text.text().len());
            self.is_hopeless = true;
        }
        let mut lone = braces::lone(self.text.text());
        if lone.len() > MAX_LONE {
            lone.truncate(MAX_LONE);
            self.is_hopeless = true;
            self.is_noise = true;
        }
        for lone in lone.into_iter().rev() {
            match lone {
                Lone::Open { at, close } => {
                    let brace = self.original(&(at..at + 1));
                    let end = self.text.original(close);
                    self.text.insert(close, "}");
                    if commented {
                        continue;
                    }
                    let diagnostic = syntax::unclosed()
                        .at(self.label(&brace, "not closed"))
                        .at(self.label(&(end..end), "a `}` may be missing here"));
                    self.report(diagnostic, brace);
                }
                Lone::Close { at } => {
                    let brace = self.original(&(at..at + 1));
                    self.text.blank(at..at + 1);
                    self.report(
                        syntax::closes_nothing().at(self.label(&brace, "nothing to close")),
                        brace,
                    );
                }
            }
        }
        self.found[before..].reverse();
        self.found.len() > before
    }
}
