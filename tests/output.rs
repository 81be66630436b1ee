//! The writer by itself: what it refuses whatever is generated, and what it leaves behind.

use std::fs;
use std::path::Path;

use bellwire_build::diagnostic::Diagnostic;
use bellwire_build::output::{self, MANIFEST, Output, Written};

fn output(root: &Path, files: &[(&str, &str)]) -> [Output; 1] {
    let tree = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    [Output {
        root: root.to_owned(),
        tree,
    }]
}

fn write(root: &Path, files: &[(&str, &str)]) -> Written {
    output::plan(&output(root, files))
        .and_then(|plan| output::write(&plan))
        .expect("written")
}

fn refusal(root: &Path, files: &[(&str, &str)]) -> &'static str {
    let error = output::plan(&output(root, files)).expect_err("refused");
    Diagnostic::from(error).code.0
}

#[test]
fn paths_that_lead_elsewhere_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("out");
    for path in [
        "../a",
        "/a",
        "a/../../b",
        "a/./b",
        "./a",
        "a//b",
        "a/",
        "",
        "a\\b",
        "C:a",
        "a\nb",
        "a\0b",
        "#a",
    ] {
        assert_eq!(
            refusal(&root, &[(path, "text")]),
            "bellwire::output::unsafe_path",
            "{path:?}"
        );
    }
    assert!(!root.exists());
}

#[test]
fn names_that_differ_in_case_alone_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    for second in ["a/User.ts", "A/user.ts"] {
        let code = refusal(folder.path(), &[("a/user.ts", ""), (second, "")]);
        assert_eq!(code, "bellwire::output::case_conflict");
    }
}

#[test]
fn a_folder_in_place_of_a_file_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("a.ts")).expect("a folder");
    assert_eq!(
        refusal(folder.path(), &[("a.ts", "")]),
        "bellwire::output::in_the_way"
    );
}

#[test]
fn the_manifest_names_what_is_there_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    write(root, &[("b.ts", "b"), ("a/c.ts", "c"), ("B/d.ts", "d")]);
    let manifest = fs::read_to_string(root.join(MANIFEST)).expect("a manifest");
    let names: Vec<_> = manifest
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert_eq!(names, ["B/d.ts", "a/c.ts", "b.ts"]);
}

#[test]
fn nothing_is_left_of_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("out");
    write(&root, &[]);
    assert!(!root.exists());
    write(&root, &[("a/b/c.ts", "c")]);
    assert_eq!(
        write(&root, &[]),
        Written {
            written: 0,
            removed: 1,
            unchanged: 0
        }
    );
    assert!(!root.exists());
}

/// A killed run leaves the claim of its manifest: the next one takes over what it finds.
#[test]
fn what_a_killed_run_left_is_taken_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    write(root, &[("a.ts", "a"), ("b.ts", "b")]);
    let before = fs::read_to_string(root.join(MANIFEST)).expect("a manifest");
    fs::write(root.join(MANIFEST), before + "c.ts\nd.ts\n").expect("written");
    fs::write(root.join("c.ts"), "half of the run").expect("written");
    let written = write(root, &[("a.ts", "a"), ("c.ts", "c")]);
    assert_eq!(
        written,
        Written {
            written: 1,
            removed: 1,
            unchanged: 1
        }
    );
    let names = |entries: fs::ReadDir| -> Vec<_> {
        let mut names: Vec<_> = entries
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        names.sort();
        names
    };
    assert_eq!(
        names(fs::read_dir(root).expect("a folder")),
        [MANIFEST, "a.ts", "c.ts"]
    );
}

/// Temporaries of a run that goes on are its own; those of one that was killed go with the next run.
#[cfg(unix)]
#[test]
fn temporaries_go_with_the_run_that_made_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    write(root, &[("a/b.ts", "b"), ("c.ts", "c")]);
    let temporary = root.join("a/.bellwire-abcdef.tmp");
    fs::write(&temporary, "half").expect("written");
    fs::write(root.join("a/.bellwire-mine"), "mine").expect("written");
    let other = fs::File::open(root).expect("a folder");
    other.lock_shared().expect("a lock");
    write(root, &[("a/b.ts", "b"), ("c.ts", "other")]);
    assert!(temporary.exists());
    drop(other);
    write(root, &[("a/b.ts", "b"), ("c.ts", "c")]);
    assert!(!temporary.exists());
    assert!(root.join("a/.bellwire-mine").exists());
}

#[cfg(unix)]
#[test]
fn new_files_have_the_permissions_of_new_files() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), &[("ours.ts", "")]);
    fs::write(folder.path().join("theirs.ts"), "").expect("written");
    let mode = |name| {
        fs::metadata(folder.path().join(name))
            .expect("a file")
            .permissions()
            .mode()
    };
    assert_eq!(mode("ours.ts"), mode("theirs.ts"));
}
