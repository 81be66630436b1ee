//! Where types stand: signatures and fields.

use super::lists::{closing, inside, listed};
use super::{STEP, WIDTH};

/// `fn name(parameters) -> type;`, with a line for each parameter if they do not fit beside the rest.
pub fn signature(line: &str, indent: usize) -> Option<String> {
    let (head, end) = match line.strip_suffix(';') {
        Some(head) => (head, ";"),
        None => (line.strip_suffix(" {")?, " {"),
    };
    line.split_once("fn ")?;
    let margin = " ".repeat(indent);
    let (declared, returned) = head.split_once(" -> ").unwrap_or((head, ""));
    match (indent + line.len(), end) {
        // Too long by no more than its semicolon, to rustfmt's mind.
        (WIDTH, ";") => return Some(format!("{declared}\n{margin}-> {returned};")),
        (..=WIDTH, _) => return Some(line.to_owned()),
        _ => {}
    }
    let parameters: String = listed(inside(declared))
        .into_iter()
        .map(|parameter| format!("{margin}    {parameter},\n"))
        .collect();
    let (name, _) = declared.split_once('(')?;
    let declared = format!("{name}(\n{parameters}{margin})");
    Some(if returned.is_empty() {
        format!("{declared}{end}")
    } else {
        format!("{declared} -> {}", returned_type(returned, end, indent))
    })
}

/// What follows the arrow behind broken parameters.
fn returned_type(text: &str, end: &str, indent: usize) -> String {
    // At first, rustfmt overlooks the `) ` before the arrow.
    let room = WIDTH.saturating_sub(indent + "-> ".len());
    let text = if counted(text) <= room {
        text.to_owned()
    } else {
        fitted(text, indent, room.saturating_sub(indent + ") ".len()))
    };
    let last = text.lines().last().map_or(0, str::len);
    // The brace moves to the next line before it has to.
    if end == " {" && ") -> ".len() + last + end.len() > WIDTH.saturating_sub(2 * indent) {
        format!("{text}\n{}{{", " ".repeat(indent))
    } else {
        format!("{text}{end}")
    }
}

/// `pub name: type,`
pub fn field(line: &str, indent: usize) -> Option<String> {
    let (name, of) = line
        .strip_suffix(',')?
        .split_once(": ")
        .filter(|(name, _)| name.starts_with("pub "))?;
    let beside = fitted(
        of,
        indent,
        WIDTH.saturating_sub(indent + name.len() + ": ,".len()),
    );
    if !beside.contains('\n') {
        return Some(line.to_owned());
    }
    let below = fitted(
        of,
        indent + STEP,
        WIDTH.saturating_sub(indent + STEP + ",".len()),
    );
    let lines = |text: &str| text.lines().count();
    Some(
        if lines(&below) == 1 || lines(&below) + 1 < lines(&beside) {
            format!("{name}:\n{}{below},", " ".repeat(indent + STEP))
        } else {
            format!("{name}: {beside},")
        },
    )
}

/// A type within so much room: on one line, or with a line for each of its arguments.
fn fitted(text: &str, indent: usize, room: usize) -> String {
    let Some(open) = text.find('<').filter(|_| counted(text) > room) else {
        return text.to_owned();
    };
    let (first, bounds) = text.split_at(closing(text, open) + 1);
    let joint = format!("\n{}+ ", " ".repeat(indent));
    if !bounds.is_empty() && counted(first) <= room {
        return first.to_owned() + &bounds.replace(" + ", &joint);
    }
    let arguments: String = listed(inside(first))
        .into_iter()
        .map(|argument| {
            fitted(
                argument,
                indent + STEP,
                WIDTH.saturating_sub(indent + STEP + ",".len()),
            )
        })
        .map(|argument| format!("{}{argument},\n", " ".repeat(indent + STEP)))
        .collect();
    // One bound stands beside the bracket.
    let bounds = match bounds.strip_prefix(" + ") {
        Some(bounds) => format!(" + {}", bounds.replace(" + ", &joint)),
        None => String::new(),
    };
    format!(
        "{}\n{arguments}{}>{bounds}",
        &text[..=open],
        " ".repeat(indent)
    )
}

/// The width of a type as rustfmt counts it, which is without an `impl`.
fn counted(text: &str) -> usize {
    text.strip_prefix("impl ").unwrap_or(text).len()
}
