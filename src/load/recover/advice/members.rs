//! What stands in a message, a oneof or an enum.

use std::collections::BTreeSet;

use super::{Advice, Site};
use crate::load::tokens::{TokenKind, tokens};

const SCALARS: [&str; 15] = [
    "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32",
    "fixed64", "sfixed32", "sfixed64", "bool", "string", "bytes",
];

/// A field.
pub fn field(site: &Site<'_>) -> Option<Advice> {
    let found = site.found();
    let last = site.statement.words.len() - 1;
    let name = site.before();
    let is_named = site.at >= 2 && site.is_name(site.at - 1);
    if found == "=" && site.at == 1 && SCALARS.contains(&name) {
        let help = format!("write `{name} name = {};`", site.word(2));
        return Some(
            Advice::new(site, "this field has no name", help).label("no name before this"),
        );
    }
    if found == "=" && site.at == 1 && site.is_value(0) {
        let help = format!(
            "write the type first, such as `string {name} = {};`",
            site.word(2)
        );
        let advice = Advice::new(site, format!("the field `{name}` has no type"), help);
        return Some(advice.at(site.span(0)).label("no type before this"));
    }
    if site.expected == "'='" && is_named {
        return match found {
            ";" => Some(no_number(site, name)),
            "[" if site.word(site.at + 1) == "]" => {
                Some(list(site, &type_before(site, site.at - 1)))
            }
            ":" => Some(wrong_order(site)),
            _ if site.is_number(site.at) => {
                let help = format!("write `{name} = {found}`");
                let advice = Advice::new(site, "there is no `=` before the number", help);
                Some(advice.instead(format!("= {found}")))
            }
            _ if site.is_name(site.at) && site.word(site.at + 1) == "=" => {
                let help = "a field has one type and one name, as in `string name = 1;`";
                let advice = Advice::new(
                    site,
                    format!("`{}` is one word too many", site.word(0)),
                    help,
                );
                Some(advice.at(site.span(0)).label("here"))
            }
            _ => None,
        };
    }
    if found == ">" && site.expected == "','" {
        let help = format!("write the type of the keys and that of the values: `map<{name}, …>`");
        return Some(Advice::new(site, "a map has two types", help).label("one type before this"));
    }
    if found == "<" {
        let inner = (site.at + 1..last)
            .find(|index| site.word(*index) == ">")
            .map(|end| {
                let (start, end) = (site.span(site.at).end, site.span(end).start);
                site.statement.text[start..end].trim().to_owned()
            })?;
        return match name.to_ascii_lowercase().as_str() {
            "option" | "optional" | "nullable" => Some(Advice::new(
                site,
                format!("there is no type `{name}<…>`"),
                format!("write `optional {inner}`"),
            )),
            "map" | "hashmap" | "dictionary" | "record" => Some(Advice::new(
                site,
                format!("there is no type `{name}<…>`"),
                format!("write `map<{inner}>`"),
            )),
            _ => Some(list(site, &inner)),
        };
    }
    if found == "[" && site.word(site.at + 1) == "]" {
        return Some(list(site, name));
    }
    if found == ":" && site.at == 1 {
        return Some(wrong_order(site));
    }
    if site.expected == "an integer" && name == "=" {
        let name = site.word(site.at - 2);
        if found == ";" || found == "[" {
            return Some(no_number(site, name));
        }
        if site.is_string(site.at) {
            let number = found.trim_matches(['"', '\'']);
            let help = "write it without quotes: it is what the field is called in the encoding, not its value";
            let advice = Advice::new(site, "the number of a field is no string", help);
            return Some(match number.parse::<u32>() {
                Ok(_) => advice.instead(number),
                Err(_) => advice,
            });
        }
        let help = format!(
            "what stands behind the `=` is the field's number in the encoding, not its value: write `{name} = {};`",
            next_number(site)
        );
        return Some(Advice::new(
            site,
            format!("`{found}` is no field number"),
            help,
        ));
    }
    None
}

/// The type in front of a name.
fn type_before(site: &Site<'_>, name: usize) -> String {
    site.word(name.saturating_sub(1)).to_owned()
}

fn list(site: &Site<'_>, inner: &str) -> Advice {
    Advice::new(
        site,
        "a list is no type of its own",
        format!("write `repeated {inner}`"),
    )
}

fn wrong_order(site: &Site<'_>) -> Advice {
    Advice::new(
        site,
        "a field is written as type, name and number",
        "write it as in `string name = 1;`",
    )
}

fn no_number(site: &Site<'_>, name: &str) -> Advice {
    let what = if site.statement.inside == "enum" {
        "value"
    } else {
        "field"
    };
    let help = format!(
        "give it one that nothing else in the block has: `{name} = {}`",
        next_number(site)
    );
    Advice::new(site, format!("the {what} `{name}` has no number"), help)
        .label("no number before this")
}

/// The first number that a value of the enum does not have, or that is beyond those of a message's fields.
fn next_number(site: &Site<'_>) -> u32 {
    let numbers = numbers(&site.statement.text[site.statement.block.clone()]);
    if site.statement.inside == "enum" {
        (0..).find(|number| !numbers.contains(number)).unwrap_or(0)
    } else {
        numbers.last().map_or(1, |last| last.saturating_add(1))
    }
}

/// The numbers right in a block, up to its end.
fn numbers(block: &str) -> BTreeSet<u32> {
    let mut depth = 0_usize;
    let mut numbers = BTreeSet::new();
    let mut before = TokenKind::Word;
    for token in tokens(block) {
        match token.kind {
            TokenKind::Symbol('{' | '[') => depth += 1,
            TokenKind::Symbol('}') if depth == 0 => break,
            TokenKind::Symbol('}' | ']') => depth = depth.saturating_sub(1),
            TokenKind::Word if depth == 0 && before == TokenKind::Symbol('=') => {
                numbers.extend(block[token.span].parse::<u32>().ok());
            }
            _ => {}
        }
        before = token.kind;
    }
    numbers
}

/// A value of an enum.
pub fn value(site: &Site<'_>) -> Option<Advice> {
    let found = site.found();
    let name = site.word(0);
    if site.is_field(0) {
        let help = format!(
            "write `{} = {};`; fields with types stand in messages",
            site.word(1),
            site.word(3)
        );
        return Some(
            Advice::new(site, "a value of an enum has no type", help)
                .at(site.span(0))
                .label("a type"),
        );
    }
    match site.expected {
        "'='" if matches!(found, ";" | "," | "[" | "}") && site.at == 1 => {
            Some(no_number(site, name))
        }
        "'='" if site.is_number(site.at) && site.at == 1 => {
            let advice = Advice::new(
                site,
                "there is no `=` before the number",
                format!("write `{name} = {found}`"),
            );
            Some(advice.instead(format!("= {found}")))
        }
        "'='" if found == ":" && site.at == 1 => {
            let advice = Advice::new(
                site,
                "between a value and its number stands `=`",
                "write `=`",
            );
            Some(advice.instead("="))
        }
        "an integer" if matches!(found, ";" | "[") => Some(no_number(site, name)),
        "an integer" => {
            let help = format!(
                "an enum has numbers alone: write `{name} = {};`",
                next_number(site)
            );
            Some(Advice::new(site, format!("`{found}` is no number"), help))
        }
        _ => None,
    }
}

/// `reserved` and `extensions`.
pub fn ranges(site: &Site<'_>) -> Option<Advice> {
    let found = site.found();
    if site.word(0) == "reserved" && site.at == 1 && site.is_name(1) {
        let names: Vec<_> = (1..site.statement.words.len())
            .filter(|index| site.is_name(*index))
            .map(|index| format!("\"{}\"", site.word(index)))
            .collect();
        let help = format!("write `reserved {};`", names.join(", "));
        return Some(Advice::new(site, "reserved names stand in quotes", help));
    }
    if found == "-" || found == ":" || (found == "." && site.word(site.at + 1) == ".") {
        let last = (site.at..site.statement.words.len()).find(|index| site.is_number(*index));
        let to = last.map_or("9", |last| site.word(last));
        let help = format!(
            "write `{} to {to}`; the last number is part of the range",
            site.before()
        );
        return Some(Advice::new(
            site,
            "a range of numbers is written with `to`",
            help,
        ));
    }
    let mixed = (site.is_string(site.at) && site.expected.contains("integer"))
        || (site.is_number(site.at) && site.expected.contains("string literal"));
    mixed.then(|| {
        let help = "write one `reserved` statement for the numbers and one for the names";
        Advice::new(
            site,
            "numbers and names are not reserved in one statement",
            help,
        )
    })
}
