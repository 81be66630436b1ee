//! The values of an enum.

use super::members::{next_number, no_number, whole_number};
use super::{Advice, Site};
use crate::load::tokens::{TokenKind, tokens};

/// `Circle(f64)` and `Square { … }` as values.
fn holds_something(site: &Site<'_>, name: &str) -> Advice {
    let start = site.span(1).start;
    let text = &site.statement.text[start..];
    let mut depth = 0_usize;
    let end = tokens(text).find_map(|token| {
        match token.kind {
            TokenKind::Symbol('(' | '{') => depth += 1,
            TokenKind::Symbol(')' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth == 0).then_some(start + token.span.end)
    });
    let help = "declare a message with a `oneof`, and in that a field for each case";
    let message = format!("the value `{name}` of an enum holds nothing");
    let mut advice = Advice::new(site, message, help);
    let whole = start..end.unwrap_or(site.span(1).end);
    advice.instead = Some((whole, format!("= {}", next_number(site))));
    advice.at(site.span(0)).label("a case with content")
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
        "an integer" if site.is_string(site.at) && is_number(found) => {
            let number = found.trim_matches(['"', '\'']);
            let help = format!("write it without quotes: `{name} = {number};`");
            let advice = Advice::new(site, "the number of a value is no string", help);
            Some(advice.instead(number))
        }
        "an integer" => {
            let help = format!(
                "an enum has numbers alone: write `{name} = {};`",
                next_number(site)
            );
            let found = whole_number(site);
            let mut advice = Advice::new(site, format!("`{found}` is no number"), help);
            if matches!(site.word(site.at + 1), "," | ";") {
                let whole = site.span(site.at).start..site.span(site.at + 1).end;
                advice.instead = Some((whole, format!("{};", next_number(site))));
            }
            Some(advice)
        }
        "'='" if matches!(found, "(" | "{") && site.at == 1 => Some(holds_something(site, name)),
        // The next value stands on the next line.
        "'='" if found.is_empty() && site.at == 1 => {
            let number = next_number(site);
            let mut advice = no_number(site, name);
            advice.instead = Some((site.span(0), format!("{name} = {number};")));
            Some(advice.at(site.span(0)).label("no number behind this"))
        }
        _ => None,
    }
}

/// What stands between quotes is one.
fn is_number(string: &str) -> bool {
    string.trim_matches(['"', '\'']).parse::<i32>().is_ok()
}
