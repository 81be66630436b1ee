//! Files that change under a run, between what it has seen of them and what it does with them.

use std::fs;
use std::path::Path;

use crate::project::{CONFIG, NOTES, USER};
use crate::sandbox::{Ran, Sandbox, State, different};
use crate::shim::{self, Call};

pub const TASKS: &str = "syntax = \"proto3\";\npackage tasks.v1;\nmessage Task {}\n";

/// A project in which a run changes `user.pb.dart` and creates `tasks.pb.dart`.
pub fn changed() -> Sandbox {
    let sandbox = Sandbox::new(&[
        ("bellwire.yaml", CONFIG),
        ("schemas/user/v1/user.proto", USER),
        ("schemas/notes/v1/notes.proto", NOTES),
    ]);
    assert_eq!(sandbox.run(&["gen"]).code, Some(0));
    sandbox.write(
        "schemas/user/v1/user.proto",
        &USER.replace("Shown to", "Seen by"),
    );
    sandbox.write("schemas/tasks/v1/tasks.proto", TASKS);
    fs::remove_file(sandbox.path("schemas/notes/v1/notes.proto")).expect("removed");
    sandbox
}

const CHANGED: &str = "gen/dart/user/v1/user.pb.dart";
const CREATED: &str = "gen/dart/tasks/v1/tasks.pb.dart";
const REMOVED: &str = "gen/dart/notes/v1/notes.pb.dart";
const SCHEMA: &str = "schemas/user/v1/user.proto";

pub const NOTHING: [&Path; 0] = [];

/// When a run is held.
enum When {
    /// Before it writes anything.
    Planned,
    /// When all temporaries are there.
    Staged,
    /// Before it opens that schema.
    Schema,
}

/// A run during which something happens, and then what a run makes that nothing disturbs.
fn held(sandbox: &Sandbox, when: When, then: impl FnOnce()) -> Option<(Ran, State)> {
    let shim = shim::shim()?;
    let before = sandbox.state();
    let calls = sandbox.calls(shim, &["gen"]);
    let after = sandbox.state();
    sandbox.restore(&before);
    let is_it = |call: &Call| match when {
        When::Planned => call.name == "mkdir" || call.name == "create",
        When::Staged => call.name == "rename",
        When::Schema => call.name == "open" && call.path.ends_with(SCHEMA),
    };
    let number = calls.iter().position(is_it).expect("such a call") + 1;
    Some((sandbox.hold(shim, &["gen"], number, then), after))
}

/// The next run, and only it, brings everything to where it belongs.
fn ends_well(sandbox: &Sandbox, after: &State) {
    assert_eq!(sandbox.run(&["gen", "--check"]).code, Some(1));
    let ran = sandbox.run(&["gen"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(different(&sandbox.state(), after), NOTHING);
}

#[test]
fn an_output_that_vanishes_is_written() {
    let sandbox = changed();
    let vanish = || fs::remove_file(sandbox.path(CHANGED)).expect("removed");
    let Some((ran, after)) = held(&sandbox, When::Staged, vanish) else {
        return;
    };
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(different(&sandbox.state(), &after), NOTHING);
}

#[test]
fn an_output_to_remove_that_vanishes_is_no_failure() {
    let sandbox = changed();
    let vanish = || fs::remove_file(sandbox.path(REMOVED)).expect("removed");
    let Some((ran, after)) = held(&sandbox, When::Planned, vanish) else {
        return;
    };
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(different(&sandbox.state(), &after), NOTHING);
}

#[test]
fn a_folder_in_place_of_an_output_is_named_and_left() {
    for path in [CHANGED, CREATED, REMOVED] {
        let sandbox = changed();
        let path = sandbox.path(path);
        let become_folder = || {
            let _ = fs::remove_file(&path);
            fs::create_dir_all(path.join("mine")).expect("a folder");
        };
        let Some((ran, after)) = held(&sandbox, When::Staged, become_folder) else {
            return;
        };
        assert_eq!(ran.code, Some(2), "{}{}", ran.stdout, ran.stderr);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        assert!(ran.stderr.contains(&*name), "{}", ran.stderr);
        assert!(path.join("mine").is_dir());
        fs::remove_dir_all(&path).expect("removed");
        ends_well(&sandbox, &after);
    }
}

#[test]
fn a_folder_of_outputs_that_vanishes_is_made_again() {
    for when in [When::Planned, When::Staged] {
        let sandbox = changed();
        let vanish = || fs::remove_dir_all(sandbox.path("gen/dart")).expect("removed");
        let Some((ran, after)) = held(&sandbox, when, vanish) else {
            return;
        };
        if ran.code != Some(0) {
            assert_eq!(ran.code, Some(2), "{}", ran.stderr);
            assert!(ran.stderr.contains("gen/dart"), "{}", ran.stderr);
        }
        ends_well(&sandbox, &after);
    }
}

/// Nobody's file is written over because a run had seen that there was none.
#[test]
fn a_foreign_file_that_appears_is_left_alone() {
    let sandbox = changed();
    let before = sandbox.state();
    let appear = || sandbox.write(CREATED, "// mine\n");
    let Some((ran, after)) = held(&sandbox, When::Planned, appear) else {
        return;
    };
    assert_eq!(ran.code, Some(2), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains(CREATED), "{}", ran.stderr);
    let changed = different(&sandbox.state(), &before);
    assert_eq!(changed, [Path::new("project").join(CREATED)]);
    assert_eq!(sandbox.run(&["gen"]).code, Some(2));
    fs::remove_file(sandbox.path(CREATED)).expect("removed");
    ends_well(&sandbox, &after);
}

/// What is on disk then is of the schema as it was read, and the record says so.
#[test]
fn a_schema_that_changes_is_noticed_next_time() {
    for when in [When::Planned, When::Staged] {
        let sandbox = changed();
        let change = || sandbox.write(SCHEMA, &USER.replace("Shown to", "Known to"));
        let Some((ran, _)) = held(&sandbox, when, change) else {
            return;
        };
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert_eq!(sandbox.run(&["gen", "--check"]).code, Some(1));
        assert_eq!(sandbox.run(&["gen"]).code, Some(0));
        let text = fs::read_to_string(sandbox.path(CHANGED)).expect("a file");
        assert!(text.contains("Known to"), "{text}");
        assert_eq!(sandbox.run(&["gen", "--check"]).code, Some(0));
    }
}

#[test]
fn a_schema_that_vanishes_or_becomes_a_folder_is_named() {
    for is_folder in [false, true] {
        let sandbox = changed();
        let before = sandbox.state();
        let vanish = || {
            fs::remove_file(sandbox.path(SCHEMA)).expect("removed");
            if is_folder {
                fs::create_dir(sandbox.path(SCHEMA)).expect("a folder");
            }
        };
        let Some((ran, after)) = held(&sandbox, When::Schema, vanish) else {
            return;
        };
        assert_eq!(ran.code, Some(2), "{}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains(SCHEMA), "{}", ran.stderr);
        let changed = different(&sandbox.state(), &before);
        assert_eq!(changed, [Path::new("project").join(SCHEMA)]);
        if is_folder {
            fs::remove_dir(sandbox.path(SCHEMA)).expect("removed");
        }
        sandbox.write(SCHEMA, &USER.replace("Shown to", "Seen by"));
        ends_well(&sandbox, &after);
    }
}
