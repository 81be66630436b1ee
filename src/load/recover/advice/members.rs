//! What stands in a message, a oneof or an enum.

use std::collections::BTreeSet;

use super::{Advice, Site, numbered, types};
use crate::load::foreign::SCALARS;
use crate::load::tokens::{TokenKind, tokens};

/// A field.
pub fn field(site: &Site<'_>) -> Option<Advice> {
    let found = site.found();
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
                Some(types::list(site, &type_before(site, site.at - 1)))
            }
            ":" => types::path(site).or_else(|| Some(reversed(site))),
            _ if site.is_number(site.at) => {
                let help = format!("write `{name} = {found}`");
                let advice = Advice::new(site, "there is no `=` before the number", help);
                Some(advice.instead(format!("= {found}")))
            }
            _ if site.is_name(site.at)
                && (site.word(site.at + 1) == "=" || types::is_modifier(site.word(0))) =>
            {
                Some(types::one_too_many(site))
            }
            "," => {
                let help =
                    "write a statement for each: a field has one name, and a number of its own";
                Some(Advice::new(site, "a statement declares one field", help))
            }
            "{" if site.word(1) == "oneof" => {
                let help = format!(
                    "remove `{}`: one of its fields is set, or none",
                    site.word(0)
                );
                let advice = Advice::new(site, "a oneof has no label", help);
                Some(advice.at(site.span(0)).label("a label").instead(" "))
            }
            _ => None,
        };
    }
    if found == ">" && site.expected == "','" {
        let help = format!("write the type of the keys and that of the values: `map<{name}, …>`");
        return Some(Advice::new(site, "a map has two types", help).label("one type before this"));
    }
    if found == "<" {
        return types::generic(site);
    }
    if name == "repeated" && site.expected.contains("'>'") {
        let help = format!("declare a message with a `repeated {found}`, and make that the value");
        return Some(Advice::new(
            site,
            "a list cannot be the value of a map",
            help,
        ));
    }
    if found == "[" && site.word(site.at + 1) == "]" {
        let whole = site.span(site.at.saturating_sub(1)).start..site.span(site.at + 1).end;
        return Some(types::list(site, name).at(whole).label("a list"));
    }
    if matches!(found, ":" | "/") && site.at == 1 {
        return types::path(site).or_else(|| (found == ":").then(|| reversed(site)));
    }
    if site.at == 0 && !site.is_name(0) && !matches!(site.statement.inside, "rpc" | "service") {
        return no_type(site);
    }
    if found == "(" && site.at == 1 {
        let help = "declare a service, in which it is `rpc Get(GetRequest) returns (GetResponse);`";
        return Some(Advice::new(site, "a message has no methods", help));
    }
    if site.expected == "'<'" {
        let help =
            format!("write `map<string, {found}>`, with the types of the keys and the values");
        return Some(Advice::new(site, "a map has two types", help).label("no `<` before this"));
    }
    if found == "=" && site.expected.contains("';'") && site.at > 1 && site.is_number(site.at - 1) {
        let value = site.word(site.at + 1);
        let help = format!("remove `= {value}`: a field that is not set is zero, empty or absent");
        return Some(Advice::new(
            site,
            "a field has a number, and no value",
            help,
        ));
    }
    if site.expected.contains("';'") && name == "=" && site.is_number(site.at) {
        // The parser stopped inside of the word.
        let help = format!("write a whole number, such as `= {}`", next_number(site));
        let advice = Advice::new(site, format!("`{found}` is no number"), help);
        return Some(advice.label("no number"));
    }
    if site.expected == "an integer" && name == "=" {
        let name = site.word(site.at - 2);
        if found == ";" || found == "[" {
            return Some(no_number(site, name));
        }
        let number = found.trim_matches(['"', '\'']);
        if site.is_string(site.at) && number.parse::<u32>().is_ok() {
            let help = format!("write it without quotes: `{name} = {number};`");
            let advice = Advice::new(site, "the number of a field is no string", help);
            return Some(advice.instead(number));
        }
        let whole = whole_number(site);
        let field = site.span(0).start..site.span(site.at.saturating_sub(2)).end;
        let field = site.statement.text.get(field).unwrap_or(name);
        let help = format!(
            "what stands behind the `=` is the field's number in the encoding, not its value: write `{field} = {};`",
            next_number(site)
        );
        return Some(Advice::new(
            site,
            format!("`{whole}` is no field number"),
            help,
        ));
    }
    None
}

/// The type in front of a name.
fn type_before(site: &Site<'_>, name: usize) -> String {
    site.word(name.saturating_sub(1)).to_owned()
}

/// A field that does not begin with a name.
fn no_type(site: &Site<'_>) -> Option<Advice> {
    let few = "declare an enum with these values, and a field of its type";
    let parts = "declare a message with a field for each part, and a field of its type";
    match site.found() {
        "[" => {
            let text = &site.statement.text[site.span(0).start..];
            let length = text.find(']')? + 1;
            let whole = site.span(0).start..site.span(0).start + length;
            let ours = types::meant(&text[..length]);
            let help = format!("write `{ours}`");
            let advice = Advice::new(site, "a list is no type of its own", help);
            Some(advice.at(whole).label("a list").instead(ours))
        }
        "(" => Some(Advice::new(site, "a field has one type", parts)),
        _ if site.is_number(0) => numbered::before(site),
        _ if site.is_string(0) => Some(Advice::new(site, "a text is no type", few)),
        _ => None,
    }
}

/// `name: type`
fn reversed(site: &Site<'_>) -> Advice {
    wrong_order(site, site.at - 1, site.span(site.at).end, false)
}

/// `name: type = 1`, as far as it is that; the type stands at `start`.
pub fn wrong_order(site: &Site<'_>, name: usize, start: usize, optional: bool) -> Advice {
    let text = &site.statement.text[start..];
    let mut depth = 0_usize;
    let length = text.find(|c| match c {
        '<' | '[' | '(' => {
            depth += 1;
            false
        }
        '>' | ']' | ')' => {
            depth = depth.saturating_sub(1);
            false
        }
        '=' | '}' | '\n' => true,
        ',' | ';' => depth == 0,
        _ => false,
    });
    let (theirs, rest) = text.split_at(length.unwrap_or(text.len()));
    let (name, place) = (site.word(name), site.span(name));
    let said = rest.strip_prefix('=').map(|rest| rest.trim_start());
    let digits = said.and_then(|said| said.split(|c: char| !c.is_ascii_digit()).next());
    let number = match digits {
        Some(digits) if !digits.is_empty() => digits.to_owned(),
        _ => next_number(site).to_string(),
    };
    let ours = types::meant(theirs);
    let label = if optional && !types::has_label(&ours) {
        "optional "
    } else {
        ""
    };
    let help = match types::is_written(&ours) {
        true => format!("write `{label}{ours} {name} = {number};`"),
        false => "write it as in `string name = 1;`".to_owned(),
    };
    let mut advice = Advice::new(site, "a field is written as type, name and number", help);
    // With this number, for those that follow; the type may be wrong too, and that is not the point here.
    let has_number = rest.starts_with('=');
    let ends = has_number || rest.starts_with(';');
    let length = theirs.len() + usize::from(rest.starts_with(','));
    let ty = if SCALARS.contains(&ours.as_str()) {
        &ours
    } else {
        "bool"
    };
    let number = if has_number {
        String::new()
    } else {
        format!(" = {number}")
    };
    let end = if ends { "" } else { ";" };
    advice.instead = Some((
        place.start..start + length,
        format!("{ty} {name}{number}{end}"),
    ));
    advice
}

pub fn no_number(site: &Site<'_>, name: &str) -> Advice {
    let what = if site.statement.inside == "enum" {
        "value"
    } else {
        "field"
    };
    let help = format!(
        "give it one that nothing else in the block has: `{name} = {}`",
        next_number(site)
    );
    let equals = if site.before() == "=" { "" } else { "= " };
    let end = match site.found() {
        "," => ";",
        found => found,
    };
    Advice::new(site, format!("the {what} `{name}` has no number"), help)
        .label("no number before this")
        .instead(format!("{equals}{} {end}", next_number(site)))
}

/// The first number that a value of the enum does not have, or that is beyond those of a message's fields.
pub fn next_number(site: &Site<'_>) -> u32 {
    let numbers = numbers(&site.statement.text[site.statement.block.clone()]);
    if site.statement.inside == "enum" {
        let mut free = (0..).filter(|number| !numbers.contains(number));
        free.nth(without_number(site)).unwrap_or(0)
    } else {
        numbers.last().map_or(1, |last| last.saturating_add(1))
    }
}

/// How many values before this one wait for a number too.
fn without_number(site: &Site<'_>) -> usize {
    let before = site.statement.block.start..site.statement.span.start;
    let before = site.statement.text.get(before).unwrap_or_default();
    let statements = before.split([';', ',']);
    let waits = |statement: &&str| {
        let mut words = tokens(statement);
        let first = words.next().map(|word| word.kind);
        first == Some(TokenKind::Word) && words.next().is_none()
    };
    statements.filter(waits).count()
}

/// The numbers right in a block, up to its end.
fn numbers(block: &str) -> BTreeSet<u32> {
    let mut depth = 0_usize;
    let mut is_option = false;
    let mut numbers = BTreeSet::new();
    let mut before = TokenKind::Word;
    for token in tokens(block) {
        match token.kind {
            TokenKind::Symbol('{') => depth += 1,
            TokenKind::Symbol('}') if depth == 0 => break,
            TokenKind::Symbol('}') => depth = depth.saturating_sub(1),
            // Options stand in brackets, which may not be closed.
            TokenKind::Symbol('[') => is_option = true,
            TokenKind::Symbol(']' | ';') => is_option = false,
            TokenKind::Word if depth == 0 && !is_option && before == TokenKind::Symbol('=') => {
                numbers.extend(block[token.span].parse::<u32>().ok());
            }
            _ => {}
        }
        before = token.kind;
    }
    numbers
}

/// A number that may have a fraction.
pub fn whole_number(site: &Site<'_>) -> String {
    let fraction = site.is_number(site.at) && site.word(site.at + 1) == ".";
    match fraction {
        true => format!("{}.{}", site.found(), site.word(site.at + 2)),
        false => site.found().to_owned(),
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
