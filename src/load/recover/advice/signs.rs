//! Signs that are not protobuf's, in any statement.

use super::{Advice, Site, members, numbered, types};
use crate::diagnostic::code;
use crate::load::foreign;

/// A sign that means nothing in a schema.
pub fn advise(site: &Site<'_>) -> Option<Advice> {
    let text = &site.statement.text[site.span(site.at).start..];
    let sign = text.chars().next()?;
    if sign == '@'
        && let Some(advice) = numbered::behind(site)
    {
        return Some(advice);
    }
    let help = match sign {
        '“' | '”' | '„' | '‘' | '’' | '«' | '»' | '`' => {
            "write straight quotes, as in \"text\"".to_owned()
        }
        '?' if site.is_name(site.at.wrapping_sub(1)) && text[1..].trim_start().starts_with(':') => {
            let name = site.at - 1;
            let start = site.span(site.at).start + text.find(':')? + 1;
            return Some(members::wrong_order(site, name, start, true));
        }
        '?' if site.is_name(site.at.wrapping_sub(1)) => {
            let ty = site.before();
            let ty = foreign::scalar(ty).unwrap_or_else(|| ty.to_owned());
            format!("write `optional {ty}`")
        }
        '?' => "write `optional` before the type".to_owned(),
        '!' => "remove it: a field is always there, unless it is `optional`".to_owned(),
        '|' => {
            let other = text[1..].trim_start();
            match other.starts_with("null") || other.starts_with("undefined") {
                true => format!("write `optional {}`", types::meant(site.before())),
                false => "a field has one type: declare a `oneof` with a field for each".to_owned(),
            }
        }
        '@' if site.at == 0 && site.statement.inside.is_empty() => {
            "remove it: a file has no number".to_owned()
        }
        '@' => {
            "options stand in brackets behind the number, such as `[deprecated = true]`".to_owned()
        }
        '\\' => "a path has `/` between its parts".to_owned(),
        '&' | '*' => {
            "remove it: there are no references, and a field of a message type may be unset"
                .to_owned()
        }
        c if c.is_alphabetic() => {
            "a name has the letters a to z and A to Z, digits and underscores".to_owned()
        }
        c if c.is_control() || c.is_whitespace() || is_invisible(c) => {
            format!(
                "it is the invisible character U+{:04X}: remove it",
                u32::from(c)
            )
        }
        _ => return None,
    };
    let mut advice = Advice::new(site, format!("`{sign}` means nothing here"), help).label("here");
    if sign.is_control() || sign.is_whitespace() || is_invisible(sign) {
        advice.message = "there is an invisible character here".to_owned();
        let start = advice.span.start;
        advice = advice
            .at(start..start + sign.len_utf8())
            .instead(&"    "[..sign.len_utf8()]);
    }
    advice.code = code::SYNTAX_INVALID_TOKEN;
    Some(advice)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}')
}

/// A sign that protobuf has for something else.
pub fn general(site: &Site<'_>) -> Option<Advice> {
    let found = site.found();
    if found == "," && site.expected.contains("';'") {
        let advice = Advice::new(site, "a statement ends with `;`, not with `,`", "write `;`");
        return Some(advice.instead(";"));
    }
    let is_dot = found == "." && site.expected == "'='";
    if (found == "-" || is_dot) && site.at > 0 && site.is_name(site.at - 1) {
        let next = if site.is_name(site.at + 1) {
            site.word(site.at + 1)
        } else {
            ""
        };
        let name = site.before();
        let span =
            site.span(site.at - 1).start..site.span(site.at + usize::from(!next.is_empty())).end;
        let mut advice = Advice::new(
            site,
            format!("`{name}{found}{next}` is no name"),
            format!("a name has letters, digits and underscores: write `{name}_{next}`"),
        );
        advice.code = code::SYNTAX_NAME;
        return (!next.is_empty()).then(|| {
            advice
                .at(span)
                .label("no name")
                .instead(format!("{name}_{next}"))
        });
    }
    // A text in plain words.
    let plain = (0..3).all(|index| site.is_name(index)) && !matches!(site.word(2), "=" | ";");
    if plain && site.at <= 2 && site.is_name(3) {
        let help = "if this is a comment, begin it with `//`";
        return Some(
            Advice::new(site, "this is no statement", help)
                .at(site.span(0))
                .label("here"),
        );
    }
    None
}
