//! Lists in brackets.

/// The parts of `one, two<a, b>, "three, four"`.
pub fn listed(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (position, letter, depth) in depths(text) {
        if letter == ',' && depth == 0 {
            parts.push(text[start..position].trim());
            start = position + 1;
        }
    }
    parts.push(text[start..].trim());
    parts
}

/// The parts of `one || other(a || b)` around an operator outside of brackets.
pub fn operands<'a>(text: &'a str, operator: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut escaped = false;
    for (position, letter) in text.char_indices() {
        match letter {
            '"' if !escaped => quoted = !quoted,
            '(' | '[' if !quoted => depth += 1,
            ')' | ']' if !quoted => depth = depth.saturating_sub(1),
            ' ' if !quoted && depth == 0 && text[position..].starts_with(operator) => {
                parts.push(&text[start..position]);
                start = position + operator.len();
            }
            _ => {}
        }
        escaped = quoted && !escaped && letter == '\\';
    }
    parts.push(&text[start..]);
    parts
}

/// What is in the first brackets of `name(arguments)` or `Name<arguments>`.
pub fn inside(text: &str) -> &str {
    text.find(['(', '<'])
        .map_or("", |open| &text[open + 1..closing(text, open)])
}

/// Where the bracket that opens here is closed.
pub fn closing(text: &str, open: usize) -> usize {
    depths(&text[open..])
        .find(|(_, letter, depth)| *depth == 0 && matches!(letter, ')' | '>'))
        .map_or(text.len() - 1, |(position, ..)| open + position)
}

/// The letters outside of string literals, with the number of brackets around them.
fn depths(text: &str) -> impl Iterator<Item = (usize, char, usize)> {
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut escaped = false;
    text.char_indices().filter_map(move |(position, letter)| {
        if quoted {
            quoted = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            return None;
        }
        match letter {
            '"' => quoted = true,
            ')' | ']' | '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let here = depth;
        depth += usize::from(matches!(letter, '(' | '[' | '<'));
        Some((position, letter, here))
    })
}
