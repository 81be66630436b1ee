//! A mistake in the syntax is reported once, where it is, and hides no other: every statement of sound schemas is broken
//! in turn, and many at once.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use bellwire_build::config::Config;
use bellwire_build::diagnostic::{Diagnostic, Label, Report, Severity};
use bellwire_build::{compile_files, load};

/// The lines that each error in a text points to.
fn lines(folder: &Path, name: &str, text: &str) -> (Vec<Vec<usize>>, String) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
    fs::write(&path, text).expect("writable");
    let config = Config {
        roots: vec![folder.to_owned()],
        ..Config::default()
    };
    let report = compile_files(&config, vec![name.to_owned()], Report::default()).report;
    let errors = report
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error);
    let line = |label: &Label| label.source.position(label.span.start).0;
    let lines = |diagnostic: &Diagnostic| diagnostic.labels.iter().map(line).collect();
    (errors.map(lines).collect(), report.plain())
}

/// Every schema of the golden cases that stands alone.
fn sound() -> Vec<(PathBuf, String)> {
    let paths: Vec<_> = glob::glob("tests/golden/*/schemas/**/*.proto")
        .expect("a pattern")
        .flatten()
        .collect();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).ok()?;
        let alone = !text.lines().any(|line| {
            line.starts_with("import") && !line.contains("google/") && !line.contains("bellwire/")
        });
        (alone && text.len() < 4000).then_some((path, text))
    };
    paths.into_iter().filter_map(read).collect()
}

/// Of so many mistakes one is made: all of them take a minute. `STEP` was 1 once, and all were found.
const STEP: usize = 11;

/// A way to break the text at one of its words.
type Break = fn(&str, &[Range<usize>], usize) -> Option<String>;

const BREAKS: [(&str, Break); 6] = [
    ("a `;` is gone", |text, words, at| {
        without(text, &words[at], ";")
    }),
    ("a `=` is gone", |text, words, at| {
        without(text, &words[at], "=")
    }),
    ("a `{` is gone", |text, words, at| {
        without(text, &words[at], "{")
    }),
    ("a `}` is gone", |text, words, at| {
        without(text, &words[at], "}")
    }),
    ("a quote is gone", |text, words, at| {
        let word = &text[words[at].clone()];
        let last = words[at].end - 1;
        word.starts_with('"')
            .then(|| [&text[..last], &text[last + 1..]].concat())
    }),
    ("a sign is too many", |text, words, at| {
        let start = words[at].start;
        (&text[words[at].clone()] == "=").then(|| [&text[..start], "! ", &text[start..]].concat())
    }),
];

fn without(text: &str, word: &Range<usize>, sign: &str) -> Option<String> {
    (&text[word.clone()] == sign).then(|| [&text[..word.start], &text[word.end..]].concat())
}

fn words(text: &str) -> Vec<Range<usize>> {
    load::tokens(text).map(|token| token.span).collect()
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

#[test]
fn a_mistake_is_reported_once_where_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut tried = 0;
    let mut wrong = Vec::new();
    for (path, text) in sound() {
        let (errors, shown) = lines(folder.path(), "a.proto", &text);
        assert!(errors.is_empty(), "{}: {shown}", path.display());
        let words = words(&text);
        for at in 0..words.len() {
            for (what, break_at) in BREAKS {
                let Some(broken) = break_at(&text, &words, at) else {
                    continue;
                };
                tried += 1;
                if tried % STEP != 0 {
                    continue;
                }
                let line = line_of(&text, words[at].start);
                let before = at
                    .checked_sub(1)
                    .map_or(line, |before| line_of(&text, words[before].start));
                let next = words
                    .get(at + 1)
                    .map_or(line, |word| line_of(&text, word.start));
                let (errors, shown) = lines(folder.path(), "a.proto", &broken);
                let is_there = |found: &usize| (before..=next).contains(found);
                if errors.len() != 1 || !errors[0].iter().any(is_there) {
                    wrong.push(format!("{}:{line}: {what}\n{shown}", path.display()));
                }
            }
        }
    }
    assert!(tried > 100, "{tried} mistakes were tried");
    assert!(
        wrong.is_empty(),
        "{} of {tried} mistakes:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
