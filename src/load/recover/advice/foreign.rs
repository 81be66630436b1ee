//! Statements of other languages.

use super::{Advice, Site};

/// Words that begin a declaration elsewhere, before what it would be in a schema.
const DECLARES: [(&str, &str); 10] = [
    ("struct", "message"),
    ("class", "message"),
    ("interface", "message"),
    ("type", "message"),
    ("record", "message"),
    ("union", "message"),
    ("input", "message"),
    ("model", "message"),
    ("table", "message"),
    ("trait", "service"),
];

/// Words that stand before one.
const QUALIFIES: [&str; 10] = [
    "pub", "export", "public", "private", "abstract", "final", "declare", "default", "data",
    "sealed",
];

/// Whether other languages have that word before a declaration.
pub fn qualifies(word: &str) -> bool {
    QUALIFIES.contains(&word)
}

/// Words that begin what a schema does not have.
const NOT_HERE: [&str; 11] = [
    "const", "static", "let", "var", "impl", "function", "fn", "def", "func", "async", "macro",
];

/// Whether other languages begin a declaration with that word.
pub fn declares(word: &str) -> bool {
    DECLARES.iter().any(|(theirs, _)| *theirs == word)
}

/// A declaration, an import or a comment of another language.
pub fn statement(site: &Site<'_>) -> Option<Advice> {
    let is_block = site.at == 2 && site.found() == "{" && declares(site.word(0));
    if site.statement.inside == "message" && is_block {
        return declaration(site);
    }
    if site.at > 1 {
        return None;
    }
    match site.statement.inside {
        "" => comment(site)
            .or_else(|| declaration(site))
            .or_else(|| import(site)),
        "message" | "oneof" | "enum" => comment(site),
        "service" => comment(site).or_else(|| method(site)),
        _ => None,
    }
}

/// `struct Note {`.
fn declaration(site: &Site<'_>) -> Option<Advice> {
    let first = site.word(0);
    let at = (0..)
        .take_while(|index| QUALIFIES.contains(&site.word(*index)))
        .count();
    let word = site.word(at);
    let ours = match DECLARES.iter().find(|(theirs, _)| *theirs == word) {
        Some((_, ours)) => *ours,
        None if at > 0 && matches!(word, "message" | "enum" | "service") => word,
        None => return None,
    };
    let name = site.word(at + 1);
    if site.word(at + 2) == "=" && site.word(at + 3) != "{" {
        let help = match site.statement.text[site.statement.span.clone()].contains('|') {
            true => {
                format!("write `message {name} {{ oneof value {{ … }} }}`, with a field for each")
            }
            false => "write the type itself wherever it is meant".to_owned(),
        };
        let advice = Advice::new(site, "a type has no other name", help);
        return Some(advice.at(site.span(0)).label("unknown keyword"));
    }
    let help = match site.is_name(at + 1) {
        true => format!("write `{ours} {} {{`", site.word(at + 1)),
        false => format!("write `{ours}`"),
    };
    let advice = Advice::new(site, format!("there is no keyword `{first}`"), help)
        .at(site.span(0).start..site.span(at).end)
        .label("unknown keyword");
    let mut advice = advice.instead(ours);
    if site.word(at + 2) == "=" {
        let whole = site.span(0).start..site.span(at + 2).end;
        advice.instead = Some((whole, format!("{ours} {name}")));
    }
    Some(advice)
}

/// `use a::b;` and the like.
fn import(site: &Site<'_>) -> Option<Advice> {
    let word = site.word(0);
    if !matches!(
        word,
        "use" | "from" | "include" | "require" | "using" | "extern" | "mod"
    ) {
        return None;
    }
    let help = "name the file, with its path from a root: write `import \"folder/file.proto\";`";
    let advice = Advice::new(site, format!("there is no keyword `{word}`"), help);
    Some(advice.at(site.span(0)).label("unknown keyword"))
}

/// What a file holds nothing of.
pub fn unknown(site: &Site<'_>) -> Option<Advice> {
    let word = site.word(0);
    let is_outside = site.at == 0 && site.statement.inside.is_empty();
    if !is_outside || !(site.is_name(0) || site.is_string(0)) {
        return None;
    }
    if site.is_string(0) {
        let last = (1..).find(|index| !site.is_string(*index)).unwrap_or(1) - 1;
        let help = "if this is a comment, begin it with `//`";
        let advice = Advice::new(site, "this is no statement", help).label("a string");
        let whole = site.span(0).start..site.span(last).end;
        return Some(advice.at(whole).instead(" "));
    }
    let help = match word {
        "scalar" => "write one of protobuf's types wherever it is meant, or declare a message",
        word if NOT_HERE.contains(&word) => {
            "a schema has types and services alone: no constants, and no functions"
        }
        _ => super::form(""),
    };
    let advice = Advice::new(site, format!("there is no keyword `{word}`"), help);
    Some(advice.at(site.span(0)).label("unknown keyword"))
}

/// `fn get(A) -> B`.
fn method(site: &Site<'_>) -> Option<Advice> {
    let word = site.word(0);
    let is_method =
        site.at == 0 && site.is_name(0) && (site.is_name(1) || matches!(site.word(1), "(" | ":"));
    is_method.then(|| {
        Advice::new(
            site,
            format!("there is no keyword `{word}` in a service"),
            super::methods::FORM,
        )
        .at(site.span(0))
        .label("unknown keyword")
    })
}

/// `-- text` and `<!-- text -->`; and what a merge leaves where both sides changed a place.
fn comment(site: &Site<'_>) -> Option<Advice> {
    let rest = &site.statement.text[site.span(0).start..];
    if ["<<<<<<< ", "=======", ">>>>>>> "]
        .iter()
        .any(|mark| rest.starts_with(mark))
    {
        let start = site.span(0).start;
        let line = rest.lines().next().map_or(0, str::len);
        let help = "keep one of the sides, and remove the lines that mark them";
        let advice = Advice::new(site, "a merge left a conflict here", help);
        return Some(
            advice
                .at(start..start + line)
                .label("a mark of it")
                .instead(" "),
        );
    }
    let sign = match (site.word(0), site.word(1), site.word(2), site.word(3)) {
        ("-", "-", ..) => "--",
        ("<", "!", "-", "-") => "<!--",
        _ => return None,
    };
    let mut advice = Advice::new(
        site,
        format!("a comment does not begin with `{sign}`"),
        "write `//`",
    );
    advice.code = crate::diagnostic::code::SYNTAX_COMMENT;
    let start = site.span(0).start;
    let line = site.statement.text[start..]
        .lines()
        .next()
        .map_or(0, str::len);
    Some(advice.at(start..start + line).label("here").instead(" "))
}
