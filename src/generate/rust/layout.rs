//! The layout of what is emitted.

/// Lays a file out as rustfmt would. The comment lines at its head, which syntax trees do not hold, are kept.
pub fn formatted(text: &str) -> String {
    let head_end = text.find("\n\n").map_or(0, |end| end + 2);
    let (head, code) = text.split_at(head_end);
    let file = syn::parse_file(code)
        .unwrap_or_else(|error| unreachable!("what is emitted parses: {error}\n{code}"));
    format!("{head}{}", spaced(&prettyplease::unparse(&file)))
}

/// Puts an empty line between items, which a syntax tree does not ask for.
fn spaced(code: &str) -> String {
    let mut text = String::with_capacity(code.len());
    let mut previous = "";
    for line in code.lines() {
        if ends_item(previous) && begins_item(line) && indent(previous) == indent(line) {
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
        previous = line;
    }
    text
}

fn ends_item(line: &str) -> bool {
    let is_code = !line.trim_start().starts_with("//");
    is_code && (line.ends_with('}') || line.ends_with(';'))
}

fn begins_item(line: &str) -> bool {
    ["///", "#[", "pub ", "fn ", "impl", "async fn "]
        .iter()
        .any(|start| line.trim_start().starts_with(start))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
