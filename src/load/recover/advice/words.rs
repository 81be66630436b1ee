//! Words that the parser reads past and that are wrong all the same.

use std::ops::Range;

use super::{Advice, Site};
use crate::diagnostic::{Code, code};
use crate::load::foreign;
use crate::load::recover::statement::Statement;
use crate::load::syntax::import_help;

/// What somebody may have meant who wrote that; `code` says what is wrong with it.
pub fn advise(statement: &Statement<'_>, span: &Range<usize>, code: Code) -> Option<Advice> {
    let site = Site {
        statement,
        at: statement.position(span.start),
        expected: "",
    };
    let text = &statement.text[span.clone()];
    let mut advice = match code {
        code::SYNTAX_COMMENT => {
            let advice = hash(&site, text)?;
            let instead = advice.instead.as_ref().map(|(_, text)| text.clone());
            let end = span.start + text.trim_end().len();
            let advice = advice.at(span.start..end).label("here");
            Some(advice.instead(instead.unwrap_or_else(|| " ".to_owned())))
        }
        code::SYNTAX_STRING if site.word(0) == "import" && text.starts_with(|c: char| c != '"') => {
            let path = (1..statement.words.len()).find(|index| site.is_string(*index))?;
            let help = import_help(site.word(path));
            Some(Advice::new(&site, "a path has no `\\` in it", help).label("here"))
        }
        code::SYNTAX_NUMBER => name(&site, span),
        code::SYNTAX_MAP_KEY => key(&site, text),
        _ => None,
    }?;
    advice.code = code;
    if advice.span != *span && !matches!(code, code::SYNTAX_NUMBER | code::SYNTAX_COMMENT) {
        advice.span = span.clone();
    }
    Some(advice)
}

/// `#include`, `#[attribute]`, and what is a comment elsewhere. What follows is a statement of its own.
fn hash(site: &Site<'_>, text: &str) -> Option<Advice> {
    if let Some(path) = text.strip_prefix("#include") {
        let path = path.trim().trim_matches(['"', '<', '>']);
        let import = format!("import \"{path}\";");
        let help = format!("write `{import}`");
        let advice = Advice::new(site, "a file is not included, but imported", help);
        return Some(advice.instead(import));
    }
    if text.starts_with("#[") {
        let help = "write `option deprecated = true;` into the block, or `[deprecated = true]` behind a field's number";
        return Some(Advice::new(
            site,
            "there are no attributes, but options",
            help,
        ));
    }
    let is_hash = text.starts_with('#');
    is_hash.then(|| Advice::new(site, "a comment does not begin with `#`", "write `//`"))
}

/// `2fa` in the place of a name.
fn name(site: &Site<'_>, span: &Range<usize>) -> Option<Advice> {
    let index = site.at;
    let is_name = index > 0 && (site.is_name(index - 1) || matches!(site.before(), ">" | "."));
    let word = site.word(index);
    let letters = word.trim_start_matches(|c: char| c.is_ascii_digit());
    (is_name && site.span(index).start == span.start && !letters.is_empty()).then(|| {
        let help = format!("begin it with a letter, such as `x{word}`");
        Advice::new(site, format!("`{word}` is no name"), help)
            .label("begins with a digit")
            .instead(format!("x{word}"))
    })
}

/// The type of a map's keys.
fn key(site: &Site<'_>, text: &str) -> Option<Advice> {
    let ours = foreign::scalar(text)
        .filter(|ours| ours != text && !matches!(ours.as_str(), "float" | "double" | "bytes"));
    let help = match ours {
        Some(ours) => format!("write `{ours}`"),
        None => "a key is a string, a bool or an integer, such as `string` or `int64`".to_owned(),
    };
    Some(
        Advice::new(
            site,
            format!("the keys of a map cannot be of type `{text}`"),
            help,
        )
        .label("here"),
    )
}
