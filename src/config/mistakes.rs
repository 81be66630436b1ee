//! What keeps a file from being a configuration: all of it at once.
//!
//! The reader stops at the first mistake, which it names by its path. So what is wrong is taken out of the file, or
//! something right put in its place, and the file is read again, until nothing is wrong any more.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_yaml::Value;

use super::{locate, yaml};
use crate::diagnostic::{Diagnostic, Label, Report, Source, code};
use crate::names::nearest;

/// Nobody reads more at once, and each costs a reading of the file.
const MOST: usize = 20;

/// Every mistake in a file that is no `T`, of which the reader has found the first. Where the file is no YAML either,
/// that is all.
pub fn all<T: DeserializeOwned>(source: &Arc<Source>, first: &serde_yaml::Error) -> Report {
    let mut report = Report::default();
    if let Ok(mut file) = serde_yaml::from_str::<Value>(source.text()) {
        collect::<T>(source, &mut file, &mut report);
    }
    if report.is_empty() {
        report.push(unreadable(source, first));
    }
    report.sort();
    report
}

/// What is no YAML, or nothing that the reader could go on from.
fn unreadable(source: &Arc<Source>, error: &serde_yaml::Error) -> Diagnostic {
    let whole = error.to_string();
    let text = source.text();
    let place = locate::error(text, error);
    if let Some(mistake) = yaml::mistake(&whole, text) {
        let place = mistake.place.unwrap_or(place);
        return Diagnostic::error(code::CONFIG_INVALID, mistake.message)
            .at(Label::new(source, place, ""))
            .help(mistake.help);
    }
    let sentence = sentence(&whole);
    let twice = sentence.strip_prefix("duplicate field `");
    let lines = twice.and_then(|rest| twice_in(text, rest.trim_end_matches('`')));
    match lines {
        Some((first, again)) => said(sentence)
            .at(Label::new(source, again, "again here"))
            .at(Label::new(source, first, "first here")),
        None => said(sentence).at(Label::new(source, place, "")),
    }
}

/// The first two lines that begin with a key.
fn twice_in(text: &str, key: &str) -> Option<(Range<usize>, Range<usize>)> {
    let mut start = 0;
    let mut places = text.split_inclusive('\n').filter_map(|line| {
        let place = start + line.len() - line.trim_start().len();
        start += line.len();
        let rest = line.trim_start().strip_prefix(key)?;
        rest.starts_with(':').then_some(place..place + key.len())
    });
    Some((places.next()?, places.next()?))
}

fn collect<T: DeserializeOwned>(source: &Arc<Source>, file: &mut Value, report: &mut Report) {
    // What is missing because it was misspelt, or wrong and taken out, has been said.
    let mut excused = BTreeSet::new();
    for _ in 0..MOST {
        let Ok(text) = serde_yaml::to_string(file) else {
            return;
        };
        let Err(error) = serde_yaml::from_str::<T>(&text) else {
            return;
        };
        let whole = error.to_string();
        let sentence = sentence(&whole);
        let Some(mistake) = Mistake::of(sentence, file) else {
            return;
        };
        if mistake.kind != Kind::MissingKey || !excused.contains(&mistake.path) {
            let label = Label::new(source, mistake.locate(source.text()), "");
            report.push(said(sentence).at(label));
        }
        if mistake.mend(file).is_none() {
            return;
        }
        if let (Kind::UnknownKey, Some((_, parents))) = (&mistake.kind, mistake.path.split_last()) {
            let meant = unknown(sentence).map_or_else(Vec::new, |unknown| unknown.meant());
            let meant = meant.iter().map(|name| name.trim_matches('`').to_owned());
            excused.extend(meant.map(|name| [parents, &[name]].concat()));
        }
        excused.insert(mistake.path);
    }
}

/// The place stands at the end of the first line; the label shows it.
fn sentence(whole: &str) -> &str {
    whole
        .split_once(" at line ")
        .map_or(whole, |(sentence, _)| sentence)
}

/// What the reader says, in the words of people who write configurations.
fn said(sentence: &str) -> Diagnostic {
    unknown_name(sentence).unwrap_or_else(|| invalid(sentence))
}

/// One mistake, and the value or the key that is wrong or missing.
struct Mistake {
    kind: Kind,
    /// Keys, and positions in lists.
    path: Vec<String>,
}

#[derive(PartialEq)]
enum Kind {
    UnknownKey,
    MissingKey,
    WrongValue,
}

impl Mistake {
    /// What a sentence of the reader is about; None where it names no place.
    fn of(sentence: &str, file: &Value) -> Option<Self> {
        let kinds = [
            ("unknown field `", Kind::UnknownKey),
            ("missing field `", Kind::MissingKey),
            ("unknown variant `", Kind::WrongValue),
            ("invalid ", Kind::WrongValue),
        ];
        let (start, kind, rest) = kinds.into_iter().find_map(|(word, kind)| {
            let start = sentence.find(word)?;
            Some((start, kind, &sentence[start + word.len()..]))
        })?;
        let place = sentence[..start].trim_end_matches(": ");
        let mut path = Vec::new();
        let value = follow(file, place, &mut path)?;
        if kind != Kind::WrongValue {
            let name = rest.split('`').next()?;
            // Only what the reader says of a map is about a key of it.
            value.as_mapping()?;
            path.push(name.to_owned());
        }
        Some(Self { kind, path })
    }

    /// Where it stands in the file as it was written.
    fn locate(&self, text: &str) -> std::ops::Range<usize> {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        match self.kind {
            Kind::UnknownKey => locate::key(text, &path),
            Kind::MissingKey | Kind::WrongValue => locate::value(text, &path),
        }
    }

    /// Makes the file right in this place; None where that takes the whole file.
    fn mend(&self, file: &mut Value) -> Option<()> {
        let (last, parents) = self.path.split_last()?;
        let mut parent = file;
        for step in parents {
            parent = match parent {
                Value::Sequence(list) => list.get_mut(step.parse::<usize>().ok()?)?,
                other => other.get_mut(step.as_str())?,
            };
        }
        match (parent, &self.kind) {
            // Below the top, every key that has to be there is a text.
            (Value::Mapping(map), Kind::MissingKey) if !parents.is_empty() => {
                map.insert(last.as_str().into(), stand_in(&[]));
            }
            (Value::Mapping(map), Kind::UnknownKey | Kind::WrongValue) => {
                map.remove(last.as_str())?;
            }
            (Value::Sequence(list), Kind::WrongValue) => {
                // Not taken out: the others keep their positions.
                *list.get_mut(last.parse::<usize>().ok()?)? = stand_in(parents);
            }
            _ => return None,
        }
        Some(())
    }
}

/// Something that is right in the list that `path` leads to: lists of targets hold maps, all others texts.
fn stand_in(path: &[String]) -> Value {
    let text = Value::from("text");
    if path.first().is_some_and(|first| first == "targets") && path.len() == 2 {
        Value::Mapping([(Value::from("out"), text)].into_iter().collect())
    } else {
        text
    }
}

/// The value at a place as the reader spells it, such as `targets.rust[1].out`, and the steps to it. Keys may have dots
/// in them: one that is there and is followed by another step is meant.
fn follow<'a>(value: &'a Value, place: &str, path: &mut Vec<String>) -> Option<&'a Value> {
    let place = place.strip_prefix('.').unwrap_or(place);
    if place.is_empty() {
        return Some(value);
    }
    let depth = path.len();
    if let Value::Sequence(list) = value {
        let (index, rest) = place.strip_prefix('[')?.split_once(']')?;
        path.push(index.to_owned());
        return follow(list.get(index.parse::<usize>().ok()?)?, rest, path);
    }
    let keys = value.as_mapping()?.iter();
    keys.filter_map(|(key, inner)| Some((key.as_str()?, inner)))
        .find_map(|(key, inner)| {
            let rest = place.strip_prefix(key)?;
            if !rest.is_empty() && !rest.starts_with(['.', '[']) {
                return None;
            }
            path.truncate(depth);
            path.push(key.to_owned());
            follow(inner, rest, path)
        })
}

/// What serde's own sentence about an unknown name has between backticks: the name, and then the known ones.
struct Unknown<'a> {
    what: &'static str,
    /// In the sentence.
    start: usize,
    name: &'a str,
    known: Vec<&'a str>,
}

fn unknown(sentence: &str) -> Option<Unknown<'_>> {
    let words = [
        ("unknown field `", "unknown key"),
        ("unknown variant `", "unknown value"),
    ];
    let (start, what) = words
        .into_iter()
        .find_map(|(word, what)| Some((sentence.find(word)?, what)))?;
    let mut names = sentence[start..].split('`').skip(1).step_by(2);
    Some(Unknown {
        what,
        start,
        name: names.next()?,
        known: names.collect(),
    })
}

impl Unknown<'_> {
    /// Each in backquotes.
    fn meant(&self) -> Vec<String> {
        let near = nearest(self.name, self.known.iter().copied());
        let other = OTHER_NAMES
            .iter()
            .find(|(names, _)| names.contains(&self.name));
        let other = other
            .map(|(_, ours)| *ours)
            .or_else(|| self.without_space());
        match other.filter(|other| near.is_empty() && self.known.contains(other)) {
            Some(other) => vec![format!("`{other}`")],
            None => near,
        }
    }

    /// The key in `key:value`.
    fn without_space(&self) -> Option<&str> {
        Some(self.name.split_once(':')?.0)
    }
}

/// What people call keys who have other tools in mind, before the names that they have here.
const OTHER_NAMES: [(&[&str], &str); 5] = [
    (&["ts", "js", "javascript", "es", "web"], "typescript"),
    (&["rs", "prost"], "rust"),
    (&["flutter"], "dart"),
    (
        &[
            "output", "out_dir", "outDir", "path", "folder", "dir", "dest",
        ],
        "out",
    ),
    (
        &["files", "include", "inputs", "protos", "sources"],
        "schemas",
    ),
];

fn unknown_name(sentence: &str) -> Option<Diagnostic> {
    let unknown = unknown(sentence)?;
    let help = match unknown.meant().as_slice() {
        [] => {
            let known = unknown.known.iter().map(|name| format!("`{name}`"));
            format!("known are {}", known.collect::<Vec<_>>().join(", "))
        }
        [key] if unknown.without_space() == Some(key.trim_matches('`')) => {
            "write a space behind the `:`".to_owned()
        }
        near => format!("did you mean {}?", near.join(" or ")),
    };
    let Unknown {
        what, start, name, ..
    } = unknown;
    let message = format!("{}{what} `{name}`", &sentence[..start]);
    Some(Diagnostic::error(code::CONFIG_UNKNOWN_KEY, message).help(help))
}

fn invalid(sentence: &str) -> Diagnostic {
    let words = [
        ("missing field", "missing key"),
        ("duplicate field", "duplicate key"),
        ("invalid type: unit value", "found nothing"),
        ("invalid type: ", "found "),
        ("sequence", "list"),
        ("path string", "a path"),
        ("a boolean", "`true` or `false`"),
    ];
    let message = words
        .iter()
        .fold(sentence.to_owned(), |message, (word, ours)| {
            message.replace(word, ours)
        });
    Diagnostic::error(code::CONFIG_INVALID, message).help(right(sentence))
}

/// What to write where a sentence of the reader says that something is missing, or something else expected.
fn right(sentence: &str) -> String {
    let found = sentence.split('"').nth(1);
    let missing = sentence.split("missing field `").nth(1);
    let expected = sentence.split(", expected ").nth(1).unwrap_or_default();
    match (missing.and_then(|rest| rest.split('`').next()), found) {
        (Some("roots"), _) => {
            "add the folder that imports are looked up in: `roots: [schemas]`".to_owned()
        }
        (Some("error"), _) => {
            "name the message that every event fails with: `error: \"package.Error\"`".to_owned()
        }
        (Some(key), _) => format!("add the folder to write into: `{key}: FOLDER`"),
        _ if sentence.contains("duplicate") => "remove one of the two".to_owned(),
        (_, Some(text)) if expected.starts_with("a sequence") => {
            let is_plain = |c: char| c.is_alphanumeric() || "_-./".contains(c);
            match text.chars().all(is_plain) {
                true => format!("write `[{text}]`"),
                false => format!("write `[\"{text}\"]`"),
            }
        }
        (_, Some(text)) if expected.contains("{ error: MESSAGE }") => {
            format!("write `{{ error: {text} }}`")
        }
        _ if expected.contains("{ error: MESSAGE }") => "write `{ error: MESSAGE }`".to_owned(),
        _ if sentence.starts_with("services: ") => {
            "write `services: { package.Service: { error: package.Error } }`".to_owned()
        }
        (_, Some(text)) if expected.contains("{ out: FOLDER }") && text != "out" => {
            format!("write `{{ out: {text} }}`")
        }
        _ if expected.contains("{ out: FOLDER }") => {
            "write `{ out: FOLDER }`, or remove the key".to_owned()
        }
        (_, Some("true" | "false")) if expected.starts_with("a boolean") => {
            "write it without quotes".to_owned()
        }
        _ if expected.starts_with("a boolean") => "write `true` or `false`".to_owned(),
        _ if expected.starts_with("a string") || expected.starts_with("path string") => {
            "write one text".to_owned()
        }
        (_, Some(text)) if expected.contains("keys of a configuration") && text.contains(':') => {
            "write a space behind the `:`".to_owned()
        }
        _ if expected.starts_with("a map of targets") => {
            "write `targets: { rust: { out: FOLDER } }`".to_owned()
        }
        _ => "`bellwire init` in an empty folder writes a configuration with every key explained"
            .to_owned(),
    }
}
