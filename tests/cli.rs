//! The binary from outside: what it prints, what it ends with, and above all what it does to a disk.

mod project;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use project::{NOTES, Project, Ran, USER};

// What a person does first.

#[test]
fn init_gives_a_project_that_generates() {
    let project = Project::empty();
    project.succeeds(&["init"]);
    let stdout = project.succeeds(&["gen"]);
    assert!(stdout.starts_with("wrote "), "{stdout}");
    assert_eq!(project.succeeds(&["gen", "--check"]), "");
    assert!(
        project
            .succeeds(&["list"])
            .contains("greeting.v1.GreetingEvent/Greet")
    );
}

/// What `init` writes is a golden case, so what it generates compiles in every language.
#[test]
fn init_writes_the_schema_of_a_golden_case() {
    let project = Project::empty();
    project.succeeds(&["init", "greeter"]);
    let schema = "schemas/greeting/v1/greeting.proto";
    let case = Path::new("tests/golden/init").join(schema);
    assert_eq!(
        project.read(&format!("greeter/{schema}")),
        fs::read_to_string(case).expect("a file")
    );
}

#[test]
fn init_overwrites_nothing() {
    let project = Project::empty();
    project.write("bellwire.yaml", "mine");
    project
        .run(&["init"])
        .failed(2, &["bellwire.yaml exists already"]);
    assert_eq!(project.read("bellwire.yaml"), "mine");
    assert_eq!(project.files("").len(), 1);
}

#[test]
fn list_shows_events_and_notifications() {
    let project = Project::new();
    let table = project.succeeds(&["list"]);
    assert!(
        table.contains("unary         user.v1.UserEvent/Get             -   User  timeout 30s\n"),
        "{table}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&project.succeeds(&["list", "--format=json"])).expect("JSON");
    assert_eq!(json[0]["path"], "user.v1.UserEvent/Get");
    assert_eq!(json[0]["output"], "user.v1.User");
    assert_eq!(json[0]["timeout_ms"], 30000);
    assert_eq!(json[1]["kind"], "notification");
    assert_eq!(json[1]["keyed"], true);
    assert_eq!(json[1]["fingerprint"].as_str().map(str::len), Some(16));
}

#[test]
fn check_takes_files_without_a_configuration() {
    let project = Project::new();
    fs::remove_file(project.path("bellwire.yaml")).expect("removed");
    project.succeeds(&["check", "-I", "schemas", "schemas/user/v1/user.proto"]);
    project.write(
        "schemas/bad.proto",
        "syntax = \"proto3\";\nimport \"nowhere.proto\";\n",
    );
    project
        .run(&["check", "-I", "schemas", "schemas/bad.proto"])
        .failed(1, &["schemas/bad.proto:2:", "nowhere.proto"]);
    project
        .run(&["check", "-I", "schemas", "elsewhere.proto"])
        .failed(2, &["elsewhere.proto"]);
    project
        .run(&["check", "-I", "nowhere", "schemas/bad.proto"])
        .failed(2, &["nowhere"]);
    project
        .run(&["check"])
        .failed(2, &["bellwire::config::missing_file", "bellwire init"]);
}

#[test]
fn files_that_cannot_be_checked_are_named() {
    let project = Project::new();
    project.write("other/other.proto", "syntax = \"proto3\";\n");
    project.write("schemas/large.proto", &" ".repeat(17 << 20));
    project.write("schemas/case.proto", "syntax = \"proto3\";\n");
    project.write(
        "schemas/Case.proto",
        "syntax = \"proto3\";\nimport \"case.proto\";\n",
    );
    for (file, code, exit) in [
        ("nowhere.proto", "bellwire::file::not_found", 2),
        ("other/other.proto", "bellwire::file::outside_roots", 2),
        ("schemas/large.proto", "bellwire::file::too_large", 1),
        ("schemas/Case.proto", "bellwire::file::case", 1),
    ] {
        let name = file.rsplit('/').next().unwrap_or(file);
        project
            .run(&["check", "-I", "schemas", file])
            .failed(exit, &[code, name]);
    }
}

// Findings.

#[test]
fn errors_of_several_files_come_at_once_and_write_nothing() {
    let project = Project::new();
    project.write(
        "schemas/a.proto",
        "syntax = \"proto3\";\nmessage A { Nothing one = 1; }\n",
    );
    project.write(
        "schemas/b.proto",
        "syntax = \"proto3\";\nmessage B { string = 1; }\n",
    );
    let ran = project.run(&["gen"]).failed(
        1,
        &[
            "schemas/a.proto:2:13",
            "schemas/b.proto:2:",
            "errors in 2 files",
        ],
    );
    let place = |name| ran.stderr.find(name).expect("said");
    assert!(place("schemas/a.proto") < place("schemas/b.proto"));
    assert_eq!(ran.stdout, "");
    assert!(!project.path("gen").exists());
}

#[test]
fn errors_come_as_json_too() {
    let project = Project::new();
    project.write(
        "schemas/a.proto",
        "syntax = \"proto3\";\nmessage A { Nothing one = 1; }\n",
    );
    let ran = project
        .run(&["check", "--error-format=json"])
        .failed(1, &[]);
    let finding: serde_json::Value =
        serde_json::from_str(ran.stderr.lines().next().expect("a line")).expect("JSON");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["labels"][0]["file"], "schemas/a.proto");
    assert_eq!(finding["labels"][0]["line"], 2);
    assert_eq!(finding["labels"][0]["column"], 13);
}

#[test]
fn errors_come_for_github_and_as_sarif() {
    let project = Project::new();
    project.write(
        "schemas/a.proto",
        "syntax = \"proto3\";\nmessage A { Nothing one = 1; }\n",
    );
    let github = project
        .run(&["check", "--error-format=github"])
        .failed(1, &[]);
    assert!(
        github.stderr.starts_with(
            "::error file=schemas/a.proto,title=bellwire%3A%3Atype%3A%3Aunknown,line=2,col=13,"
        ),
        "{}",
        github.stderr
    );
    let sarif = project
        .run(&["check", "--error-format=sarif"])
        .failed(1, &[]);
    let document: serde_json::Value = serde_json::from_str(&sarif.stderr).expect("JSON");
    let result = &document["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "bellwire::type::unknown");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "schemas/a.proto");
    assert_eq!(place["region"]["startColumn"], 13);
}

#[test]
fn codes_are_explained() {
    let project = Project::new();
    let page = project.run(&["explain", "type::unknown"]);
    assert!(page.stdout.contains("# bellwire::type::unknown"));
    assert!(
        project
            .run(&["explain"])
            .stdout
            .contains("bellwire::file::case")
    );
    let unknown = project.run(&["explain", "type::unknwon"]).failed(2, &[]);
    assert!(unknown.stderr.contains("bellwire::type::unknown"));
}

#[test]
fn colours_are_for_those_who_want_them() {
    let project = Project::new();
    project.write("schemas/a.proto", "oops");
    let colored = |arguments: &[&str], no_color: bool| {
        let mut command = project.command(arguments);
        if no_color {
            command.env("NO_COLOR", "1");
        }
        Ran::from(command.output().expect("bellwire runs"))
            .stderr
            .contains('\u{1b}')
    };
    assert!(!colored(&["check"], false), "a pipe");
    assert!(colored(&["check", "--color=always"], false));
    assert!(!colored(&["check", "--color=never"], false));
    assert!(!colored(&["check"], true));
}

#[test]
fn wrong_use_says_what_was_meant() {
    let project = Project::new();
    project
        .run(&["gne"])
        .failed(2, &["subcommand exists: 'gen'"]);
    project.run(&["gen", "--chek"]).failed(2, &["'--check'"]);
    project
        .run(&["check", "schemas"])
        .failed(2, &["`schemas` is a folder", "`schemas/name.proto`"]);
    project
        .run(&["check", "schemas/user/v1/usr.proto"])
        .failed(2, &["did you mean `schemas/user/v1/user.proto`?"]);
    project
        .run(&["check", "-I", "schemas", "user/v1/user.proto"])
        .failed(2, &["did you mean `schemas/user/v1/user.proto`?"]);
    project
        .run(&["check", "-I", "schema", "schemas/user/v1/user.proto"])
        .failed(2, &["the root schema is no folder", "from the current one"]);
    let mut below = project.command(&["gen"]);
    below.current_dir(project.path("schemas"));
    Ran::from(below.output().expect("bellwire runs"))
        .failed(2, &["did you mean `--config ../bellwire.yaml`?"]);
    std::fs::remove_file(project.path("bellwire.yaml")).expect("a file");
    project.run(&["gen"]).failed(
        2,
        &[
            "there is no configuration `bellwire.yaml`",
            "`bellwire init`",
        ],
    );
}

#[test]
fn wrong_use_ends_with_2() {
    let project = Project::new();
    for arguments in [
        &["frobnicate"][..],
        &[],
        &["gen", "--what"],
        &["check", "-I", "schemas"],
        &["gen", "--config", "no.yaml"],
    ] {
        project.run(arguments).failed(2, &[]);
    }
    project.write("bellwire.yaml", "roots: [schemas]\n");
    project
        .run(&["gen"])
        .failed(2, &["bellwire::config::no_target"]);
    project.succeeds(&["check"]);
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let project = Project::new();
    let mut child = project
        .command(&["list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bellwire runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("bellwire ends");
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

// What is written.

#[test]
fn only_what_differs_is_written() {
    let project = Project::generated();
    let (files, times) = (project.files("gen"), project.times("gen"));
    project.write(
        "schemas/notes/v1/notes.proto",
        &NOTES.replace("text", "title"),
    );
    project.succeeds(&["gen"]);
    let same = |path: &PathBuf| files[path] == fs::read(path).expect("a file");
    let (unchanged, changed): (Vec<_>, Vec<_>) = files.keys().partition(|path| same(path));
    assert!(!changed.is_empty());
    let names = ["notes", "descriptor"];
    let expected = |path: &&PathBuf| {
        names
            .iter()
            .any(|name| path.to_string_lossy().contains(name))
    };
    assert!(changed.iter().all(expected), "{changed:?}");
    let now = project.times("gen");
    assert!(unchanged.iter().all(|path| now[*path] == times[*path]));
}

#[test]
fn check_shows_what_is_stale_missing_and_orphaned() {
    let project = Project::generated();
    let before = project.times("gen");
    project.write(
        "schemas/user/v1/user.proto",
        &USER.replace("Shown to others.", "Shown to nobody."),
    );
    project.write(
        "schemas/tags/v1/tags.proto",
        "syntax = \"proto3\";\npackage tags.v1;\nmessage Tag {}\n",
    );
    fs::remove_file(project.path("schemas/notes/v1/notes.proto")).expect("removed");
    let ran = project
        .run(&["gen", "--check"])
        .failed(1, &["stale", "missing", "orphaned", "run `bellwire gen`"]);
    for line in [
        "stale: gen/ts/user/v1/user_pb.ts",
        "--- gen/ts/user/v1/user_pb.ts",
        "missing: gen/ts/tags/v1/tags_pb.ts",
        "orphaned: gen/ts/notes/v1/notes_pb.ts",
    ] {
        assert!(
            ran.stdout.contains(line),
            "{line:?} is not in\n{}",
            ran.stdout
        );
    }
    assert!(ran.stdout.contains("Shown to nobody."));
    assert_eq!(project.times("gen"), before, "nothing is written");
    project.succeeds(&["gen"]);
    assert_eq!(project.succeeds(&["gen", "--check"]), "");
}

#[test]
fn check_sees_a_file_that_was_edited() {
    let project = Project::generated();
    let path = project.path("gen/ts/user/v1/user_pb.ts");
    let text = fs::read_to_string(&path).expect("a file");
    fs::write(&path, text.clone() + "// mine\n").expect("written");
    let ran = project
        .run(&["gen", "--check"])
        .failed(1, &["1 stale file"]);
    assert!(ran.stdout.contains("-// mine"), "{}", ran.stdout);
    project.succeeds(&["gen"]);
    assert_eq!(fs::read_to_string(&path).expect("a file"), text);
}

#[test]
fn a_lost_manifest_is_no_loss() {
    let project = Project::generated();
    let before = project.files("gen");
    for manifest in before
        .keys()
        .filter(|path| path.ends_with(".bellwire-manifest"))
    {
        fs::remove_file(manifest).expect("removed");
    }
    project.succeeds(&["gen"]);
    assert_eq!(project.files("gen"), before);
}

// What is refused.

#[test]
fn a_file_of_somebody_else_is_left_alone() {
    let project = Project::new();
    project.write("gen/ts/user/v1/user_pb.ts", "mine\n");
    for arguments in [&["gen"][..], &["gen", "--check"]] {
        project.run(arguments).failed(
            2,
            &[
                "bellwire::output::foreign_file",
                "gen/ts/user/v1/user_pb.ts",
            ],
        );
    }
    assert_eq!(project.read("gen/ts/user/v1/user_pb.ts"), "mine\n");
    assert_eq!(project.files("gen").len(), 1, "nothing else is written");
}

#[test]
fn a_manifest_that_leads_out_is_refused() {
    let project = Project::generated();
    project.write("precious.txt", "precious");
    let manifest = project.read("gen/ts/.bellwire-manifest");
    for path in [
        "../../precious.txt",
        "/etc/passwd",
        "a/../../../precious.txt",
    ] {
        project.write("gen/ts/.bellwire-manifest", &format!("{manifest}{path}\n"));
        project
            .run(&["gen"])
            .failed(2, &["bellwire::output::unsafe_path"]);
    }
    assert_eq!(project.read("precious.txt"), "precious");
}

#[test]
fn a_manifest_out_of_a_merge_heals() {
    let project = Project::generated();
    let manifest = project.read("gen/ts/.bellwire-manifest");
    project.write(
        "gen/ts/.bellwire-manifest",
        &format!("<<<<<<< HEAD\n{manifest}=======\n{manifest}>>>>>>> other\n"),
    );
    project.succeeds(&["gen"]);
    assert_eq!(project.read("gen/ts/.bellwire-manifest"), manifest);
}

/// A process may hold only so many files open, often 1,024: a project may have more.
#[cfg(unix)]
#[test]
fn more_files_than_a_process_may_hold_open_are_written() {
    let project = Project::new();
    for index in 0..60 {
        let schema = format!("syntax = \"proto3\";\npackage p{index};\nmessage M {{}}\n");
        project.write(&format!("schemas/p{index}.proto"), &schema);
    }
    let limited = format!(
        "ulimit -n 40; exec '{}' gen",
        env!("CARGO_BIN_EXE_bellwire")
    );
    let output = Command::new("sh")
        .args(["-c", &limited])
        .current_dir(project.0.path())
        .output()
        .expect("sh runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    project.succeeds(&["gen", "--check"]);
}
