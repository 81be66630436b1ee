//! Verbs that only read, and `init`, with every call in turn failing.

use std::fs;
use std::path::Path;

use crate::project::{CONFIG, NOTES, USER};
use crate::sandbox::{Ran, Sandbox, State};
use crate::shim::{self, Call, Fault};
use crate::write::is_named;

/// A project that is generated, with a record of that.
fn generated() -> Sandbox {
    let sandbox = Sandbox::new(&[
        ("bellwire.yaml", CONFIG),
        ("schemas/user/v1/user.proto", USER),
        ("schemas/notes/v1/notes.proto", NOTES),
    ]);
    assert_eq!(sandbox.run(&["gen"]).code, Some(0));
    sandbox
}

const ALL: &[&str] = &[
    "open", "create", "stat", "fstat", "access", "readlink", "getdents", "read", "lseek", "close",
    "flock", "mkdir", "write", "rename", "unlink",
];

const FAULTS: &[(Fault, &[&str])] = &[
    (Fault::Errno(shim::EIO), ALL),
    (Fault::Errno(shim::ENOSPC), &["write"]),
    (Fault::Errno(shim::EPIPE), &["write"]),
    (Fault::Errno(shim::EINTR), &["open", "read", "write"]),
    (Fault::Short, &["read", "write"]),
];

/// A run that fails somewhere says what it would have said, or that it cannot; and it writes nothing but a record.
fn attack(sandbox: &Sandbox, arguments: &[&str], judge: impl Fn(&Ran, &State) -> Option<String>) {
    let Some(shim) = shim::shim() else { return };
    let before = sandbox.state();
    let expected = sandbox.run(arguments);
    sandbox.restore(&before);
    let calls = sandbox.calls(shim, arguments);
    assert!(calls.iter().any(|call| call.name == "write"), "{calls:?}");
    let mut wrong = String::new();
    for (fault, names) in FAULTS {
        for (number, call) in (1..).zip(&calls) {
            if !names.contains(&call.name.as_str()) {
                continue;
            }
            sandbox.restore(&before);
            let (ran, call) = sandbox.fail(shim, arguments, number, *fault);
            // None if the program has been built anew since: it then has no record.
            let Some(call) = call else { continue };
            let found = told_wrongly(&ran, &expected, &call, *fault);
            let found = found.or_else(|| judge(&ran, &sandbox.state()));
            if let Some(found) = found {
                wrong += &format!(
                    "{fault:?} at {number}, {call}: {:?}: {found}\n  {}{}\n",
                    ran.code, ran.stdout, ran.stderr
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{arguments:?}\n{wrong}");
}

fn told_wrongly(ran: &Ran, expected: &Ran, call: &Call, fault: Fault) -> Option<String> {
    let nobody_listens =
        call.name == "write" && call.path.is_relative() && fault == Fault::Errno(shim::EPIPE);
    let says_nothing = call.path.as_os_str() == "stderr" && call.name == "write";
    if ran.stderr.contains("panicked") {
        return Some("it panicked".to_owned());
    }
    if ran.code == expected.code && (nobody_listens || says_nothing || ran == expected) {
        return None;
    }
    match ran.code {
        Some(2) if nobody_listens => Some("the code is another".to_owned()),
        Some(2) if is_named(&ran.stderr, call) => None,
        Some(2) => Some("the file is not named".to_owned()),
        code if code == expected.code => Some("it says something else".to_owned()),
        _ => Some("the code is wrong".to_owned()),
    }
}

/// Everything but records is as it was.
fn untouched(before: State) -> impl Fn(&Ran, &State) -> Option<String> {
    move |_, after| {
        let of_project = |state: &State| -> State {
            let project = state.iter().filter(|(path, _)| path.starts_with("project"));
            project
                .map(|(path, content)| (path.clone(), content.clone()))
                .collect()
        };
        (of_project(after) != of_project(&before)).then(|| "something was written".to_owned())
    }
}

#[test]
fn looking_at_what_is_up_to_date() {
    let sandbox = generated();
    attack(&sandbox, &["gen"], untouched(sandbox.state()));
}

#[test]
fn looking_at_what_is_not_up_to_date() {
    let sandbox = generated();
    sandbox.write(
        "schemas/user/v1/user.proto",
        &USER.replace("Shown to", "Seen by"),
    );
    fs::remove_file(sandbox.path("schemas/notes/v1/notes.proto")).expect("removed");
    attack(&sandbox, &["gen", "--check"], untouched(sandbox.state()));
}

#[test]
fn checking_what_is_wrong() {
    let sandbox = generated();
    sandbox.write(
        "schemas/user/v1/user.proto",
        &USER.replace("output: \"User\"", "output: \"Usr\""),
    );
    attack(&sandbox, &["check"], untouched(sandbox.state()));
    let files = ["check", "-I", "schemas", "schemas/user/v1/user.proto"];
    attack(&sandbox, &files, untouched(sandbox.state()));
}

#[test]
fn listing_and_explaining() {
    let sandbox = generated();
    for arguments in [&["--help"][..], &["--version"], &["gen", "--nothing"]] {
        attack(&sandbox, arguments, untouched(sandbox.state()));
    }
    attack(&sandbox, &["list"], untouched(sandbox.state()));
    attack(
        &sandbox,
        &["explain", "bellwire::output::io"],
        untouched(sandbox.state()),
    );
    attack(
        &sandbox,
        &["explain", "nothing"],
        untouched(sandbox.state()),
    );
}

/// A file of descriptors is whole, or not there.
#[test]
fn writing_descriptors() {
    let sandbox = generated();
    let arguments = ["check", "--descriptor-set-out", "set.binpb"];
    let before = sandbox.state();
    assert_eq!(sandbox.run(&arguments).code, Some(0));
    let whole = fs::read(sandbox.path("set.binpb")).expect("a file");
    sandbox.restore(&before);
    attack(&sandbox, &arguments, |ran, after| {
        let set = after.get(Path::new("project/set.binpb")).cloned().flatten();
        let is_right = set == (ran.code == Some(0)).then(|| whole.clone());
        (!is_right).then(|| "the set is cut off".to_owned())
    });
}

/// A project is started as a whole, or can be started again.
#[test]
fn starting_a_project() {
    let sandbox = Sandbox::new(&[("mine.txt", "mine\n")]);
    let paths = ["bellwire.yaml", "schemas/greeting/v1/greeting.proto"];
    attack(&sandbox, &["init"], |ran, after| {
        let is_there = |path: &&&str| after.contains_key(&Path::new("project").join(path));
        let count = paths.iter().filter(is_there).count();
        // What is said comes after what is done.
        let is_done = ran.code == Some(0) || ran.stderr.contains("standard output");
        let is_right = count == if is_done { 2 } else { 0 };
        (!is_right).then(|| format!("{count} files are there"))
    });
}
