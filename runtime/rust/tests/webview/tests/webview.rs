//! The TypeScript client in a real webview, against a core in the same app.
//!
//! What it checks stands in `runtime/ts/test/scenarios.ts`, which every way to a core has to do, and in
//! `runtime/ts/test/webview.ts`: what windows that close and pages that reload do to a core. The page reports through the
//! core. `make test` installs what this needs; where something is missing all the same, it is skipped, and in CI that is
//! a failure.

mod page;

use std::io::Write as _;
use std::process::Command;

use page::{missing, page, run};

#[test]
fn a_page_that_may_connect_by_both_schemes() {
    let policy = "default-src 'self'; connect-src bellwire: http://bellwire.localhost ipc: http://ipc.localhost";
    assert_blocked("nothing", policy);
}

/// Calls are commands then.
#[test]
fn a_page_that_may_connect_by_ipc() {
    let policy = "default-src 'self'; connect-src ipc: http://ipc.localhost";
    assert_blocked("bellwire", policy);
}

/// Tauri then carries bytes as arrays of numbers, without a word to anybody.
#[test]
fn a_page_whose_policy_forbids_both() {
    assert_blocked("bellwire ipc", "default-src 'self'");
}

/// Runs all scenarios under this policy, which is to block these schemes.
fn assert_blocked(schemes: &str, policy: &str) {
    if let Some(said) = in_a_webview(policy) {
        let blocked = said.lines().find_map(|line| line.strip_prefix("blocked: "));
        assert_eq!(blocked, Some(schemes), "{said}");
    }
}

/// What the page reports under this policy; nothing where it cannot be shown.
fn in_a_webview(policy: &str) -> Option<String> {
    if let Some(missing) = missing() {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{missing}");
        // Not `println!`, which a passing test swallows.
        let _ = writeln!(std::io::stderr(), "SKIPPED: {missing} (tools/setup test)");
        return None;
    }
    let app = [env!("CARGO_BIN_EXE_webview-tests"), "scenarios"];
    let said = run(Command::new("timeout")
        .args(["--kill-after=5", "1200", "xvfb-run", "-a"])
        .args(app)
        .arg(page())
        .arg(policy));
    println!("{said}");
    Some(said)
}
