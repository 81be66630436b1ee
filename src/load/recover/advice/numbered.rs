//! Fields whose numbers stand where other languages of schemas have them: `1: string name` and `name @0 :Text`.

use super::{Advice, Site, members, types};
use crate::load::foreign::SCALARS;

/// A field as its parts were meant.
struct Meant<'a> {
    name: &'a str,
    /// What stands before the name: a type, maybe behind a label.
    ty: String,
    number: u32,
}

impl Meant<'_> {
    /// The statement to write.
    fn statement(&self) -> String {
        let Self { name, ty, number } = self;
        match types::is_written(ty) {
            true => format!("{ty} {name} = {number};"),
            false => format!("string {name} = {number};"),
        }
    }

    /// What is parsed in place of so much text: the type may be wrong too, and that is not the point here. The number
    /// stands behind all of that, so that it has no place among other digits of the file.
    fn parsed(&self, length: usize) -> String {
        let Self { name, ty, number } = self;
        let ty = if SCALARS.contains(&ty.as_str()) {
            ty
        } else {
            "bool"
        };
        format!("{:<length$}{number}", format!("{ty} {name} = "))
    }
}

/// `1: optional string name = "none"`, with a `,` or a `;` behind it, or nothing but the end of the line.
pub fn before(site: &Site<'_>) -> Option<Advice> {
    if !(site.is_number(0) && site.word(1) == ":" && site.is_name(2)) {
        return None;
    }
    let line = site.words_on_line(2);
    let name = declared(site, 2..line)?;
    let optional = site.word(2) == "optional";
    let labelled = optional || site.word(2) == "required";
    let theirs = site.span(2 + usize::from(labelled)).start..site.span(name).start;
    let ty = types::meant(&site.statement.text[theirs]);
    let label = if optional && !types::has_label(&ty) {
        "optional "
    } else {
        ""
    };
    let number = site.word(0).parse().ok().filter(|number| *number > 0);
    let meant = Meant {
        name: site.word(name),
        ty: format!("{label}{ty}"),
        number: number.unwrap_or_else(|| members::next_number(site)),
    };
    let end = (name..line).find(|index| matches!(site.word(*index), "," | ";"));
    let end = end.unwrap_or(line - 1);
    let help = format!("write `{}`", meant.statement());
    let advice = Advice::new(site, "a field is written as type, name and number", help);
    let mut advice = advice
        .at(site.span(0).start..site.span(1).end)
        .label("not before the type");
    let whole = site.span(0).start..site.span(end).end;
    let parsed = format!("{};", meant.parsed(whole.len()));
    advice.instead = Some((whole, parsed));
    Some(advice)
}

/// `name @0 :Text = "none";`, and `name @0;` in an enum: numbers that begin with zero in a message too. The sign is the
/// word that was not expected.
pub fn behind(site: &Site<'_>) -> Option<Advice> {
    let name = site.at.checked_sub(1).filter(|name| site.is_name(*name))?;
    let said: u32 = site.word(site.at + 1).parse().ok()?;
    let first = site.span(name).start;
    if site.statement.inside == "enum" {
        let ours = format!("{} = {said}", site.word(name));
        let advice = Advice::new(
            site,
            "a value is written as name and number",
            format!("write `{ours};`"),
        );
        let mut advice = advice.at(site.span(site.at).start..site.span(site.at + 1).end);
        advice.instead = Some((first..advice.span.end, ours));
        return Some(advice);
    }
    let place = site.span(site.at).start..site.span(site.at + 1).end;
    if site.word(site.at + 2) == ";" && name > 0 {
        let help = format!("write `{} = {said}`", site.word(name));
        let advice = Advice::new(site, "there is no `=` before the number", help);
        return Some(advice.at(place).instead(format!("= {said}")));
    }
    if name > 0 || site.word(site.at + 2) != ":" {
        return None;
    }
    let text = site.statement.text;
    let end = (site.at + 2..site.statement.words.len()).find(|index| site.word(*index) == ";")?;
    let value = (site.at + 2..end).find(|index| site.word(*index) == "=");
    let ty = text.get(site.span(site.at + 2).end..site.span(value.unwrap_or(end)).start)?;
    let meant = Meant {
        name: site.word(name),
        ty: types::meant(&ours(ty)),
        number: said.saturating_add(1),
    };
    let help = format!("write `{}`: numbers begin with 1", meant.statement());
    let advice = Advice::new(site, "a field is written as type, name and number", help);
    let mut advice = advice.at(place);
    let whole = first..site.span(end).start;
    let parsed = meant.parsed(whole.len());
    advice.instead = Some((whole, parsed));
    Some(advice)
}

/// A type of Cap'n Proto in the words of languages that are better known.
fn ours(ty: &str) -> String {
    let ty = ty.trim();
    if let Some(inner) = ty
        .strip_prefix("List(")
        .and_then(|inner| inner.strip_suffix(')'))
    {
        return format!("List<{}>", ours(inner));
    }
    match ty {
        "Text" => "string",
        "Data" => "bytes",
        "Float32" => "float",
        "Float64" => "double",
        "Void" => "void",
        _ => ty,
    }
    .to_owned()
}

/// The name that a field of these words declares: the last word before its value, or before what ends it.
fn declared(site: &Site<'_>, words: std::ops::Range<usize>) -> Option<usize> {
    let mut depth = 0_usize;
    let ends = |index: &usize| {
        match site.word(*index) {
            "<" => depth += 1,
            ">" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(site.word(*index), "=" | "," | ";" | "(")
    };
    let first = words.start;
    let end = words.clone().find(ends).unwrap_or(words.end);
    let name = end.checked_sub(1)?;
    (name > first && site.is_name(name)).then_some(name)
}

impl Site<'_> {
    /// Where the words end that stand on a line with that one.
    fn words_on_line(&self, first: usize) -> usize {
        let words = &self.statement.words;
        let on_line = |index: &usize| {
            let between = words[index - 1].span.end..words[*index].span.start;
            let text = self.statement.text.get(between);
            text.is_some_and(|text| !text.contains('\n'))
        };
        let next = (first + 1..words.len()).find(|index| !on_line(index));
        next.unwrap_or(words.len())
    }
}
