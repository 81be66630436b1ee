//! Comments where the parser takes them otherwise than protoc does: it leaves the empty lines out of block comments, which
//! part paragraphs, and does not know what a block comment belongs to that begins behind a statement.

use std::collections::BTreeMap;
use std::ops::Range;

use prost_types::SourceCodeInfo;

use super::tokens::{Token, TokenKind, tokens};

/// What stands between two words, white space within a line left out.
#[derive(PartialEq)]
enum Piece<'a> {
    Newline,
    /// With the end of its line.
    Line(&'a str),
    /// What it holds, and where it stands.
    Block(&'a str, Range<usize>),
    /// A word, and whether it ends a scope; or the end of the text.
    End {
        is_word: bool,
        is_close: bool,
    },
}

/// All up to the next word.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    loop {
        let rest = text[at..].trim_start_matches([' ', '\t', '\r', '\x0b', '\x0c']);
        at = text.len() - rest.len();
        let (piece, length) = if rest.starts_with('\n') {
            (Piece::Newline, 1)
        } else if rest.starts_with("//") {
            let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
            (Piece::Line(&rest[2..length]), length)
        } else if let Some((inside, _)) = rest
            .strip_prefix("/*")
            .and_then(|rest| rest.split_once("*/"))
        {
            let length = inside.len() + 4;
            (Piece::Block(inside, at..at + length), length)
        } else {
            pieces.push(Piece::End {
                is_word: !rest.is_empty(),
                is_close: rest.is_empty() || rest.starts_with(['}', ']', ')']),
            });
            return pieces;
        };
        pieces.push(piece);
        at += length;
    }
}

/// Whether a block comment belongs to neither of the words around it: it stands alone, and on a line with both.
fn is_detached(pieces: &[Piece]) -> bool {
    matches!(pieces, [Piece::Block(..), Piece::End { is_word: true, .. }])
}

/// The comment of what ends, or of the block that begins, right before the text.
pub fn trailing(text: &str) -> Option<String> {
    belonging(text).map(|comment| comment.replace("\r\n", "\n"))
}

fn belonging(text: &str) -> Option<String> {
    let pieces = pieces(text);
    let rest = match &pieces[..] {
        [Piece::Line(line), ..] => return Some((*line).to_owned()),
        [Piece::Block(inside, _), ..] => return (!is_detached(&pieces)).then(|| block(inside)),
        [Piece::Newline, rest @ ..] => rest,
        _ => return None,
    };
    // On the lines below, it is the first one, unless it is about what follows.
    match rest {
        [Piece::Block(inside, _), rest @ ..] => {
            let rest = rest.strip_prefix(&[Piece::Newline][..]).unwrap_or(rest);
            let is_above = matches!(
                rest,
                [Piece::End {
                    is_close: false,
                    ..
                }]
            );
            (!is_above).then(|| block(inside))
        }
        _ => {
            let lines = rest.iter().map_while(|piece| match piece {
                Piece::Line(line) => Some(*line),
                _ => None,
            });
            let lines: Vec<&str> = lines.collect();
            let is_above = matches!(
                rest[lines.len()..],
                [Piece::End {
                    is_close: false,
                    ..
                }]
            );
            (!lines.is_empty() && !is_above).then(|| lines.concat())
        }
    }
}

/// The text of a block comment.
fn block(inside: &str) -> String {
    let mut lines = inside.split('\n');
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |text, line| text + "\n" + content(line))
}

/// Where line breaks lead the parser to take a comment as protoc does.
pub fn breaks(text: &str) -> Vec<usize> {
    let is_behind = |(start, _): (usize, &str)| {
        let before = text[..start].trim_end_matches([' ', '\t', '\r', '\x0b', '\x0c']);
        before.ends_with([';', '{', '}'])
    };
    if !has_blocks(text) || !text.match_indices("/*").any(is_behind) {
        return Vec::new();
    }
    let ends = |token: &Token| matches!(token.kind, TokenKind::Symbol(';' | '{' | '}'));
    let mut breaks = Vec::new();
    for token in tokens(text).filter(ends) {
        let start = token.span.end;
        let pieces = pieces(&text[start..]);
        if let [Piece::Block(_, place), ..] = &pieces[..] {
            breaks.extend(is_detached(&pieces).then_some(start + place.start));
            breaks.push(start + place.end);
        }
    }
    breaks
}

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
    if !has_blocks(text) || !text.match_indices("/*").any(may_have) {
        return BTreeMap::new();
    }
    let mut found = BTreeMap::new();
    let mut behind = 0;
    let ends = tokens(text).map(|token| token.span);
    for span in ends.chain(std::iter::once(text.len()..text.len())) {
        for inside in blocks(&text[behind..span.start]) {
            let inside = inside.replace("\r\n", "\n");
            let lines = || inside.split('\n').skip(1);
            if has_empty_line(&inside) {
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

/// Most files have no such comment, and to see so is much faster than to look for each.
fn has_blocks(text: &str) -> bool {
    text.contains("/*")
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
    use super::{breaks, trailing, whole};

    #[test]
    fn comments_belong_to_what_protoc_says() {
        let line = |text| trailing(text).map(|comment| comment.trim().to_owned());
        for (text, comment) in [
            ("// a\n", Some("a")),
            ("\n// a\n// b\n\nx", Some("a\n b")),
            ("\n// a\nx", None),
            ("\n\n// a\n\nx", None),
            ("\n// a\n}", Some("a")),
            ("\n// a\n/* b */\nx", Some("a")),
            ("\n/* a */\nx", None),
            ("\n/* a */\n\nx", Some("a")),
            ("\n/* a */\n// b\nx", Some("a")),
            ("/* a */\nx", Some("a")),
            ("/* a */ x", None),
            ("/* a */ // b\nx", Some("a")),
            ("/* a */", Some("a")),
            ("/* a\n * b */ x", None),
            ("/* a\n * b */\nx", Some("a\n b")),
            ("x", None),
        ] {
            assert_eq!(line(text).as_deref(), comment, "{text:?}");
        }
    }

    #[test]
    fn breaks_stand_around_what_is_detached_and_behind_what_trails() {
        assert!(breaks("/* a */ x; // b\n/* c */ y;\n").is_empty());
        assert_eq!(breaks("x; /* a */ y;"), [3, 10]);
        assert_eq!(breaks("x; /* a */\n y;"), [10]);
        assert_eq!(breaks("x; /* a */ /* b */ y = \"; /* c */\";"), [10]);
    }

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
