//! Whatever the input, the compiler answers with findings: it never panics, and never takes long.

use std::fs;
use std::path::{Path, PathBuf};

use bellwire_build::config::Config;
use bellwire_build::diagnostic::{Report, code};
use bellwire_build::{compile_files, load};

/// Compiles the files of a folder, by import names.
fn check(folder: &Path, names: &[&str]) -> Report {
    let config = Config {
        roots: vec![folder.to_owned()],
        ..Config::default()
    };
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    compile_files(&config, names, Report::default()).report
}

/// Writes files given as path and bytes into a new folder.
fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("the folder is writable");
        fs::write(path, bytes).expect("the folder is writable");
    }
    folder
}

fn codes(report: &Report) -> Vec<code::Code> {
    report
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect()
}

/// A small generator of numbers, the same ones on every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % below.max(1)
    }
}

/// Every schema under `tests/golden`, error cases included.
fn corpus() -> Vec<Vec<u8>> {
    let pattern = "tests/golden/**/*.proto";
    let paths: Vec<PathBuf> = glob::glob(pattern).expect("a pattern").flatten().collect();
    paths
        .iter()
        .map(|path| fs::read(path).expect("it is readable"))
        .collect()
}

/// One to four edits: a stretch goes, comes twice, comes from another schema, or a byte becomes another.
fn mutate(text: &mut Vec<u8>, corpus: &[Vec<u8>], numbers: &mut Numbers) {
    const BYTES: &[u8] = b"{}[]<>()=;:,.\"'/*#-_\\ \n\r\t0129aAzZ\x00\x7f\xc3\xff";
    for _ in 0..=numbers.next(4) {
        let start = numbers.next(text.len() + 1);
        let end = (start + numbers.next(40)).min(text.len());
        match numbers.next(5) {
            0 => drop(text.drain(start..end)),
            1 => {
                let copy = text[start..end].to_vec();
                text.splice(end..end, copy);
            }
            2 => {
                let other = &corpus[numbers.next(corpus.len())];
                let from = numbers.next(other.len() + 1);
                let to = (from + numbers.next(80)).min(other.len());
                text.splice(start..end, other[from..to].iter().copied());
            }
            3 => text.insert(start, BYTES[numbers.next(BYTES.len())]),
            _ if start < text.len() => text[start] = BYTES[numbers.next(BYTES.len())],
            _ => {}
        }
    }
}

#[test]
fn no_mutation_of_a_schema_panics() {
    let corpus = corpus();
    assert!(corpus.len() > 50, "the corpus is there");
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut accepted = 0;
    for round in 0..2000 {
        let mut first = corpus[round % corpus.len()].clone();
        mutate(&mut first, &corpus, &mut numbers);
        let second = &corpus[numbers.next(corpus.len())];
        let folder = folder(&[("a.proto", &first), ("b.proto", second)]);
        let kept = first.clone();
        let run = std::panic::catch_unwind(|| {
            let report = check(folder.path(), &["a.proto", "b.proto"]);
            (report.has_errors(), report.plain())
        });
        let Ok((errors, _)) = run else {
            panic!(
                "round {round} panics on\n{}\n--- and\n{}",
                String::from_utf8_lossy(&kept),
                String::from_utf8_lossy(second)
            );
        };
        accepted += usize::from(!errors);
    }
    assert!(accepted > 0, "some mutations are harmless");
}

#[test]
fn depth_is_bounded() {
    let message = "message A {".repeat(100_000) + &"}".repeat(100_000);
    let literal = format!(
        "option (x) = {}1{};",
        "{a:".repeat(100_000),
        "}".repeat(100_000)
    );
    let list = format!(
        "option (x) = {{a:{}1{}}};",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    for text in [message, literal, list] {
        let folder = folder(&[(
            "a.proto",
            format!("syntax = \"proto3\";\n{text}\n").as_bytes(),
        )]);
        assert_eq!(
            codes(&check(folder.path(), &["a.proto"])),
            [code::SYNTAX_TOO_DEEP]
        );
    }
}

#[test]
fn a_chain_of_imports_may_be_long() {
    let texts: Vec<String> = (0..2000)
        .map(|number| match number {
            0 => "syntax = \"proto3\";".to_owned(),
            _ => format!("syntax = \"proto3\";\nimport \"{}.proto\";\n", number - 1),
        })
        .collect();
    let names: Vec<String> = (0..texts.len())
        .map(|number| format!("{number}.proto"))
        .collect();
    let files: Vec<_> = names
        .iter()
        .zip(&texts)
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let folder = folder(&files);
    assert!(check(folder.path(), &["1999.proto"]).is_empty());
}

#[test]
fn size_is_bounded() {
    let folder = folder(&[("a.proto", &vec![b' '; 50 << 20])]);
    assert_eq!(
        codes(&check(folder.path(), &["a.proto"])),
        [code::FILE_TOO_LARGE]
    );
}

#[test]
fn a_long_string_is_only_long() {
    let text = format!(
        "syntax = \"proto3\";\noption java_package = \"{}\";\n",
        "x".repeat(10 << 20)
    );
    let folder = folder(&[("a.proto", text.as_bytes())]);
    assert!(check(folder.path(), &["a.proto"]).is_empty());
}

#[test]
fn what_is_wrong_on_a_long_line_is_shown_in_few_words() {
    let text = format!(
        "syntax = \"proto3\";\nmessage A {{ /* {} */ Missing a = 1; }}\n",
        "x".repeat(1 << 20)
    );
    let folder = folder(&[("a.proto", text.as_bytes())]);
    let report = check(folder.path(), &["a.proto"]);
    assert_eq!(codes(&report), [code::TYPE_UNKNOWN]);
    assert!(
        report.plain().len() < 4096,
        "{} bytes",
        report.plain().len()
    );
}

#[test]
fn the_first_root_wins() {
    let folder = folder(&[
        ("one/a.proto", b"syntax = \"proto3\"; message A {}"),
        (
            "two/a.proto",
            b"syntax = \"proto3\"; message A { Missing missing = 1; }",
        ),
    ]);
    let config = Config {
        roots: vec![folder.path().join("one"), folder.path().join("two")],
        ..Config::default()
    };
    assert!(
        compile_files(&config, vec!["a.proto".to_owned()], Report::default())
            .report
            .is_empty()
    );
}

#[test]
fn a_file_outside_of_every_root_is_refused() {
    let folder = folder(&[("in/a.proto", b""), ("out/b.proto", b"")]);
    let roots = [folder.path().join("in")];
    assert_eq!(
        load::import_name(&folder.path().join("in/a.proto"), &roots).expect("it is inside"),
        "a.proto"
    );
    let refused =
        load::import_name(&folder.path().join("out/b.proto"), &roots).expect_err("it is outside");
    assert_eq!(refused.code, code::FILE_OUTSIDE_ROOTS);
}

/// Only a disk that tells case apart can hold both.
#[test]
#[cfg(target_os = "linux")]
fn names_that_differ_in_case_alone_are_refused() {
    let folder = folder(&[
        ("a.proto", b"syntax = \"proto3\";"),
        ("A.proto", b"syntax = \"proto3\";"),
    ]);
    assert_eq!(
        codes(&check(folder.path(), &["a.proto", "A.proto"])),
        [code::FILE_CASE]
    );
}

#[test]
fn line_endings_change_nothing_but_positions() {
    let text = "syntax = \"proto3\";\n// About A.\nmessage A {\n  Missing a = 1;\n}\n";
    let unix = folder(&[("a.proto", text.as_bytes())]);
    let dos = folder(&[("a.proto", text.replace('\n', "\r\n").as_bytes())]);
    let place = |report: &Report| {
        let label = &report.diagnostics[0].labels[0];
        label.source.position(label.span.start)
    };
    let (unix, dos) = (
        check(unix.path(), &["a.proto"]),
        check(dos.path(), &["a.proto"]),
    );
    assert_eq!(place(&unix), (4, 3));
    assert_eq!(place(&unix), place(&dos));
}

/// protobuf tells them apart, and so do their names in JSON.
#[test]
fn fields_that_differ_in_case_alone_keep_their_names() {
    let text = "syntax = \"proto3\";\nmessage A { string user_name = 1; string username = 2; }\n";
    let folder = folder(&[("a.proto", text.as_bytes())]);
    let config = Config {
        roots: vec![folder.path().to_owned()],
        ..Config::default()
    };
    let compiled = compile_files(&config, vec!["a.proto".to_owned()], Report::default());
    assert!(compiled.report.is_empty(), "{}", compiled.report.plain());
    let names: Vec<_> = compiled.schema.messages[0]
        .fields
        .iter()
        .map(|field| (field.name.as_str(), field.json_name.as_str()))
        .collect();
    assert_eq!(names, [("user_name", "userName"), ("username", "username")]);
    let descriptor = &compiled.schema.files[0].descriptor;
    assert!(String::from_utf8_lossy(descriptor).contains("username"));
}
