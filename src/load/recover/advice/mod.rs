//! Mistakes that many people make, recognised, so that the finding says more than what the parser expected.

mod file;
mod foreign;
mod members;
mod methods;
mod numbered;
mod options;
mod signs;
mod types;
mod values;
mod words;

use std::ops::Range;

pub use words::advise as advise_word;

use super::statement::Statement;
use crate::diagnostic::{Code, code};
use crate::load::syntax::Finding;
use crate::load::tokens::TokenKind;
use crate::names::nearest;

/// What to say of a mistake.
#[derive(Debug)]
pub struct Advice {
    pub code: Code,
    pub message: String,
    /// What to underline, in the parser's text.
    pub span: Range<usize>,
    pub label: String,
    pub help: String,
    /// What was meant, where that is plain: it is parsed instead.
    pub instead: Option<(Range<usize>, String)>,
}

impl Advice {
    fn new(site: &Site<'_>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            code: code::SYNTAX,
            message: message.into(),
            span: site.span(site.at),
            label: "not expected here".to_owned(),
            help: help.into(),
            instead: None,
        }
    }

    fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    fn at(mut self, span: Range<usize>) -> Self {
        self.span = span;
        self
    }

    fn instead(mut self, text: impl Into<String>) -> Self {
        self.instead = Some((self.span.clone(), text.into()));
        self
    }
}

/// A statement, and the word in it that the parser did not expect.
struct Site<'a> {
    statement: &'a Statement<'a>,
    at: usize,
    /// What the parser expected; empty where a sign means nothing at all.
    expected: &'a str,
}

impl<'a> Site<'a> {
    fn word(&self, index: usize) -> &'a str {
        self.statement.word(index)
    }

    /// The word that was not expected.
    fn found(&self) -> &'a str {
        self.word(self.at)
    }

    /// The word before that.
    fn before(&self) -> &'a str {
        self.at
            .checked_sub(1)
            .map_or("", |before| self.word(before))
    }

    fn kind(&self, index: usize) -> Option<TokenKind> {
        self.statement.words.get(index).map(|word| word.kind)
    }

    fn is_name(&self, index: usize) -> bool {
        self.kind(index) == Some(TokenKind::Word)
            && !self.word(index).starts_with(|c: char| c.is_ascii_digit())
    }

    fn is_string(&self, index: usize) -> bool {
        self.kind(index) == Some(TokenKind::String)
    }

    fn is_number(&self, index: usize) -> bool {
        self.word(index).starts_with(|c: char| c.is_ascii_digit())
    }

    fn span(&self, index: usize) -> Range<usize> {
        let words = &self.statement.words;
        words
            .get(index)
            .or(words.last())
            .map_or(0..0, |word| word.span.clone())
    }
}

/// What somebody may have meant who wrote that.
pub fn advise(statement: &Statement<'_>, offset: usize, finding: &Finding) -> Option<Advice> {
    let site = Site {
        statement,
        at: statement.position(offset),
        expected: finding.expected().map_or("", |(expected, _)| expected),
    };
    if site.expected.is_empty() {
        return signs::advise(&site);
    }
    let by_statement = match site.word(0) {
        "syntax" | "package" | "import" => file::advise(&site),
        "message" | "enum" | "service" | "oneof" | "extend" => file::block(&site),
        "option" => options::advise(&site),
        "rpc" => methods::advise(&site),
        "reserved" | "extensions" => members::ranges(&site),
        _ => None,
    };
    by_statement
        .or_else(|| options::in_brackets(&site))
        .or_else(|| options::without_keyword(&site))
        .or_else(|| misspelt(&site))
        .or_else(|| misplaced(&site))
        .or_else(|| foreign::statement(&site))
        .or_else(|| match site.statement.inside {
            "enum" => values::value(&site),
            "service" | "" => None,
            _ => members::field(&site),
        })
        .or_else(|| signs::general(&site))
        .or_else(|| foreign::unknown(&site))
}

/// How a statement is written that stands in such a block.
pub fn form(inside: &str) -> &'static str {
    match inside {
        "" => {
            "a file holds `message Name { … }`, `enum Name { … }`, `service Name { … }`, and `import` and `option` statements"
        }
        "enum" => "a value is written `NAME = 0;`, an option `option name = value;`",
        "service" => methods::FORM,
        _ => "a field is written `string name = 1;`, an option `option name = value;`",
    }
}

/// The keywords that a statement can begin with.
fn keywords(inside: &str) -> &'static [&'static str] {
    match inside {
        "" => &[
            "syntax", "package", "import", "option", "message", "enum", "service", "extend",
        ],
        "service" => &["rpc", "option"],
        "enum" => &["option", "reserved"],
        "message" => &[
            "message",
            "enum",
            "oneof",
            "option",
            "reserved",
            "extensions",
            "extend",
            "optional",
            "repeated",
            "required",
        ],
        "oneof" => &["option"],
        _ => &["option", "optional", "repeated", "required"],
    }
}

/// A keyword with letters that are wrong, as it was meant.
fn misspelt(site: &Site<'_>) -> Option<Advice> {
    let word = site.word(0);
    let keywords = keywords(site.statement.inside);
    if !site.is_name(0) || keywords.contains(&word) || foreign::qualifies(word) {
        return None;
    }
    let near = nearest(word, keywords.iter().copied());
    let meant = near.first()?.trim_matches('`');
    // `NAME = 1;` and `Type name = 1;` are what they look like.
    let label = ["optional", "repeated", "required"].contains(&meant);
    let is_meant = match site.statement.inside {
        "" | "service" => site.at == 0,
        _ if label => site.at == 2 && site.is_name(1) && site.is_name(2),
        _ => site.at <= 2 && matches!(site.found(), "{" | "(") || site.is_string(site.at),
    };
    is_meant.then(|| {
        Advice::new(
            site,
            format!("there is no keyword `{word}`"),
            format!("did you mean `{meant}`?"),
        )
        .at(site.span(0))
        .label("unknown keyword")
        .instead(meant)
    })
}

/// A statement that belongs into another kind of block.
fn misplaced(site: &Site<'_>) -> Option<Advice> {
    let inside = site.statement.inside;
    let (what, belongs) = match site.word(0) {
        "rpc" if inside != "service" => ("a method", "a service"),
        "oneof" | "extensions" if inside != "message" => (site.word(0), "a message"),
        "reserved" if matches!(inside, "" | "service" | "oneof") => {
            ("`reserved`", "a message or an enum")
        }
        "service" | "package" | "import" if !inside.is_empty() && !site.is_field(0) => {
            let what = format!("`{}`", site.word(0));
            return Some(outside(site, &what));
        }
        "message" | "enum" if matches!(inside, "enum" | "service" | "oneof") && site.is_name(1) => {
            let what = format!("`{}`", site.word(0));
            return Some(outside(site, &what));
        }
        word if inside.is_empty() && foreign::declares(word) => return None,
        _ if matches!(inside, "" | "service") && site.is_field(0) => ("a field", "a message"),
        _ if inside.is_empty() && site.is_value(0) => ("a value", "an enum"),
        _ => return None,
    };
    let message = format!("{what} stands in {belongs}");
    let here = match inside {
        "" => "outside of all blocks".to_owned(),
        inside => format!("in a block of `{inside}`"),
    };
    let help = format!("move it into the braces of {belongs}");
    Some(
        Advice::new(site, message, help)
            .at(site.span(0))
            .label(here),
    )
}

fn outside(site: &Site<'_>, what: &str) -> Advice {
    let message = format!(
        "{what} does not stand in a block of `{}`",
        site.statement.inside
    );
    Advice::new(site, message, "move it out of the block")
        .at(site.span(0))
        .label("not here")
}

impl Site<'_> {
    /// `string name = 1`, with or without a label, from that word on.
    fn is_field(&self, from: usize) -> bool {
        let label = usize::from(matches!(
            self.word(from),
            "optional" | "repeated" | "required"
        ));
        let mut name = from + label + 1;
        while self.word(name) == "." || (self.is_name(name) && self.word(name - 1) == ".") {
            name += 1;
        }
        self.is_name(from + label) && self.is_name(name) && self.word(name + 1) == "="
    }

    /// `NAME = 1`.
    fn is_value(&self, from: usize) -> bool {
        self.is_name(from)
            && self.word(from + 1) == "="
            && (self.is_number(from + 2) || self.word(from + 2) == "-")
    }
}
