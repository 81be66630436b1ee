//! Methods of a service.

use super::{Advice, Site};
use crate::names::nearest;

pub const FORM: &str = "a method is written `rpc Get(GetRequest) returns (GetResponse);`";

/// `rpc`.
pub fn advise(site: &Site<'_>) -> Option<Advice> {
    let found = site.found();
    if site.statement.inside != "service" {
        return None;
    }
    // Behind a type whose name may have dots.
    let end = end_of_name(site, site.at);
    match site.expected {
        "'returns'" if found == "stream" => {
            let help = "write it before the type, inside of its parentheses: `(stream Item)`";
            let advice = Advice::new(site, "`stream` stands in parentheses", help);
            Some(advice.instead(" "))
        }
        "'returns'" if site.is_name(site.at) && matches!(site.word(end), ";" | "{") => {
            let message = "what a method returns stands behind `returns`";
            Some(enclosed(site, end, message, "returns "))
        }
        "'returns'" if site.is_name(site.at) => {
            let advice = Advice::new(
                site,
                format!("there is no keyword `{found}` here"),
                "did you mean `returns`?",
            );
            let known = found.to_ascii_lowercase().starts_with("ret");
            Some(if known {
                advice.label("unknown keyword").instead("returns")
            } else {
                advice
            })
        }
        "'returns'" if matches!(found, ";" | "{") => {
            let help = "write `returns (google.protobuf.Empty)`, and import \"google/protobuf/empty.proto\"";
            Some(Advice::new(
                site,
                "a method returns a message, if only an empty one",
                help,
            ))
        }
        "'returns'" if matches!(found, ":" | "-" | "=") => {
            let first = site.at + if site.word(site.at + 1) == ">" { 2 } else { 1 };
            let message = "what a method returns stands behind `returns`";
            if !site.is_name(first) {
                let advice = Advice::new(site, message, "write `returns`");
                let sign = site.span(site.at).start..site.span(first - 1).end;
                return Some(advice.at(sign).instead("returns"));
            }
            let sign = site.span(site.at).start;
            let moved = Site {
                statement: site.statement,
                at: first,
                expected: site.expected,
            };
            let mut advice = enclosed(&moved, end_of_name(site, first), message, "returns ");
            advice.span.start = sign;
            if let Some((range, _)) = &mut advice.instead {
                range.start = sign;
            }
            Some(advice)
        }
        "'returns'" => Some(Advice::new(
            site,
            "what a method returns stands behind `returns`",
            FORM,
        )),
        "'('" if site.is_name(site.at) => {
            let message = "the types of a method stand in parentheses";
            Some(enclosed(site, end, message, ""))
        }
        "'('" => Some(Advice::new(
            site,
            "the types of a method stand in parentheses",
            FORM,
        )),
        _ if found == ")" && site.before() == "(" => {
            let help = "write `google.protobuf.Empty`, and import \"google/protobuf/empty.proto\"";
            let verb = match site.word(site.at.saturating_sub(2)) {
                "returns" => "returns",
                _ => "takes",
            };
            let message = format!("a method {verb} a message, if only an empty one");
            Some(Advice::new(site, message, help).label("no type before this"))
        }
        _ if found == "[" => {
            let help = "write them into a block: `{ option (my.option) = …; }`";
            Some(Advice::new(
                site,
                "the options of a method stand in a block",
                help,
            ))
        }
        _ if found == "<" => Some(generic(site)),
        _ if found == "," => {
            let help = "put all that it takes into one message";
            Some(Advice::new(site, "a method takes one message", help))
        }
        _ if site.is_name(site.at) && site.before() != "(" && site.at > 2 => {
            Some(two_words(site, end))
        }
        _ => None,
    }
}

/// Behind the last part of the name that begins at a word.
fn end_of_name(site: &Site<'_>, first: usize) -> usize {
    let mut end = first + 1;
    while site.word(end) == "." && site.is_name(end + 1) {
        end += 2;
    }
    end
}

/// A type without its parentheses, up to a word, and what stands before it.
fn enclosed(site: &Site<'_>, end: usize, message: &str, before: &str) -> Advice {
    let streams = site.found() == "stream" && site.is_name(site.at + 1);
    let first = site.at + usize::from(streams);
    let end = if streams {
        end_of_name(site, first)
    } else {
        end
    };
    let name: String = (first..end).map(|index| site.word(index)).collect();
    let stream = if streams { "stream " } else { "" };
    let written = format!("{before}({stream}{name})");
    Advice::new(site, message, format!("write `{written}`"))
        .at(site.span(site.at).start..site.span(end - 1).end)
        .instead(written)
}

/// `Result<Out, Error>` in the parentheses.
fn generic(site: &Site<'_>) -> Advice {
    let inner = site.word(site.at + 1);
    let help = match site.before() {
        "Stream" | "AsyncIterable" | "AsyncIterator" | "Observable" => {
            format!("write `(stream {inner})`")
        }
        "Vec" | "List" | "Array" => {
            format!("declare a message with a field `repeated {inner}`, and name that")
        }
        _ => format!("write `({inner})`"),
    };
    Advice::new(
        site,
        "a method takes and returns messages by their names",
        help,
    )
}

/// Two words in parentheses, of which the second was not expected.
fn two_words(site: &Site<'_>, end: usize) -> Advice {
    let (first, second) = (site.before(), site.found());
    let name: String = (site.at..end).map(|index| site.word(index)).collect();
    if first == "repeated" {
        let help = format!("declare a message with a field `repeated {name}`, and name that");
        return Advice::new(site, "a method takes and returns single messages", help)
            .at(site.span(site.at - 1))
            .label("a list");
    }
    if !nearest(first, ["stream"]).is_empty() {
        return Advice::new(
            site,
            format!("there is no keyword `{first}` here"),
            "did you mean `stream`?",
        )
        .at(site.span(site.at - 1))
        .label("unknown keyword")
        .instead("stream");
    }
    let help = format!("remove `{second}`: what is sent has no name here");
    Advice::new(site, "a method names types alone", help).instead(" ")
}
