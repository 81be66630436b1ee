//! Types as other languages write them.

use super::{Advice, Site};
use crate::load::foreign;

/// `Vec<T>` and the like: the parser does not expect a `<`.
pub fn generic(site: &Site<'_>) -> Option<Advice> {
    let last = site.statement.words.len().saturating_sub(1);
    let name = site.before();
    let mut depth = 0_usize;
    let end = (site.at..last).find(|index| {
        match site.word(*index) {
            "<" => depth += 1,
            ">" => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    let whole = site.span(site.at.checked_sub(1)?).start..site.span(end).end;
    let (start, end) = (site.span(site.at).end, site.span(end).start);
    let inner = translated(site.statement.text[start..end].trim());
    if name == "map" && matches!(site.word(site.at.saturating_sub(2)), "," | "<") {
        let help = "declare a message with the inner map, and make that the value";
        return Some(Advice::new(
            site,
            "a map cannot be the value of a map",
            help,
        ));
    }
    let none = |help: String| {
        let advice = Advice::new(site, format!("there is no type `{name}<…>`"), help);
        Some(advice.at(whole.clone()).label("unknown type"))
    };
    let meant = named(name, &inner);
    if inner.contains('<') && !inner.starts_with("map<") {
        return none("declare a message for what is inside, and name that".to_owned());
    }
    match &meant {
        Some(meant) if meant.starts_with("repeated ") || meant == "bytes" => {
            Some(list(site, &inner).at(whole).label("a list"))
        }
        Some(meant) => none(format!("write `{meant}`")),
        None => none("only `map` takes types in `<…>`: declare a message for this".to_owned()),
    }
}

/// What `Name<inner>` is here.
fn named(name: &str, inner: &str) -> Option<String> {
    Some(match name.to_ascii_lowercase().as_str() {
        "option" | "optional" | "nullable" | "maybe" => format!("optional {inner}"),
        "box" | "arc" | "rc" | "cow" | "future" | "promise" | "readonly" | "partial" => {
            inner.to_owned()
        }
        "map" | "hashmap" | "btreemap" | "dict" | "dictionary" | "record" => {
            format!("map<{inner}>")
        }
        "vec" | "list" | "array" | "set" | "hashset" | "btreeset" | "vecdeque" | "sequence"
        | "iterable" | "readonlyarray" | "repeated" => list_of(inner),
        _ => return None,
    })
}

/// What a field is written with for a type in the words of another language: `[User!]!`, `string | null`, `Vec<u8>`.
pub fn meant(theirs: &str) -> String {
    let theirs = theirs
        .trim()
        .trim_end_matches('!')
        .trim_start_matches('&')
        .trim();
    let is_none = |part: &&str| !matches!(part.trim(), "null" | "undefined" | "None");
    let parts: Vec<&str> = theirs.split('|').filter(is_none).collect();
    let inner = match theirs.strip_suffix('?') {
        Some(inner) => Some(inner),
        None if theirs.contains('|') => match parts[..] {
            [one] => Some(one),
            _ => return String::new(),
        },
        None => None,
    };
    if let Some(inner) = inner.map(meant) {
        let is_labelled = inner.starts_with("repeated ") || inner.starts_with("map<");
        return if is_labelled {
            inner
        } else {
            format!("optional {inner}")
        };
    }
    if let Some(inner) = theirs
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
    {
        return list_of(&single(inner.split(';').next().unwrap_or(inner)));
    }
    if let Some(inner) = theirs.strip_suffix("[]") {
        return list_of(&single(inner));
    }
    if let Some((name, inner)) = theirs
        .strip_suffix('>')
        .and_then(|whole| whole.split_once('<'))
    {
        return named(name.trim(), &translated(inner)).unwrap_or_default();
    }
    translated(theirs)
}

/// Whether a field of that type has no room for a label before it.
pub fn has_label(ours: &str) -> bool {
    let labels = ["optional ", "repeated ", "map<"];
    labels.iter().any(|label| ours.starts_with(label))
}

/// Whether that can stand before a field's name.
pub fn is_written(ours: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || "_.<>, ".contains(c);
    ours.starts_with(|c: char| c.is_alphabetic() || c == '.') && ours.chars().all(is_part)
}

/// The type of an element, which has no label.
fn single(theirs: &str) -> String {
    let theirs = theirs.trim().trim_end_matches(['!', '?']);
    translated(theirs)
}

fn list_of(inner: &str) -> String {
    match inner {
        "byte" | "u8" | "uint8" => "bytes".to_owned(),
        _ => format!("repeated {inner}"),
    }
}

/// A list of `inner`.
pub fn list(site: &Site<'_>, inner: &str) -> Advice {
    let help = format!("write `{}`", list_of(&translated(inner)));
    Advice::new(site, "a list is no type of its own", help)
}

/// Types with commas between them, each as protobuf calls it.
fn translated(types: &str) -> String {
    let ours = |name: &str| match name {
        "u8" => name.to_owned(),
        _ => foreign::scalar(name).unwrap_or_else(|| name.to_owned()),
    };
    let types: Vec<_> = types.split(',').map(|name| ours(name.trim())).collect();
    types.join(", ")
}

/// A name whose parts have `::` or `/` between them.
pub fn path(site: &Site<'_>) -> Option<Advice> {
    let separator = match (site.found(), site.word(site.at + 1)) {
        (":", ":") => 2,
        ("/", _) => 1,
        _ => return None,
    };
    let sign = site.found();
    let mut name = site.before().to_owned();
    let mut index = site.at;
    while site.word(index) == sign && site.is_name(index + separator) {
        name = format!("{name}.{}", site.word(index + separator));
        index += separator + 1;
    }
    let whole = site.span(site.at.checked_sub(1)?).start..site.span(index - 1).end;
    if let Some(ours) = foreign::scalar(site.word(index - 1)).filter(|_| separator == 2) {
        let theirs = &site.statement.text[whole.clone()];
        let advice = Advice::new(
            site,
            format!("there is no type `{theirs}`"),
            format!("write `{ours}`"),
        );
        return Some(advice.at(whole).label("unknown type").instead(ours));
    }
    let sign = sign.repeat(separator);
    let message = format!("the parts of a name have `.` between them, not `{sign}`");
    let advice = Advice::new(site, message, format!("write `{name}`"));
    Some(advice.at(whole).label("one name").instead(name))
}

/// What other languages say of a field before its type.
const MODIFIERS: [&str; 15] = [
    "pub",
    "public",
    "private",
    "protected",
    "readonly",
    "static",
    "const",
    "let",
    "var",
    "val",
    "mut",
    "final",
    "late",
    "nullable",
    "virtual",
];

pub fn is_modifier(word: &str) -> bool {
    MODIFIERS.contains(&word)
}

/// A word too many before the `=` of a field.
pub fn one_too_many(site: &Site<'_>) -> Advice {
    let first = site.word(0);
    let is_scalar = |index: usize| foreign::SCALARS.contains(&site.word(index));
    let labels = ["optional", "repeated", "required"];
    if labels.contains(&site.word(1)) && !labels.contains(&first) {
        let (label, name) = (site.word(1), site.word(2));
        let help = format!("write `{label} {first} {name}`");
        let whole = site.span(0).start..site.span(2).end;
        let advice = Advice::new(site, "a label stands before the type", help);
        let mut advice = advice.at(site.span(1)).label("not here");
        advice.instead = Some((whole, format!("{label} {first} {name}")));
        return advice;
    }
    if labels.contains(&first) && labels.contains(&site.word(1)) {
        let other = if site.word(1) == "repeated" { 0 } else { 1 };
        let help = format!("remove `{}`", site.word(other));
        let advice = Advice::new(site, "a field has one label", help).at(site.span(other));
        return advice.label("one label too many").instead(" ");
    }
    if matches!(first, "unsigned" | "signed") {
        let ours = if first == "signed" { "int" } else { "uint" };
        let bits = if site.word(1) == "long" { 64 } else { 32 };
        let help = format!("write `{ours}{bits}`");
        let message = format!("there is no type `{first} {}`", site.word(1));
        return Advice::new(site, message, help)
            .at(site.span(0).start..site.span(1).end)
            .label("unknown type")
            .instead(format!("{ours}{bits}"));
    }
    if is_scalar(0) && !is_scalar(1) && site.at == 2 {
        let (name, next) = (site.word(1), site.word(2));
        return Advice::new(
            site,
            "a name has no spaces",
            format!("write `{name}_{next}`"),
        )
        .at(site.span(1).start..site.span(2).end)
        .label("two words")
        .instead(format!("{name}_{next}"));
    }
    if MODIFIERS.contains(&first) {
        let advice = Advice::new(
            site,
            format!("there is no keyword `{first}`"),
            format!("remove `{first}`"),
        );
        return advice
            .at(site.span(0))
            .label("unknown keyword")
            .instead(" ");
    }
    let help = "a field has one type and one name, as in `string name = 1;`";
    Advice::new(site, format!("`{first}` is one word too many"), help)
        .at(site.span(0))
        .label("here")
}
