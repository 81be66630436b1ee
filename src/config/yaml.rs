//! What keeps a file from being YAML, in plain words.

use std::ops::Range;

use super::locate;

/// A mistake of form: what is wrong, what to do, and where.
pub struct Mistake {
    pub message: &'static str,
    pub help: String,
    /// Where the reader stopped, unless what is wrong is elsewhere.
    pub place: Option<Range<usize>>,
}

/// What the reader's sentence says; None for one that has no words of ours.
pub fn mistake(whole: &str, text: &str) -> Option<Mistake> {
    let problem = whole.split(" at line ").next().unwrap_or(whole);
    // Where what is not closed begins.
    let opening = || {
        let context = whole.split_once(", while ")?.1;
        let start = place(context, text)?.start;
        Some(start..start + 1)
    };
    let said = |message, help: &str, place| {
        let help = help.to_owned();
        Some(Mistake {
            message,
            help,
            place,
        })
    };
    match problem {
        "found character that cannot start any token" => {
            let start = place(whole, text)?.start;
            let rest = &text[start..];
            let tabs = rest.len() - rest.trim_start_matches('\t').len();
            if tabs > 0 {
                return said(
                    "a tab is no indentation in YAML",
                    "indent with spaces",
                    Some(start..start + tabs),
                );
            }
            let sign = rest.chars().next()?;
            let help = format!("put a value that starts with `{sign}` into quotes");
            let message = "a value does not start with this sign";
            Some(Mistake {
                message,
                help,
                place: None,
            })
        }
        _ if whole.contains("scanning an alias") => {
            let help = "put a value that starts with `*` into quotes";
            said("a value does not start with this sign", help, None)
        }
        "did not find expected ',' or ']'" => {
            said("this list is not closed", "close it with `]`", opening())
        }
        "did not find expected ',' or '}'" => {
            said("this map is not closed", "close it with `}`", opening())
        }
        "found unexpected end of stream" if whole.contains("quoted scalar") => said(
            "this text is not closed",
            "close it with the quote that it begins with",
            opening(),
        ),
        "did not find expected key" | "did not find expected '-' indicator" => said(
            "this line fits no line above it",
            "indent all keys of one map by the same number of spaces",
            None,
        ),
        "mapping values are not allowed in this context" => said(
            "a key cannot stand here",
            "write each key on a line of its own, or `{ key: value }`",
            None,
        ),
        _ => None,
    }
}

/// The word at the first `line … column …` of a text.
fn place(sentence: &str, text: &str) -> Option<Range<usize>> {
    let (_, rest) = sentence.split_once("line ")?;
    let (line, rest) = rest.split_once(" column ")?;
    let column = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    Some(locate::word(text, line.parse().ok()?, column.parse().ok()?))
}
