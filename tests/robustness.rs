//! Whatever the input, the compiler answers with findings: it never panics, and never takes long.

use std::fs;
use std::path::Path;

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
    let descriptor = compiled.loaded.descriptors().next().unwrap_or_default();
    assert!(String::from_utf8_lossy(&descriptor).contains("username"));
}

#[test]
fn a_message_has_so_many_fields_and_no_more() {
    let message = |count: i32| {
        let number = |index: i32| {
            if index < 18_999 {
                index + 1
            } else {
                index + 1001
            }
        };
        let fields: String = (0..count)
            .map(|index| format!("  int32 f{index} = {};\n", number(index)))
            .collect();
        format!("syntax = \"proto3\";\nmessage Large {{\n{fields}}}\n")
    };
    let (fits, large) = (message(65_535), message(65_536));
    let folder = folder(&[
        ("fits.proto", fits.as_bytes()),
        ("large.proto", large.as_bytes()),
    ]);
    assert_eq!(codes(&check(folder.path(), &["fits.proto"])), []);
    let found = codes(&check(folder.path(), &["large.proto"]));
    assert_eq!(found, [code::TYPE_INVALID]);
}

#[test]
fn an_option_may_not_lead_deep_into_a_message() {
    let schema = |depth: usize| {
        format!(
            "syntax = \"proto3\";
            import \"google/protobuf/descriptor.proto\";
            extend google.protobuf.FileOptions {{ Deep deep = 50000; }}
            message Deep {{ Deep next = 1; int32 end = 2; }}
            option (deep){}.end = 1;",
            ".next".repeat(depth)
        )
    };
    let (fits, deep, deeper) = (schema(99), schema(100), schema(50_000));
    let folder = folder(&[
        ("fits.proto", fits.as_bytes()),
        ("deep.proto", deep.as_bytes()),
        ("deeper.proto", deeper.as_bytes()),
    ]);
    assert_eq!(codes(&check(folder.path(), &["fits.proto"])), []);
    for name in ["deep.proto", "deeper.proto"] {
        let found = codes(&check(folder.path(), &[name]));
        assert_eq!(found, [code::SYNTAX_TOO_DEEP], "{name}");
    }
}

#[test]
fn a_package_of_many_parts_is_refused_and_no_more() {
    let package = vec!["a"; 100_000].join(".");
    let text = format!(
        "syntax = \"proto3\";\npackage {package};\nmessage M {{ N n = 1; }}\nmessage N {{}}\n"
    );
    let folder = folder(&[("long.proto", text.as_bytes())]);
    let found = codes(&check(folder.path(), &["long.proto"]));
    assert_eq!(found, [code::TYPE_LONG_PACKAGE]);
}
