//! `notes --open`, where the system's opener is one of ours.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

#[test]
fn the_browser_opens_at_the_address_that_is_printed() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let opened = folder.path().join("opened");
    opener(
        folder.path(),
        &format!("echo \"$1\" > {0}.tmp && mv {0}.tmp {0}", opened.display()),
    );
    let (_server, address) = serve(folder.path());
    for _ in 0..6000 {
        if opened.exists() {
            break;
        }
        sleep(Duration::from_millis(10));
    }
    let opened = fs::read_to_string(opened).expect("the opener was called");
    assert_eq!(opened.trim_end(), address);
}

#[test]
fn without_a_browser_it_serves_all_the_same() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (mut server, _) = serve(folder.path());
    let mut said = String::new();
    server.said.read_line(&mut said).expect("it says so");
    assert!(said.contains("visit that address"), "{said}");
}

/// A server that is stopped when it is dropped.
struct Server {
    process: Child,
    said: BufReader<std::process::ChildStdout>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The server, and the address that it prints. Only the folder is searched for programs.
fn serve(folder: &Path) -> (Server, String) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_notes"))
        .args(["--open", "--port", "0", "--database"])
        .arg(folder.join("notes.db"))
        .env("PATH", folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the server can be run");
    let said = BufReader::new(process.stdout.take().expect("its output is piped"));
    let mut server = Server { process, said };
    let mut first = String::new();
    server.said.read_line(&mut first).expect("it prints a line");
    let address = first.trim_end().strip_prefix("Notes is at ");
    let address = address.expect("it prints where it is").to_owned();
    (server, address)
}

/// Puts what the system would open an address with into a folder.
fn opener(folder: &Path, script: &str) {
    let path = folder.join("xdg-open");
    fs::write(&path, format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n"))
        .expect("it can be written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
        .expect("it can be made a program");
}
