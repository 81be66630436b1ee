//! Block comments. The parser leaves their empty lines out, which part paragraphs.

use std::collections::BTreeMap;

use prost_types::SourceCodeInfo;

use super::tokens::tokens;

/// Gives comments their empty lines back.
pub fn restore(info: &mut SourceCodeInfo, text: &str) {
    let whole = whole(text);
    if whole.is_empty() {
        return;
    }
    for location in &mut info.location {
        let comments = location.leading_comments.iter_mut();
        let comments = comments.chain(&mut location.trailing_comments);
        for comment in comments.chain(&mut location.leading_detached_comments) {
            if let Some(whole) = whole.get(comment) {
                comment.clone_from(whole);
            }
        }
    }
}

/// The comments of a text with empty lines in them, by what the parser makes of them.
fn whole(text: &str) -> BTreeMap<String, String> {
    // Few files have such a comment: most of the work is saved by seeing so.
    let may_have = |(start, _): (usize, &str)| {
        let inside = text[start + 2..].split("*/").next();
        inside.is_some_and(has_empty_line)
    };
    if !text.match_indices("/*").any(may_have) {
        return BTreeMap::new();
    }
    let mut found = BTreeMap::new();
    let mut behind = 0;
    let ends = tokens(text).map(|token| token.span);
    for span in ends.chain(std::iter::once(text.len()..text.len())) {
        for inside in blocks(&text[behind..span.start]) {
            let lines = || inside.split('\n').skip(1);
            if has_empty_line(inside) {
                let first = inside.split('\n').next().unwrap_or_default();
                let comment = |lines: &mut dyn Iterator<Item = &str>| {
                    lines.fold(first.to_owned(), |text, line| text + "\n" + content(line))
                };
                let parsed = comment(&mut lines().filter(|line| !line.trim().is_empty()));
                // A line of blanks before the end goes on with nothing.
                let last = inside.rsplit('\n').next();
                let blank_end = last.is_some_and(|line| line.trim().is_empty());
                let parsed = if blank_end { parsed + "\n" } else { parsed };
                found.insert(parsed, comment(&mut lines()));
            }
        }
        behind = span.end;
    }
    found
}

fn has_empty_line(comment: &str) -> bool {
    comment
        .split('\n')
        .skip(1)
        .any(|line| line.trim().is_empty())
}

/// What stands in the block comments of a stretch without words.
fn blocks(mut gap: &str) -> Vec<&str> {
    let mut found = Vec::new();
    while let Some(start) = gap.find('/') {
        gap = &gap[start..];
        let Some(comment) = gap.strip_prefix("/*") else {
            gap = gap.find('\n').map_or("", |end| &gap[end..]);
            continue;
        };
        let Some(end) = comment.find("*/") else { break };
        found.push(&comment[..end]);
        gap = &comment[end + 2..];
    }
    found
}

/// A line without its indentation and its asterisk.
fn content(line: &str) -> &str {
    let line = line.trim_start();
    line.strip_prefix('*').unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn empty_lines_are_found() {
        let text = "/* a\n\n  b\n*/ x /* c\n * d */ y // /* e\n\n*/\n/* f\n *\n * g\n\n\n */";
        let found: Vec<_> = whole(text).into_iter().collect();
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            found,
            [
                pair(" a\nb\n", " a\n\nb\n"),
                pair(" f\n\n g\n", " f\n\n g\n\n\n")
            ]
        );
    }
}
