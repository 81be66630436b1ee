//! Top-level declarations of a schema, as far as they matter here: where they are, and which messages they declare.

use std::ops::Range;

pub struct Declaration {
    pub range: Range<usize>,
    /// The full names of its messages.
    pub messages: Vec<String>,
}

/// Every top-level message, enum, extension and import.
pub fn all(text: &str) -> Vec<Declaration> {
    let package = text
        .lines()
        .find_map(|line| line.strip_prefix("package ")?.strip_suffix(';'))
        .unwrap_or_default();
    let mut declarations = Vec::new();
    let mut open: Vec<Option<String>> = Vec::new();
    let mut start = 0;
    let mut words: Vec<&str> = Vec::new();
    let mut messages = Vec::new();
    for token in bellwire_build::load::tokens(text) {
        let word = &text[token.span.clone()];
        if open.is_empty() && words.is_empty() {
            start = token.span.start;
        }
        match word {
            "{" => {
                let message = match words.as_slice() {
                    [.., "message", name] => Some((*name).to_owned()),
                    [.., "group", name, "=", _] => Some((*name).to_owned()),
                    _ => None,
                };
                open.push(message);
                if open.last().is_some_and(Option::is_some) {
                    let names: Vec<_> = open.iter().flatten().map(String::as_str).collect();
                    messages.push(format!("{package}.{}", names.join(".")));
                }
                words.clear();
                words.push("{");
            }
            "}" => {
                open.pop();
                words.clear();
                if open.is_empty() {
                    declarations.push(Declaration {
                        range: start..token.span.end,
                        messages: std::mem::take(&mut messages),
                    });
                } else {
                    words.push("}");
                }
            }
            ";" => {
                if open.is_empty() && words.first() == Some(&"import") {
                    declarations.push(Declaration {
                        range: start..token.span.end,
                        messages: Vec::new(),
                    });
                }
                words.clear();
                if !open.is_empty() {
                    words.push(";");
                }
            }
            _ => words.push(word),
        }
    }
    declarations
}

/// As much space, with the same lines.
pub fn blank(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
        .collect()
}
