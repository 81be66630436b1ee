//! Constructs that may be too long for a line.

use std::borrow::Cow;

use super::lists::{inside, listed, operands};
use super::{STEP, WIDTH, calls, types};

/// The longest arguments of an attribute that stay on its line.
const ATTRIBUTE_WIDTH: usize = 70;

/// No construct this short is broken but an arm that ends in two brackets, which has an attribute.
const SHORT: usize = 60;

/// A line, or the lines that rustfmt makes of it, of which the first is without its indentation.
pub fn broken(line: &str, indent: usize) -> Cow<'_, str> {
    let short = indent + line.len() <= SHORT && !line.ends_with("),");
    if short || line.starts_with("//") {
        return Cow::Borrowed(line);
    }
    attribute(line, indent)
        .or_else(|| types::signature(line, indent))
        .or_else(|| calls::chain(line, indent))
        .or_else(|| {
            line.starts_with("found.")
                .then(|| calls::call(line, indent))
        })
        .or_else(|| condition(line, indent))
        .or_else(|| binding(line, indent))
        .or_else(|| definition(line, indent))
        .or_else(|| arm(line, indent))
        .or_else(|| types::field(line, indent))
        .map_or_else(
            || match indent + line.len() {
                ..=WIDTH => Cow::Borrowed(line),
                _ => Cow::Owned(calls::call(line, indent)),
            },
            Cow::Owned,
        )
}

/// `#[prost(arguments)]`, `#[derive(traits)]`
fn attribute(line: &str, indent: usize) -> Option<String> {
    if let Some(arguments) = between(line, "#[prost(", ")]") {
        if arguments.len() <= ATTRIBUTE_WIDTH && indent + line.len() <= WIDTH {
            return Some(line.to_owned());
        }
        let margin = " ".repeat(indent);
        let arguments = listed(arguments).join(&format!(",\n{margin}    "));
        return Some(format!("#[prost(\n{margin}    {arguments}\n{margin})]"));
    }
    let traits = between(line, "#[derive(", ")]")?;
    // rustfmt leaves this much free.
    if indent + line.len() + 4 <= WIDTH {
        return Some(line.to_owned());
    }
    let margin = " ".repeat(indent);
    let room = WIDTH - indent - STEP;
    let mut lines: Vec<String> = Vec::new();
    for name in listed(traits) {
        match lines.last_mut() {
            Some(last) if last.len() + name.len() + ", ".len() <= room => {
                last.push_str(&format!(" {name},"));
            }
            _ => lines.push(format!("{name},")),
        }
    }
    let lines = lines.join(&format!("\n{margin}    "));
    Some(format!("#[derive(\n{margin}    {lines}\n{margin})]"))
}

/// `let name = call(arguments);`, `let name: fn(Type) -> Type = path;`
fn binding(line: &str, indent: usize) -> Option<String> {
    let (name, value) = line
        .strip_prefix("let ")?
        .strip_suffix(';')?
        .split_once(" = ")?;
    let margin = " ".repeat(indent);
    let is_path = name.contains(": fn(") || value.starts_with('<');
    if !value.starts_with("::bellwire::") && !is_path {
        return None;
    }
    let head = format!("let {name} = ");
    let arguments = inside(value);
    let is_call = value.ends_with(')') && !value.starts_with('<');
    let fits = indent + line.len() <= WIDTH && (!is_call || arguments.len() <= calls::CALL_WIDTH);
    if fits {
        return Some(line.to_owned());
    }
    let below = indent + STEP + value.len() + ";".len() <= WIDTH;
    if (!is_call || arguments.len() <= calls::CALL_WIDTH) && below {
        return Some(format!("let {name} =\n{margin}    {value};"));
    }
    match is_call {
        true => Some(format!("{head}{};", calls::call(value, indent))),
        false => Some(line.to_owned()),
    }
}

/// `if one || other {`, with a line for each part if they are too long.
fn condition(line: &str, indent: usize) -> Option<String> {
    let condition = line
        .strip_prefix("if ")
        .or_else(|| line.strip_prefix("else if "))?
        .strip_suffix(" {")?;
    if indent + line.len() <= WIDTH || condition.starts_with("let ") {
        return Some(line.to_owned());
    }
    let margin = " ".repeat(indent);
    let keyword = &line[..line.len() - condition.len() - " {".len()];
    let joint = |operator: &str| format!("\n{margin}    {operator} ");
    let lines = match operands(condition, " || ") {
        parts if parts.len() > 1 => parts.join(&joint("||")),
        _ => operands(condition, " && ").join(&joint("&&")),
    };
    match lines.contains('\n') {
        true => Some(format!("{keyword}{lines}\n{margin}{{")),
        false => Some(line.to_owned()),
    }
}

/// `impl Trait for Type {`, `pub static NAME: Type = Type {`
fn definition(line: &str, indent: usize) -> Option<String> {
    let margin = || " ".repeat(indent);
    if line.starts_with("pub static ") || line.starts_with("static ") {
        // Behind the value comes a semicolon.
        let fits = indent + line.len() < WIDTH;
        return Some(match fits {
            true => line.to_owned(),
            false => line.replacen(" = ", &format!(" =\n{}    ", margin()), 1),
        });
    }
    let head = between(line, "impl", " {").filter(|_| indent + line.len() > WIDTH)?;
    let margin = margin();
    let head = match head.split_once(" for ") {
        Some((of, to)) => format!("{of}\n{margin}    for {to}"),
        None => head.replacen("> ", &format!(">\n{margin}    "), 1),
    };
    Some(format!("impl{head}\n{margin}{{"))
}

/// `pattern => value,`
fn arm(line: &str, indent: usize) -> Option<String> {
    let (pattern, value) = line.strip_suffix(',')?.split_once(" => ")?;
    let margin = " ".repeat(indent);
    if let Some(variant) = between(value, "Some(#[allow(deprecated)] ", ")") {
        return Some(format!(
            "{pattern} => Some(\n{margin}    #[allow(deprecated)]\n{margin}    {variant},\n{margin}),"
        ));
    }
    Some(if indent + line.len() <= WIDTH {
        line.to_owned()
    } else {
        format!("{pattern} => {{\n{margin}    {value}\n{margin}}}")
    })
}

fn between<'a>(line: &'a str, start: &str, end: &str) -> Option<&'a str> {
    line.strip_prefix(start)?.strip_suffix(end)
}
