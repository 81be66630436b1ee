//! `gen`, with every call in turn failing.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use crate::project::{CONFIG, NOTES, USER};
use crate::race::TASKS;
use crate::sandbox::{Ran, Sandbox, State};
use crate::shim::{self, Call, Fault, Shim};

/// A run that creates, changes and removes outputs of every target, with a record of the run before.
struct Attack {
    shim: &'static Shim,
    sandbox: Sandbox,
    before: State,
    after: State,
    calls: Vec<Call>,
    /// After what has been looked at what a next run makes of it.
    seen: BTreeSet<State>,
    /// What was wrong, of all runs.
    wrong: String,
}

impl Attack {
    fn new(shim: &'static Shim) -> Self {
        let sandbox = Sandbox::new(&[
            ("bellwire.yaml", CONFIG),
            ("schemas/user/v1/user.proto", USER),
            ("schemas/notes/v1/notes.proto", NOTES),
            ("gen/ts/notes/v1/mine.ts", "export {};\n"),
            ("mine.txt", "mine\n"),
        ]);
        assert_eq!(sandbox.run(&["gen"]).code, Some(0));
        sandbox.write(
            "schemas/user/v1/user.proto",
            &USER.replace("Shown to", "Seen by"),
        );
        sandbox.write("schemas/tasks/v1/tasks.proto", TASKS);
        std::fs::remove_file(sandbox.path("schemas/notes/v1/notes.proto")).expect("removed");
        let before = sandbox.state();
        let calls = sandbox.calls(shim, &["gen"]);
        let after = sandbox.state();
        let kinds = [
            before.keys().any(|path| !after.contains_key(path)),
            after.keys().any(|path| !before.contains_key(path)),
        ];
        assert_eq!(kinds, [true, true]);
        Self {
            shim,
            sandbox,
            before,
            after,
            calls,
            seen: BTreeSet::new(),
            wrong: String::new(),
        }
    }

    /// Runs with each call of these names failing in that way.
    fn run(&mut self, fault: Fault, names: &[&str]) {
        let total = self.calls.len();
        for number in 1..=total {
            if !names.contains(&self.calls[number - 1].name.as_str()) {
                continue;
            }
            self.sandbox.restore(&self.before);
            let (ran, call) = self.sandbox.fail(self.shim, &["gen"], number, fault);
            // None if the program has been built anew since: it then has no record.
            let Some(call) = call else { continue };
            let mut found = Vec::new();
            self.judge(&ran, &call, fault, &mut found);
            self.judge_next(&ran, &mut found);
            if !found.is_empty() {
                let found = found.join("\n  ");
                let _ = writeln!(
                    self.wrong,
                    "{fault:?} at {number} of {total}, {call}: {:?}\n  {found}\n  {}{}",
                    ran.code, ran.stdout, ran.stderr
                );
            }
        }
    }

    /// What a failed run left, and what it said.
    fn judge(&self, ran: &Ran, call: &Call, fault: Fault, found: &mut Vec<String>) {
        let state = self.sandbox.state();
        let killed = fault == Fault::Kill;
        match ran.code {
            None if killed => {}
            Some(0) if !is_same(&state, &self.after) => {
                found.push("not all is done, and it says so".to_owned())
            }
            Some(0) if call.name == "close" && is_output_of(&call.path) => {
                found.push("nobody heard of it".to_owned())
            }
            Some(0) => {}
            Some(2) if !names(&ran.stderr, call, fault) => {
                found.push("the file is not named".to_owned())
            }
            Some(2) => {}
            code => found.push(format!("it ends with {code:?}")),
        }
        for words in ["panicked", "nothing was written"] {
            let written = !is_same(&state, &self.before);
            if ran.stderr.contains(words) && (written || words == "panicked") {
                found.push(format!("it says {words:?}"));
            }
        }
        for (path, content) in &state {
            let (old, new) = (self.before.get(path), self.after.get(path));
            let is_manifest = path.ends_with(".bellwire-manifest");
            let is_whole = is_manifest || Some(content) == old || Some(content) == new;
            if is_temporary(path) {
                // Where nothing can be changed any more, it stays.
                let stays = killed || matches!(fault, Fault::Stays(_)) || call.name == "unlink";
                if !stays {
                    found.push(format!("{} is left", path.display()));
                }
            } else if !is_whole {
                found.push(format!("{} is neither old nor new", path.display()));
            }
        }
        for (path, content) in &self.before {
            let unchanged = self.after.get(path) == Some(content);
            if unchanged && state.get(path) != Some(content) {
                found.push(format!("{} is not as it was", path.display()));
            }
            if self.after.contains_key(path) && !state.contains_key(path) {
                found.push(format!("{} is missing", path.display()));
            }
        }
        found.extend(unnamed(&state, &self.before, &self.after));
    }

    /// What the next runs make of it.
    fn judge_next(&mut self, ran: &Ran, found: &mut Vec<String>) {
        let state = self.sandbox.state();
        if !self.seen.insert(without_names(&state)) {
            return;
        }
        let check = self.sandbox.run(&["gen", "--check"]);
        let stands = is_same(&state, &self.after);
        if check.code != Some(if stands { 0 } else { 1 }) {
            found.push(format!("`gen --check` ends with {:?}", check.code));
        }
        let again = self.sandbox.run(&["gen"]);
        if again.code != Some(0) {
            found.push(format!(
                "the next run ends with {:?}: {}",
                again.code, again.stderr
            ));
        }
        let end = self.sandbox.state();
        for path in end.keys().chain(self.after.keys()) {
            // A folder that could not be removed when it became empty stays.
            let is_left = end.get(path) == Some(&None) && !self.after.contains_key(path);
            if end.get(path) != self.after.get(path) && !is_left {
                found.push(format!("{} is wrong after the next run", path.display()));
            }
        }
        let check = self.sandbox.run(&["gen", "--check"]);
        if check.code != Some(0) {
            found.push(format!(
                "`gen --check` at the end is {:?}, after {:?}",
                check.code, ran.code
            ));
        }
    }
}

fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".tmp")
}

fn is_output(path: &Path) -> bool {
    path.starts_with("project/gen") && !is_temporary(path)
}

/// Whether all outputs are the same.
fn is_same(state: &State, other: &State) -> bool {
    let outputs = |state: &State| -> State {
        let outputs = state
            .iter()
            .filter(|(path, content)| is_output(path) && content.is_some());
        outputs
            .map(|(path, content)| (path.clone(), content.clone()))
            .collect()
    };
    outputs(state) == outputs(other)
}

/// With all temporaries of a folder under one name.
fn without_names(state: &State) -> State {
    let renamed = state.iter().map(|(path, content)| {
        let path = if is_temporary(path) {
            path.with_file_name("tmp")
        } else {
            path.clone()
        };
        (path, content.clone())
    });
    renamed.collect()
}

/// A temporary that becomes an output. A disk may say only when it is closed that it did not fit.
fn is_output_of(path: &Path) -> bool {
    is_temporary(path) && !path.to_string_lossy().contains("/cache/")
}

/// Whether a message names the file that a call is about; of a temporary, the folder in which it was to become another.
fn names(message: &str, call: &Call, fault: Fault) -> bool {
    match (call.path.parent(), fault) {
        // Then what is named is what went wrong next.
        (_, Fault::Stays(_)) => message.contains("gen/") || is_named(message, call),
        (Some(folder), _) if is_temporary(&call.path) => message.contains(below_project(folder)),
        _ => is_named(message, call),
    }
}

/// Whether a message names the file that a call is about.
pub fn is_named(message: &str, call: &Call) -> bool {
    match call.path.is_absolute() {
        true => message.contains(below_project(&call.path)),
        false => message.contains("standard output"),
    }
}

fn below_project(path: &Path) -> &str {
    let path = path.to_str().unwrap_or_default();
    path.split_once("/project/")
        .map_or(path, |(_, below)| below)
}

/// Outputs that are there, and that no manifest names.
fn unnamed(state: &State, before: &State, after: &State) -> Vec<String> {
    let ours = |path: &&std::path::PathBuf| {
        let named = |state: &State| state.get(*path).is_some_and(Option::is_some);
        is_output(path)
            && !path.ends_with(".bellwire-manifest")
            && !path.ends_with("mine.ts")
            && (named(before) || named(after))
    };
    let mut unnamed = Vec::new();
    for path in state.keys().filter(ours) {
        let mut parts = path.iter();
        let root: std::path::PathBuf = parts.by_ref().take(3).collect();
        let rest: std::path::PathBuf = parts.collect();
        let manifest = state
            .get(&root.join(".bellwire-manifest"))
            .cloned()
            .flatten()
            .unwrap_or_default();
        let manifest = String::from_utf8(manifest).expect("UTF-8");
        if state[path].is_some() && !manifest.lines().any(|line| Path::new(line) == rest) {
            unnamed.push(format!("{} is in no manifest", path.display()));
        }
    }
    unnamed
}

#[track_caller]
fn attack(faults: &[(Fault, &[&str])]) {
    let Some(shim) = shim::shim() else { return };
    let mut attack = Attack::new(shim);
    for (fault, names) in faults {
        attack.run(*fault, names);
    }
    assert!(attack.wrong.is_empty(), "\n{}", attack.wrong);
}

/// Those that look. No file system refuses to close a folder, and the standard library panics where one does.
const LOOKS: &[&str] = &[
    "open", "stat", "fstat", "access", "readlink", "getdents", "read", "lseek", "close", "flock",
];

/// Those after which the disk is another.
const CHANGES: &[&str] = &[
    "create",
    "write",
    "fsync",
    "ftruncate",
    "chmod",
    "mkdir",
    "rmdir",
    "unlink",
    "rename",
    "link",
];

#[test]
fn every_look_fails() {
    attack(&[(Fault::Errno(shim::EIO), LOOKS)]);
}

#[test]
fn every_change_fails() {
    attack(&[
        (Fault::Errno(shim::EIO), CHANGES),
        (Fault::Late, &["mkdir", "rmdir", "unlink", "rename"]),
    ]);
}

#[test]
fn nothing_is_allowed() {
    attack(&[(
        Fault::Errno(shim::EACCES),
        &["create", "mkdir", "unlink", "rename"],
    )]);
}

#[test]
fn the_disk_is_full() {
    attack(&[(
        Fault::Errno(shim::ENOSPC),
        &["create", "write", "mkdir", "rename"],
    )]);
}

#[test]
fn the_disk_becomes_read_only() {
    attack(&[(Fault::Stays(shim::EROFS), CHANGES)]);
}

#[test]
fn the_process_is_killed() {
    attack(&[(Fault::Kill, CHANGES)]);
}

#[test]
fn calls_do_half_or_are_interrupted() {
    attack(&[
        (
            Fault::Errno(shim::EINTR),
            &["open", "create", "read", "write"],
        ),
        (Fault::Short, &["read", "write"]),
    ]);
}
