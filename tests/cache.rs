//! A run that has a record of an earlier one says and writes what it would without.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

const CONFIG: &str = "\
roots: [own, shared]
schemas: [\"app/**/*.proto\", \"common/**/*.proto\"]
targets:
  rust: { out: gen/rust }
  typescript: { out: gen/ts }
  dart: { out: gen/dart }
";

const USER: &str = r#"syntax = "proto3";
package app.user;
import "bellwire/options.proto";
import "common/error.proto";

message User {
  string name = 1;
}

enum UserEvent {
  option (bellwire.events) = { error: "common.Error" };
  Get = 0 [(bellwire.event) = { output: "User" }];
}
"#;

const NOTE: &str =
    "syntax = \"proto3\";\npackage app.note;\n\nmessage Note {\n  string text = 1;\n}\n";

const ERROR: &str =
    "syntax = \"proto3\";\npackage common;\n\nmessage Error {\n  string text = 1;\n}\n";

/// A folder with a project in `project`, and records in `cache`.
struct Project(TempDir);

/// What a run said and ended with.
type Said = (Option<i32>, String, String);

impl Project {
    fn new(config: &str) -> Self {
        let project = Self(tempfile::tempdir().expect("a temporary folder"));
        project.write("bellwire.yaml", config);
        project.write("own/app/user.proto", USER);
        project.write("own/app/note.proto", NOTE);
        project.write("shared/common/error.proto", ERROR);
        project
    }

    /// The same, generated, with a record of it.
    fn generated(config: &str) -> Self {
        let project = Self::new(config);
        assert_eq!(project.run(&["gen"]).0, Some(0));
        assert!(project.record().is_some(), "a clean run is recorded");
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join("project").join(path)
    }

    fn cache(&self) -> PathBuf {
        self.0.path().join("cache")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn replace(&self, path: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.path(path)).expect("a file");
        assert!(text.contains(old), "{text}");
        self.write(path, &text.replace(old, new));
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).expect("removed");
    }

    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.path(""))
            .args(arguments)
            .env_remove("NO_COLOR")
            .env("BELLWIRE_CACHE", self.cache());
        command
    }

    fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(bellwire(), arguments))
    }

    /// The only record, if there is one.
    fn record(&self) -> Option<PathBuf> {
        let mut records = files(&self.cache());
        assert!(records.len() <= 1, "{records:?}");
        records.pop()
    }

    /// Everything in the project.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let root = self.path("");
        let read = |path: PathBuf| {
            let content = fs::read(&path).unwrap_or_default();
            (
                path.strip_prefix(&root).expect("a path below").to_owned(),
                content,
            )
        };
        files(&root).into_iter().map(read).collect()
    }
}

fn bellwire() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_bellwire"))
}

fn said(mut command: Command) -> Said {
    let output = command.output().expect("bellwire runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.is_symlink() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What happens between two runs leads to the same with a record of the first as without one: the same words, exit
/// codes and files.
#[track_caller]
fn same(change: impl Fn(&Project)) {
    same_with(CONFIG, change);
}

#[track_caller]
fn same_with(config: &str, change: impl Fn(&Project)) {
    let (recorded, plain) = (Project::generated(config), Project::generated(config));
    change(&recorded);
    change(&plain);
    for arguments in [
        &["gen", "--check"] as &[&str],
        &["gen"],
        &["gen", "--check"],
    ] {
        let _ = fs::remove_dir_all(plain.cache());
        let without = [arguments, &["--no-cache"]].concat();
        assert_eq!(
            recorded.run(arguments),
            plain.run(&without),
            "{arguments:?}"
        );
        assert!(
            recorded.files() == plain.files(),
            "{arguments:?} left other files"
        );
    }
}

/// Likewise for what happens to the record itself, where the schemas changed since.
#[track_caller]
fn never_believed(spoil: impl Fn(&Path)) {
    let project = Project::generated(CONFIG);
    project.replace("own/app/note.proto", "text", "body");
    spoil(&project.record().expect("a record"));
    assert_eq!(project.run(&["gen", "--check"]).0, Some(1));
    assert_eq!(project.run(&["gen"]).0, Some(0));
    let generated = fs::read_to_string(project.path("gen/ts/app/note_pb.ts")).expect("a file");
    assert!(generated.contains("body"));
}

#[test]
fn a_run_with_nothing_to_do_takes_the_record() {
    let project = Project::generated(CONFIG);
    let record = || {
        let path = project.record().expect("a record");
        (
            fs::metadata(&path)
                .and_then(|file| file.modified())
                .expect("a time"),
            path,
        )
    };
    let before = record();
    let (code, out, err) = project.run(&["gen"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (Some(0), "15 unchanged\n", "")
    );
    assert_eq!(
        project.run(&["gen", "--check"]),
        (Some(0), String::new(), String::new())
    );
    // A run that does not take it writes a new one.
    assert_eq!(record(), before);
}

#[test]
fn a_check_that_finds_all_well_is_recorded() {
    let project = Project::generated(CONFIG);
    fs::remove_dir_all(project.cache()).expect("removed");
    assert_eq!(project.run(&["gen", "--check"]).0, Some(0));
    assert!(project.record().is_some());
}

#[test]
fn whoever_wants_none_gets_none() {
    let project = Project::new(CONFIG);
    assert_eq!(project.run(&["gen", "--no-cache"]).0, Some(0));
    assert!(project.record().is_none());
    let mut off = project.command(bellwire(), &["gen"]);
    off.env("BELLWIRE_CACHE", "off")
        .env("HOME", project.0.path());
    let mut ci = project.command(bellwire(), &["gen"]);
    ci.env_remove("BELLWIRE_CACHE")
        .env("CI", "true")
        .env("HOME", project.0.path());
    for command in [off, ci] {
        assert_eq!(said(command).0, Some(0));
        assert!(!project.0.path().join(".cache").exists());
    }
}

#[test]
#[cfg(target_os = "linux")]
fn records_lie_in_the_folder_for_caches() {
    let project = Project::new(CONFIG);
    let command = |name: &str, value: &Path| {
        let mut command = project.command(bellwire(), &["gen"]);
        command
            .env_remove("BELLWIRE_CACHE")
            .env_remove("CI")
            .env_remove("XDG_CACHE_HOME")
            .env(name, value);
        command
    };
    let folder = |name: &str| project.0.path().join(name);
    assert_eq!(said(command("HOME", &folder("home"))).0, Some(0));
    assert_eq!(files(&folder("home/.cache/bellwire")).len(), 1);
    assert_eq!(said(command("XDG_CACHE_HOME", &folder("xdg"))).0, Some(0));
    assert_eq!(files(&folder("xdg/bellwire")).len(), 1);
    // By its specification, a relative path is to be ignored.
    assert_eq!(
        said(command("XDG_CACHE_HOME", Path::new("relative"))).0,
        Some(0)
    );
    assert!(!project.path("relative").exists());
}

#[test]
fn schemas_that_change() {
    same(|_| {});
    same(|project| project.replace("own/app/note.proto", "text", "body"));
    same(|project| project.replace("own/app/note.proto", "string text = 1", "strin text = 1"));
    same(|project| project.replace("own/app/note.proto", "syntax", "\u{feff}syntax"));
    same(|project| {
        project.write(
            "own/app/more.proto",
            "syntax = \"proto3\";\npackage app.more;\nmessage More {}\n",
        )
    });
    same(|project| project.write("own/app/empty.proto", ""));
    same(|project| project.write("own/app/not utf8.proto", "\u{0}"));
    same(|project| project.remove("own/app/note.proto"));
    same(|project| fs::remove_dir_all(project.path("own")).expect("removed"));
    same(|project| {
        let (old, new) = (
            project.path("own/app/note.proto"),
            project.path("own/app/Note.proto"),
        );
        fs::rename(old, new).expect("renamed");
    });
}

#[test]
fn imports_that_change() {
    // What another crate generates is imported and yet not among what the globs take.
    const RUST: &str = "\
roots: [own, shared]
schemas: [\"app/**/*.proto\"]
targets:
  rust: { out: gen/rust, extern: { common: \"::shared::common\" } }
";
    same_with(RUST, |_| {});
    same_with(RUST, |project| {
        project.replace("shared/common/error.proto", "text", "body")
    });
    same_with(RUST, |project| project.remove("shared/common/error.proto"));
    same_with(RUST, |project| {
        project.write("own/common/error.proto", &ERROR.replace("text", "body"))
    });
    same(|project| project.replace("shared/common/error.proto", "text", "body"));
    same(|project| project.remove("shared/common/error.proto"));
    // The root before has it now.
    same(|project| project.write("own/common/error.proto", &ERROR.replace("text", "body")));
    same(|project| project.write("own/common/error.proto", ERROR));
    // The compiler's own copy comes first, unless the globs take the file.
    same(|project| project.write("own/bellwire/options.proto", "syntax = \"proto3\";\n"));
    same(|project| project.write("own/app/bellwire/options.proto", "syntax = \"proto3\";\n"));
    same(|project| {
        project.remove("shared/common/error.proto");
        fs::create_dir(project.path("shared/common/error.proto")).expect("a folder");
    });
}

/// The same size and the same times as before.
#[test]
fn an_edit_that_times_do_not_tell() {
    same(|project| {
        let path = project.path("own/app/note.proto");
        let modified = fs::metadata(&path)
            .and_then(|file| file.modified())
            .expect("a time");
        project.replace("own/app/note.proto", "text", "body");
        let file = fs::File::options().write(true).open(&path).expect("a file");
        file.set_modified(modified).expect("the time of before");
    });
}

#[test]
fn a_configuration_that_changes() {
    same(|project| project.write("bellwire.yaml", &format!("# A comment.\n{CONFIG}")));
    same(|project| {
        project.replace(
            "bellwire.yaml",
            "typescript: {",
            "typescript: { json_types: true,",
        )
    });
    same(|project| project.replace("bellwire.yaml", "gen/ts", "gen/web"));
    same(|project| project.replace("bellwire.yaml", "  dart: { out: gen/dart }\n", ""));
    same(|project| project.replace("bellwire.yaml", "\"app/**/*.proto\", ", ""));
    same(|project| project.replace("bellwire.yaml", "own, shared", "shared, own"));
    same(|project| project.replace("bellwire.yaml", "roots", "root"));
    same(|project| project.remove("bellwire.yaml"));
}

#[test]
fn outputs_that_change() {
    same(|project| project.replace("gen/ts/app/note_pb.ts", "text", "body"));
    same(|project| project.remove("gen/dart/app/note.pb.dart"));
    same(|project| fs::remove_dir_all(project.path("gen")).expect("removed"));
    same(|project| project.write("gen/rust/mine.rs", "// Mine.\n"));
    same(|project| project.write("gen/ts/app/note_pb.ts", "// Mine.\n"));
    same(|project| project.remove("gen/ts/.bellwire-manifest"));
    same(|project| project.replace("gen/ts/.bellwire-manifest", "app/note_pb.ts\n", ""));
    same(|project| {
        project.write(
            "gen/ts/app/old_pb.ts",
            "// Code generated by bellwire. DO NOT EDIT.\n",
        );
        project.replace(
            "gen/ts/.bellwire-manifest",
            "app/note_pb.ts\n",
            "app/note_pb.ts\napp/old_pb.ts\n",
        );
    });
    same(|project| {
        project.remove("gen/ts/app/note_pb.ts");
        fs::create_dir(project.path("gen/ts/app/note_pb.ts")).expect("a folder");
    });
}

#[test]
#[cfg(unix)]
fn links_in_outputs() {
    use std::os::unix::fs::symlink;
    same(|project| {
        let (file, elsewhere) = (
            project.path("gen/ts/app/note_pb.ts"),
            project.path("note_pb.ts"),
        );
        fs::rename(&file, elsewhere).expect("moved");
        symlink("../../../note_pb.ts", file).expect("a link");
    });
    same(|project| {
        let (folder, elsewhere) = (project.path("gen/ts/app"), project.path("app"));
        fs::rename(&folder, elsewhere).expect("moved");
        symlink("../../app", folder).expect("a link");
    });
}

#[test]
fn a_damaged_record() {
    let text = |record: &Path| fs::read_to_string(record).expect("a record");
    never_believed(|record| fs::write(record, "").expect("written"));
    never_believed(|record| fs::write(record, "{}").expect("written"));
    never_believed(|record| fs::write(record, [0xff; 4096]).expect("written"));
    never_believed(|record| fs::write(record, &text(record)[..200]).expect("written"));
    never_believed(|record| {
        fs::write(record, text(record).replace("note", "note2")).expect("written")
    });
    never_believed(|record| fs::write(record, text(record) + "\n").expect("written"));
    never_believed(|record| {
        fs::remove_file(record).expect("removed");
        fs::create_dir(record).expect("a folder");
    });
    // Without the file that changed, but with a digest that is right.
    never_believed(|record| {
        let content = text(record);
        let (_, content) = content.split_once('\n').expect("two lines");
        fs::write(record, format!("{}\n{content}", "0".repeat(64))).expect("written");
    });
}

/// Everything is as recorded but the compiler, or the project that it is about.
#[test]
fn a_record_of_another() {
    let project = Project::generated(CONFIG);
    let other = Project::generated(CONFIG);
    let record = project.record().expect("a record");
    let before = fs::read(&record).expect("a record");
    fs::copy(other.record().expect("a record"), &record).expect("a copy");
    assert_eq!(project.run(&["gen"]).1, "15 unchanged\n");
    assert_eq!(
        fs::read(&record).expect("a record"),
        before,
        "it was not taken"
    );

    let copy = project.0.path().join("another");
    // By another process: a child that a test beside this one starts would inherit a file that is open here to be
    // written, and what anybody has open to write, nobody can run.
    let copied = Command::new("cp").arg(bellwire()).arg(&copy).status();
    assert!(copied.expect("cp runs").success());
    assert_eq!(said(project.command(&copy, &["gen"])).1, "15 unchanged\n");
    assert_ne!(
        fs::read(&record).expect("a record"),
        before,
        "it was not taken"
    );
}

#[test]
#[cfg(unix)]
fn a_record_that_others_can_write() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = Project::generated(CONFIG);
    let record = project.record().expect("a record");
    fs::set_permissions(&record, fs::Permissions::from_mode(0o666)).expect("open to all");
    assert_eq!(project.run(&["gen"]).1, "15 unchanged\n");
    let mode = fs::metadata(&record)
        .expect("a record")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600, "it was not taken");
}

#[test]
fn where_no_record_can_be_kept() {
    let project = Project::new(CONFIG);
    fs::write(project.cache(), "a file").expect("a file");
    assert_eq!(project.run(&["gen"]).0, Some(0));
    assert_eq!(project.run(&["gen"]).1, "15 unchanged\n");
}

#[test]
fn what_was_found_is_said_again() {
    let project = Project::new(CONFIG);
    project.replace(
        "own/app/note.proto",
        "package app.note;",
        "package app.note;\nimport \"common/error.proto\";",
    );
    let first = project.run(&["gen"]);
    assert_eq!(project.run(&["gen"]).2, first.2);
}

#[test]
fn runs_at_once() {
    let project = Project::new(CONFIG);
    let start = |_| {
        let mut command = project.command(bellwire(), &["gen"]);
        command
            .stdout(Stdio::null())
            .spawn()
            .expect("bellwire runs")
    };
    for _ in 0..3 {
        let runs: Vec<_> = (0..4).map(start).collect();
        for mut run in runs {
            assert!(run.wait().expect("it ends").success());
        }
        project.replace("own/app/note.proto", "text", "longer_text");
    }
    assert_eq!(project.run(&["gen"]).0, Some(0));
    assert_eq!(project.run(&["gen", "--check", "--no-cache"]).0, Some(0));
    assert_eq!(files(&project.cache()).len(), 1, "nothing else is left");
}

/// What one file says can show in the output of others that do not import it, and is not taken from a record then.
#[test]
fn what_shows_elsewhere() {
    const MORE: &str = "own/app/more.proto";
    let proto2 = |project: &Project| {
        project.write(
            "own/app/note.proto",
            "syntax = \"proto2\";\npackage app.note;\nenum Kind { A = 0; }\nmessage Note { extensions 100 to 200; optional Inner inner = 1; }\nmessage Inner { extensions 100 to 200; }\n",
        );
        assert_eq!(project.run(&["gen"]).0, Some(0));
    };
    let more = |text: &str| {
        let head = "syntax = \"proto2\";\npackage app.more;\nimport \"app/note.proto\";\n";
        format!("{head}{text}\n")
    };
    // An enum is the value of a map.
    same(|project| {
        proto2(project);
        project.write(
            MORE,
            &more("message Map { map<string, app.note.Kind> kinds = 1; }"),
        );
    });
    // A message can hold what is read in a way of its own, or what has a form of its own in JSON.
    same(|project| {
        proto2(project);
        project.write(
            MORE,
            &more("extend app.note.Inner { optional sint64 signed = 100; }"),
        );
    });
    same(|project| {
        proto2(project);
        project.write(
            MORE,
            &more("import \"google/protobuf/timestamp.proto\";\nextend app.note.Inner { optional google.protobuf.Timestamp time = 100; }"),
        );
    });
    same(|project| {
        proto2(project);
        project.write(
            MORE,
            &more("message Lacks { required int32 a = 1; }\nextend app.note.Inner { optional Lacks lacks = 100; }"),
        );
    });
    // protobuf's options are there for the first time.
    same(|project| {
        project.write(
            "own/app/user.proto",
            "syntax = \"proto3\";\npackage app.user;\n",
        );
        assert_eq!(project.run(&["gen"]).0, Some(0));
        project.write(
            MORE,
            &more("import \"google/protobuf/descriptor.proto\";\nextend google.protobuf.FieldOptions { optional int32 mine = 50000; }"),
        );
    });
    // A name of Rust's prelude is declared in the same package.
    same(|project| {
        project.write(
            MORE,
            "syntax = \"proto3\";\npackage app.user;\nmessage Result {}\n",
        );
    });
    // An import of an import is public now.
    same(|project| {
        project.replace(
            "shared/common/error.proto",
            "package common;",
            "package common;\nimport public \"app/note.proto\";",
        );
    });
}

/// Every schema of the golden cases changes and goes, one after the other, each time with the record of what was before.
#[test]
fn golden_cases_in_change() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let cases = fs::read_dir(golden).expect("the golden cases");
    let cases = cases.map(|case| case.expect("a case").path());
    let cases: Vec<_> = cases
        .filter(|case| case.join("bellwire.yaml").is_file())
        .collect();
    assert!(cases.len() > 20);
    std::thread::scope(|scope| {
        for cases in cases.chunks(cases.len().div_ceil(4)) {
            scope.spawn(|| cases.iter().for_each(|case| change_each(case)));
        }
    });
}

fn change_each(case: &Path) {
    let project = Project(tempfile::tempdir().expect("a temporary folder"));
    for file in files(case) {
        let path = file.strip_prefix(case).expect("a path below");
        let to = project.path("").join(path);
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        fs::copy(&file, to).expect("a copy");
    }
    as_without(&project);
    let schemas = files(&project.path("")).into_iter();
    let schemas = schemas.filter(|path| path.extension().is_some_and(|kind| kind == "proto"));
    for schema in schemas {
        let text = fs::read(&schema).expect("a schema");
        let more = b"\nmessage ZzAdded {\n  optional sint64 zz_added = 1;\n}\n";
        fs::write(&schema, [text.as_slice(), more].concat()).expect("written");
        as_without(&project);
        fs::remove_file(&schema).expect("removed");
        as_without(&project);
        fs::write(&schema, text).expect("written");
        as_without(&project);
    }
}

/// A run with the record leaves nothing to do for one without, or says the same.
#[track_caller]
fn as_without(project: &Project) {
    let with = project.run(&["gen"]);
    let without = project.run(&["gen", "--no-cache"]);
    assert_eq!((with.0, &with.2), (without.0, &without.2));
    if with.0 == Some(0) {
        assert!(
            without.1.ends_with(" unchanged\n") && !without.1.contains(','),
            "{}",
            without.1
        );
    }
}
