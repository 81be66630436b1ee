//! What goes wrong in a compiler that is given bad or hostile input, row by row, and what must follow. Names that are
//! reserved in a target language are hostile too: the golden case `hostile_names` has them, and is compiled.

mod project;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use project::{NOTES, Project, Ran, USER};

// A comment with whatever ends comments, lines and strings elsewhere: it stays a comment in every target.

const HOSTILE: &[&str] = &[
    "a bare CR \r INSIDE",
    "NEL \u{85} INSIDE",
    "separators \u{2028} INSIDE \u{2029} INSIDE",
    "*/ INSIDE /* INSIDE",
    "${INSIDE} $INSIDE `${INSIDE}`",
    "\"\"\" INSIDE ''' INSIDE",
    "```\n  // INSIDE\n  // ```",
    "    INSIDE by four",
    "\\ INSIDE \\u002a/ INSIDE",
    "<script>INSIDE</script> [INSIDE](INSIDE) {@link INSIDE}",
    "\u{202e} INSIDE",
    "#![INSIDE] --> INSIDE <!-- INSIDE",
];

/// Every line of what is generated that has a word of the comment is a comment, however a language ends lines.
#[test]
fn a_hostile_comment_stays_a_comment() {
    let project = Project::new();
    let fields = HOSTILE.iter().enumerate().map(|(index, text)| {
        let number = index + 1;
        format!("  // {text}\n  string field_{index} = {number};\n")
    });
    let fields: String = fields.collect();
    let block = "/* INSIDE \r INSIDE // INSIDE \u{2028} INSIDE */\n";
    project.write(
        "schemas/notes/v1/notes.proto",
        &format!("syntax = \"proto3\";\npackage notes.v1;\n{block}message Note {{\n{fields}}}\n"),
    );
    project.succeeds(&["gen"]);
    let mut seen = 0;
    for (path, text) in project.files("gen") {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.contains("descriptor") {
            continue;
        }
        let text = String::from_utf8(text).expect("UTF-8");
        assert!(!text.contains('\r'), "{}", path.display());
        for line in text.lines() {
            let line = line.trim_start();
            if line.contains("INSIDE") {
                seen += 1;
                let starts = ["//", "* ", "/*"];
                let is_comment = starts.iter().any(|start| line.starts_with(start));
                assert!(is_comment, "{}: {line}", path.display());
                let ends = line.starts_with("* ") && line.contains("*/");
                assert!(!ends, "{}: {line}", path.display());
                // JavaScript ends lines there; a block goes on.
                let cut = line.starts_with("//") && line.contains(['\u{2028}', '\u{2029}']);
                assert!(!(cut && name.ends_with(".ts")), "{line}");
            }
        }
    }
    assert!(seen > 3 * HOSTILE.len(), "{seen}");
}

// Two names that are equal after case conversion: an error with both positions, before any output.

#[test]
fn names_that_a_target_makes_equal_are_refused_at_both_places() {
    let project = Project::new();
    let text = r#"syntax = "proto3";
package notes.v1;
message Fb {}
message FB {}
message A {
  oneof kind { string a = 1; }
  enum Kind { NONE = 0; }
}
"#;
    project.write("schemas/notes/v1/notes.proto", text);
    let ran = project.run(&["gen"]);
    let said = ran.failed(1, &["bellwire::target::collision"]).stderr;
    for line in ["message Fb {}", "message FB {}", "oneof kind", "enum Kind"] {
        assert!(said.contains(line), "{line} is not in\n{said}");
    }
    assert!(!project.path("gen").exists());
}

// A message with nested types beside a sub-package of its name, a package that is a keyword, an import for options alone.

#[test]
fn a_module_that_would_be_two_things_is_refused() {
    let project = Project::new();
    project.write(
        "schemas/notes/v1/notes.proto",
        "syntax = \"proto3\";\npackage notes;\nmessage B { message C {} }\n",
    );
    project.write(
        "schemas/notes/b.proto",
        "syntax = \"proto3\";\npackage notes.b;\nmessage D {}\n",
    );
    let ran = project.run(&["gen"]);
    ran.failed(
        1,
        &[
            "bellwire::target::module_collision",
            "message B {",
            "`notes.b`",
        ],
    );
    assert!(!project.path("gen").exists());
}

/// Its package has keywords, too.
#[test]
fn an_import_that_only_options_use_gets_generated() {
    let project = Project::new();
    let text = r#"syntax = "proto3";
package notes.async.type;
import "mark.proto";
message Note { option (mark) = "x"; }
"#;
    project.write("schemas/notes/v1/notes.proto", text);
    let text = r#"syntax = "proto3";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { string mark = 50000; }
"#;
    project.write("schemas/mark.proto", text);
    project.succeeds(&["gen"]);
}

// `..`, an absolute path or a symbolic link in an import or an output: nothing is written outside of the output folders.

#[test]
fn imports_that_lead_out_are_refused() {
    let project = Project::new();
    project.write("outside.proto", "syntax = \"proto3\";\n");
    let absolute = project.path("outside.proto");
    for import in [
        "../outside.proto",
        "/etc/passwd",
        "a/../../outside.proto",
        "./user/v1/user.proto",
        "user//v1/user.proto",
        r"user\\v1.proto",
        &absolute.to_string_lossy(),
    ] {
        project.write(
            "schemas/notes/v1/notes.proto",
            &format!("syntax = \"proto3\";\nimport \"{import}\";\n"),
        );
        let ran = project.run(&["check"]);
        ran.failed(1, &["bellwire::import::invalid_path", "notes.proto:2:"]);
    }
}

#[cfg(unix)]
#[test]
fn links_inside_an_output_folder_are_refused() {
    let project = Project::new();
    fs::create_dir_all(project.path("elsewhere")).expect("a folder");
    fs::create_dir_all(project.path("gen/ts")).expect("a folder");
    std::os::unix::fs::symlink(project.path("elsewhere"), project.path("gen/ts/user"))
        .expect("a link");
    project
        .run(&["gen"])
        .failed(2, &["bellwire::output::symbolic_link", "gen/ts/user"]);
    assert!(project.files("elsewhere").is_empty());
    assert!(
        project.files("gen").is_empty(),
        "nothing is written to any target"
    );
}

#[cfg(unix)]
#[test]
fn links_among_schemas_are_followed_and_have_an_end() {
    use std::os::unix::fs::symlink;
    let project = Project::new();
    fs::create_dir_all(project.path("schemas/twin")).expect("a folder");
    fs::create_dir_all(project.path("elsewhere")).expect("a folder");
    project.write(
        "elsewhere/linked.proto",
        "syntax = \"proto3\";\npackage linked;\nmessage Linked {}\n",
    );
    for (to, link) in [
        ("../elsewhere", "schemas/linked"),
        (".", "schemas/itself"),
        ("../..", "schemas/notes/up"),
        ("../notes", "schemas/twin/notes"),
        ("../twin", "schemas/notes/twin"),
        ("nowhere", "schemas/dangling"),
    ] {
        symlink(to, project.path(link)).expect("a link");
    }
    let said = project.run(&["list"]);
    // What two links show twice is defined twice, and nothing is worse than that.
    said.failed(1, &["schemas/twin/notes/v1/notes.proto"]);
    fs::remove_file(project.path("schemas/twin/notes")).expect("a link");
    project.succeeds(&["gen"]);
    assert!(project.path("gen/ts/linked/linked_pb.ts").exists());
}

// Kill -9, a full disk: the old file is intact.

/// Whenever a run is killed, each file is its old self or its new one, and the next run completes the set.
#[test]
fn a_killed_run_leaves_whole_files() {
    let project = Project::generated();
    let old = project.files("gen");
    project.write(
        "schemas/notes/v1/notes.proto",
        &NOTES.replace("text", "body"),
    );
    project.succeeds(&["gen"]);
    let new = project.files("gen");
    assert_ne!(old, new);
    for microseconds in (0..20_000).step_by(1000) {
        project.write("schemas/notes/v1/notes.proto", NOTES);
        project.succeeds(&["gen"]);
        project.write(
            "schemas/notes/v1/notes.proto",
            &NOTES.replace("text", "body"),
        );
        let mut child = project
            .command(&["gen"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("bellwire runs");
        std::thread::sleep(std::time::Duration::from_micros(microseconds));
        let _ = child.kill();
        child.wait().expect("it ends");
        for (path, text) in &new {
            let found = fs::read(path).expect("the file is there");
            let manifest = path
                .file_name()
                .is_some_and(|name| name == ".bellwire-manifest");
            assert!(
                manifest || found == *text || found == old[path],
                "{}",
                path.display()
            );
        }
        for path in project
            .files("gen")
            .into_keys()
            .filter(|path| !new.contains_key(path))
        {
            // As if that had happened a day ago.
            let day = std::time::Duration::from_secs(24 * 60 * 60);
            let file = fs::File::options()
                .write(true)
                .open(&path)
                .expect("a temporary");
            file.set_modified(SystemTime::now() - day).expect("a time");
        }
        project.write(
            "schemas/notes/v1/notes.proto",
            &NOTES.replace("text", "more"),
        );
        project.succeeds(&["gen"]);
        project.write(
            "schemas/notes/v1/notes.proto",
            &NOTES.replace("text", "body"),
        );
        project.succeeds(&["gen"]);
        assert_eq!(project.files("gen"), new);
    }
}

/// A limit on the size of files stands in for a full disk: it binds every user, and hits while temporaries are
/// written.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_no_partial_set() {
    let project = Project::generated();
    let before = project.files("gen");
    let field = |index: usize| {
        format!(
            "  // {}\n  string field_{index} = {index};\n",
            "x".repeat(200)
        )
    };
    let fields: String = (1..200).map(field).collect();
    project.write(
        "schemas/notes/v1/notes.proto",
        &format!("syntax = \"proto3\";\npackage notes.v1;\nmessage Note {{\n{fields}}}\n"),
    );
    project.write(
        "schemas/user/v1/user.proto",
        &USER.replace("Shown", "Visible"),
    );
    let limited = format!(
        "ulimit -f 32; trap '' XFSZ; exec '{}' gen",
        env!("CARGO_BIN_EXE_bellwire")
    );
    let output = Command::new("sh")
        .args(["-c", &limited])
        .current_dir(project.0.path())
        .output()
        .expect("sh runs");
    Ran::from(output).failed(2, &["bellwire::output::io", "cannot write"]);
    assert_eq!(project.files("gen"), before);
}

/// A signal that ends a run in the middle of a file: what was there stays, whole, and what the run left goes once it is old.
#[cfg(unix)]
#[test]
fn a_signal_in_the_middle_of_a_file_leaves_whole_files() {
    use std::os::unix::process::ExitStatusExt as _;

    let project = Project::generated();
    let before = project.files("gen");
    let field = |index: usize| {
        format!(
            "  // {}\n  string field_{index} = {index};\n",
            "x".repeat(200)
        )
    };
    let fields: String = (1..200).map(field).collect();
    project.write(
        "schemas/notes/v1/notes.proto",
        &format!("syntax = \"proto3\";\npackage notes.v1;\nmessage Note {{\n{fields}}}\n"),
    );
    let limited = format!(
        "ulimit -f 32; exec '{}' gen",
        env!("CARGO_BIN_EXE_bellwire")
    );
    let output = Command::new("sh")
        .args(["-c", &limited])
        .current_dir(project.0.path())
        .output()
        .expect("sh runs");
    assert!(output.status.signal().is_some(), "{:?}", output.status);
    let after = project.files("gen");
    for (path, text) in &before {
        assert_eq!(after.get(path), Some(text), "{}", path.display());
    }
    let left: Vec<_> = after
        .keys()
        .filter(|path| !before.contains_key(*path))
        .collect();
    assert!(!left.is_empty(), "the run was ended while it wrote");
    for path in left {
        let day = std::time::Duration::from_secs(24 * 60 * 60);
        let file = fs::File::options().write(true).open(path);
        let file = file.expect("a temporary");
        file.set_modified(SystemTime::now() - day).expect("a time");
    }
    project.succeeds(&["gen"]);
    let names = |files: BTreeMap<PathBuf, Vec<u8>>| files.into_keys().collect::<Vec<_>>();
    assert_eq!(names(project.files("gen")), names(before));
}

// Two runs at once: both succeed, byte for byte the same.

#[test]
fn two_runs_at_once_both_succeed() {
    let expected = Project::generated();
    let project = Project::new();
    for round in 0..5 {
        project.write(
            "schemas/notes/v1/notes.proto",
            &NOTES.replace("text", &format!("text_{round}")),
        );
        let mut children: Vec<_> = (0..4)
            .map(|_| {
                project
                    .command(&["gen"])
                    .stdout(Stdio::null())
                    .stderr(Stdio::piped())
                    .spawn()
                    .expect("bellwire runs")
            })
            .collect();
        for child in children.drain(..) {
            let output = child.wait_with_output().expect("bellwire ends");
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
    project.write("schemas/notes/v1/notes.proto", NOTES);
    project.succeeds(&["gen"]);
    let relative = |project: &Project| -> BTreeMap<PathBuf, Vec<u8>> {
        let files = project.files("gen").into_iter();
        files
            .map(|(path, text)| {
                (
                    path.strip_prefix(project.0.path())
                        .expect("inside")
                        .to_owned(),
                    text,
                )
            })
            .collect()
    };
    assert_eq!(relative(&project), relative(&expected));
}

// A schema deleted: its outputs are removed, only files that we own, and never when generation failed.

#[test]
fn outputs_of_a_deleted_schema_go_and_nothing_else() {
    let project = Project::generated();
    project.write("gen/ts/notes/v1/mine.ts", "export {};\n");
    project.write("gen/dart/mine.dart", "// mine\n");
    fs::remove_file(project.path("schemas/notes/v1/notes.proto")).expect("removed");
    let of_notes = |project: &Project| {
        let notes = |path: &PathBuf| {
            path.strip_prefix(project.0.path())
                .is_ok_and(|path| path.to_string_lossy().contains("notes"))
        };
        project.files("gen").into_keys().filter(notes).count()
    };
    assert!(of_notes(&project) > 1);
    let stdout = project.succeeds(&["gen"]);
    assert!(stdout.contains("removed "), "{stdout}");
    assert_eq!(of_notes(&project), 1, "{:?}", project.files("gen").keys());
    assert_eq!(project.read("gen/ts/notes/v1/mine.ts"), "export {};\n");
    assert_eq!(project.read("gen/dart/mine.dart"), "// mine\n");
    assert!(
        !project.path("gen/dart/notes").exists(),
        "folders that became empty go too"
    );
}

#[test]
fn nothing_is_removed_when_a_schema_is_wrong() {
    let project = Project::generated();
    let before = project.files("gen");
    fs::remove_file(project.path("schemas/notes/v1/notes.proto")).expect("removed");
    project.write("schemas/user/v1/user.proto", "oops");
    project.run(&["gen"]).failed(1, &[]);
    assert_eq!(project.files("gen"), before);
}

// Nothing changed: nothing is written.

#[test]
fn a_second_run_touches_nothing() {
    let project = Project::generated();
    let (files, times) = (project.files("gen"), project.times("gen"));
    assert!(files.len() > 3, "{:?}", files.keys());
    let stdout = project.succeeds(&["gen"]);
    assert!(
        stdout.ends_with(" unchanged\n") && !stdout.contains("wrote"),
        "{stdout}"
    );
    assert_eq!(project.files("gen"), files);
    assert_eq!(project.times("gen"), times);
}

// CRLF, a byte order mark, a file that is not UTF-8, names that differ in case alone on disk.

#[test]
fn line_ends_and_a_byte_order_mark_make_no_difference() {
    let project = Project::generated();
    project.write(
        "schemas/user/v1/user.proto",
        &format!("\u{feff}{}", USER.replace('\n', "\r\n")),
    );
    assert_eq!(project.succeeds(&["gen", "--check"]), "");
}

#[test]
fn a_file_that_is_not_utf8_is_named_with_the_place() {
    let project = Project::new();
    let text = b"syntax = \"proto3\";\n// caf\xe9\n";
    fs::write(project.path("schemas/notes/v1/notes.proto"), text).expect("a file");
    let ran = project.run(&["gen"]);
    ran.failed(1, &["bellwire::file::not_utf8", "notes.proto:2:7"]);
}

/// So is one whose name is not UTF-8; other names are nobody's business.
#[test]
#[cfg(target_os = "linux")]
fn names_that_are_not_utf8_do_no_harm() {
    use std::os::unix::ffi::OsStrExt as _;

    let project = Project::new();
    let place = |name: &[u8]| {
        project
            .path("schemas")
            .join(std::ffi::OsStr::from_bytes(name))
    };
    fs::write(place(b"caf\xe9.txt"), "").expect("a file");
    fs::create_dir(place(b"caf\xe9")).expect("a folder");
    project.succeeds(&["gen"]);
    fs::write(place(b"caf\xe9.proto"), "syntax = \"proto3\";\n").expect("a file");
    let ran = project.run(&["gen"]);
    ran.failed(1, &["bellwire::file::not_utf8", "caf\u{fffd}.proto"]);
}

/// Only a disk that tells case apart can hold both.
#[test]
#[cfg(target_os = "linux")]
fn files_that_differ_in_case_alone_are_refused() {
    let project = Project::new();
    project.write("schemas/notes/v1/Notes.proto", "syntax = \"proto3\";\n");
    let ran = project.run(&["gen"]);
    ran.failed(1, &["bellwire::file::case", "Notes.proto"]);
    assert!(!project.path("gen").exists());
}

// A read-only folder: exit 2, the path named, no partial set.

/// Permissions do not bind root, so a run of this test as root has somebody else call the binary.
#[cfg(unix)]
#[test]
fn a_read_only_folder_leaves_no_partial_set() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;

    let project = Project::generated();
    let before = project.files("gen");
    project.write(
        "schemas/user/v1/user.proto",
        &USER.replace("Shown", "Visible"),
    );
    project.write(
        "schemas/notes/v1/notes.proto",
        &NOTES.replace("text", "title"),
    );
    let allow = |folder: &Path, mode| {
        fs::set_permissions(folder, fs::Permissions::from_mode(mode)).expect("permissions");
    };
    let folder = project.path("gen/ts/user/v1");
    allow(project.0.path(), 0o755);
    allow(&folder, 0o555);
    let binary = project.path("bellwire");
    // By another process: a child that a test beside this one starts would inherit a file that is open here to be
    // written, and what anybody has open to write, nobody can run.
    let copied = Command::new("cp")
        .arg(env!("CARGO_BIN_EXE_bellwire"))
        .arg(&binary)
        .status();
    assert!(copied.expect("cp runs").success());
    let mut command = Command::new(&binary);
    command.current_dir(project.0.path()).arg("gen");
    let is_root = fs::write(folder.join("probe"), "").is_ok();
    if is_root {
        fs::remove_file(folder.join("probe")).expect("removed");
        command.uid(65534);
    }
    let ran = Ran::from(command.output().expect("bellwire runs"));
    allow(&folder, 0o755);
    ran.failed(2, &["bellwire::output::io", "gen/"]);
    assert_eq!(project.files("gen"), before);
}

#[test]
fn a_folder_that_cannot_be_made_leaves_no_partial_set() {
    let project = Project::new();
    project.write("gen/ts", "a file where a folder must be");
    project
        .run(&["gen"])
        .failed(2, &["bellwire::output::in_the_way", "gen/ts"]);
    assert_eq!(project.files("gen").len(), 1);
}

// 100,000 levels of nesting, import cycles, a file of 50 MB, a string of 10 MB: a bounded error.

#[test]
fn depth_is_bounded() {
    let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    let texts = [
        deep("message A {", "}"),
        format!("option (x) = {};", deep("{a:", "}")),
        format!("option (x) = {{ a: {} }};", deep("[", "]")),
        format!("message A {{ {} a = 1; }}", deep("map<string, ", ">")),
        deep("(", ")"),
        "{".repeat(100_000),
        "}".repeat(100_000),
        "/*".repeat(100_000),
        "message A { option (a) = { ".repeat(100_000),
        deep("message A { optional group G = 1 {", "}}"),
    ];
    for text in texts {
        let project = Project::new();
        let text = format!("syntax = \"proto2\";\n{text}\n");
        project.write("schemas/notes/v1/notes.proto", &text);
        let ran = project.run(&["check"]).failed(1, &["notes.proto:"]);
        let head: String = text.chars().take(60).collect();
        assert!(
            ran.stderr.len() < 65_536,
            "{} bytes for {head}",
            ran.stderr.len()
        );
    }
}

#[test]
fn a_cycle_of_imports_is_shown() {
    let project = Project::new();
    for (name, import) in [("a", "b"), ("b", "c"), ("c", "a"), ("own", "own")] {
        let text = format!("syntax = \"proto3\";\nimport \"{import}.proto\";\n");
        project.write(&format!("schemas/{name}.proto"), &text);
    }
    let ran = project.run(&["check"]);
    let said = ran.failed(1, &["bellwire::import::cycle"]).stderr;
    for name in ["a", "b", "c", "own"] {
        assert!(said.contains(&format!("{name}.proto")), "{said}");
    }
}

#[test]
fn size_is_bounded() {
    let project = Project::new();
    project.write("schemas/notes/v1/notes.proto", &" ".repeat(50 << 20));
    let ran = project.run(&["check"]);
    ran.failed(1, &["bellwire::file::too_large", "notes.proto"]);
}

#[test]
fn a_long_string_is_only_long() {
    let project = Project::new();
    let long = "x".repeat(10 << 20);
    let option = |name: &str| format!("syntax = \"proto3\";\noption {name} = \"{long}\";\n");
    project.write("schemas/notes/v1/notes.proto", &option("java_package"));
    project.succeeds(&["check"]);
    // And where it is wrong, it is not printed.
    project.write(
        "schemas/notes/v1/notes.proto",
        &option("java_multiple_files"),
    );
    let ran = project.run(&["check"]);
    let said = ran.failed(1, &["bellwire::option::wrong_value"]).stderr;
    assert!(said.len() < 4096, "{} bytes", said.len());
}

#[test]
fn a_name_that_is_too_long_is_not_printed() {
    let project = Project::new();
    let name = "M".repeat(65_536);
    let text = format!("syntax = \"proto3\"; message {name} {{}}");
    project.write("schemas/notes/v1/notes.proto", &text);
    let ran = project.run(&["check"]);
    let said = ran.failed(1, &["bellwire::type::long_name"]).stderr;
    assert!(said.len() < 4096, "{} bytes", said.len());
}

// Numbers, names, ranges and types: what protoc rejects, we reject, at the same position.

#[test]
fn what_protoc_rejects_is_rejected_where_protoc_says() {
    // On the second line; the columns are those of protoc, but for an option, of which protoc names the field.
    let cases = [
        (
            "proto3",
            "message A { int32 a = 0; }",
            "type::invalid_number",
            23,
        ),
        (
            "proto3",
            "message A { int32 a = 536870912; }",
            "type::invalid_number",
            23,
        ),
        (
            "proto3",
            "message A { int32 a = 19000; }",
            "type::invalid_number",
            23,
        ),
        (
            "proto3",
            "message A { reserved 5; int32 a = 5; }",
            "type::reserved",
            35,
        ),
        (
            "proto3",
            "message A { reserved \"a\"; int32 a = 1; }",
            "type::reserved",
            33,
        ),
        (
            "proto3",
            "message A { int32 a = 1; int32 b = 1; }",
            "type::duplicate_number",
            36,
        ),
        (
            "proto3",
            "message A { int32 a = 1; int32 a = 2; }",
            "type::duplicate",
            32,
        ),
        (
            "proto3",
            "message A { reserved 1 to 5, 5; }",
            "type::overlapping_ranges",
            30,
        ),
        ("proto3", "enum E { ONE = 1; }", "type::enum_zero", 16),
        (
            "proto3",
            "service S { rpc Get(S) returns (S.Get); }",
            "type::not_a_type",
            21,
        ),
        (
            "proto3",
            "package a.b; message A { b field = 1; }",
            "type::not_a_type",
            26,
        ),
        (
            "proto2",
            "message A { repeated string a = 1 [packed = true]; }",
            "option::misused",
            36,
        ),
        (
            "proto2",
            "message A { extensions 5 to 9, 7; }",
            "type::overlapping_ranges",
            32,
        ),
    ];
    for (syntax, text, code, column) in cases {
        let project = Project::new();
        project.write("a.proto", &format!("syntax = \"{syntax}\";\n{text}\n"));
        let ran = project.run(&["check", "--error-format", "github", "a.proto"]);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.code, 1, "{text}");
        for words in [
            &code.replace("::", "%3A%3A"),
            &format!("line=2,col={column}"),
        ] {
            assert!(said.contains(words), "{text}: {words}\n{said}");
        }
    }
}
