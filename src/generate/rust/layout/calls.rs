//! Calls.

use super::lists::{inside, listed};
use super::{STEP, WIDTH};

/// The longest arguments of a call that stay on its line.
pub const CALL_WIDTH: usize = 60;
/// The longest chain of calls that stays on one line.
const CHAIN_WIDTH: usize = 60;
/// The longest arguments of a broken call that share a line.
const SHORT_WIDTH: usize = 10;

/// `self.0.name(arguments).await`, `self.0.name(arguments);`, `path(arguments).await`
pub fn chain(line: &str, indent: usize) -> Option<String> {
    let own = line.strip_prefix("self.0");
    let (called, end) = match line.strip_suffix(".await") {
        Some(called) => (called, ".await"),
        None => (line.strip_suffix(';').filter(|_| own.is_some())?, ";"),
    };
    let width = line.trim_end_matches(';').len();
    let longest = if own.is_some() { CHAIN_WIDTH } else { WIDTH };
    if width <= longest && indent + line.len() <= WIDTH {
        return Some(line.to_owned());
    }
    let margin = " ".repeat(indent);
    Some(match called.strip_prefix("self.0") {
        // The last call keeps its place if it is broken anyway.
        Some(method) if end == ";" && inside(method).len() > CALL_WIDTH => {
            call(called, indent) + end
        }
        Some(method) if end == ";" => format!("self.0\n{margin}    {method};"),
        Some(method) => {
            let method = call(method, indent + STEP);
            format!("self.0\n{margin}    {method}\n{margin}    .await")
        }
        None => {
            let called = call(called, indent);
            let step = if called.contains('\n') { "" } else { "    " };
            format!("{called}\n{margin}{step}.await")
        }
    })
}

/// `name(arguments)`, with a line for each argument if they are long, or one for all if each is short.
pub fn call(text: &str, indent: usize) -> String {
    let arguments = inside(text);
    let parts = text.split_once('(').zip(text.rsplit_once(')'));
    let fits = arguments.len() <= CALL_WIDTH && indent + text.len() <= WIDTH;
    let Some(((name, _), (_, end))) = parts.filter(|_| !fits) else {
        return text.to_owned();
    };
    let margin = " ".repeat(indent);
    let arguments = listed(arguments);
    let gap = match arguments.iter().all(|one| one.len() <= SHORT_WIDTH) {
        true => ", ".to_owned(),
        false => format!(",\n{margin}    "),
    };
    let arguments = arguments.join(&gap);
    format!("{name}(\n{margin}    {arguments},\n{margin}){end}")
}
