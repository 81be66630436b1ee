//! The TypeScript client, in Node, against a core that is served over real HTTP.
//!
//! What it checks stands in `runtime/ts/test/rust.e2e.ts`. That program is told two addresses: the core's, and one at
//! which it can look into the core and make it do things.

#![cfg(feature = "connect")]

#[path = "fixture/control.rs"]
mod control;
mod fixture;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use bellwire::connect;

use control::{control, listen};
use fixture::core;

const RUNTIME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ts");

#[tokio::test(flavor = "multi_thread")]
async fn the_typescript_client_and_this_core_understand_each_other() {
    if !Path::new(RUNTIME).join("node_modules").is_dir() {
        assert_ne!(
            std::env::var("CI").as_deref(),
            Ok("true"),
            "the packages of runtime/ts are not installed"
        );
        println!("SKIPPED: the packages of runtime/ts are not installed (tools/setup test)");
        return;
    }
    let core = Arc::new(core());
    let calls = listen(connect::router(core.server.clone())).await;
    let control = listen(control(core)).await;
    let run = move || {
        node(
            &[
                "node_modules/typescript/bin/tsc",
                "-p",
                "tsconfig.build.json",
            ],
            &[],
        );
        node(&["node_modules/typescript/bin/tsc", "-p", "test"], &[]);
        node(
            &["--test", "--test-timeout=30000", ".test-build/rust.e2e.js"],
            &[("BELLWIRE_CORE", &calls), ("BELLWIRE_CONTROL", &control)],
        );
    };
    tokio::task::spawn_blocking(run).await.expect("it passes");
}

/// Runs Node in the TypeScript runtime's folder, and shows what it said if it fails.
fn node(arguments: &[&str], environment: &[(&str, &str)]) {
    let output = Command::new("node")
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(RUNTIME)
        .output()
        .expect("Node is installed");
    assert!(
        output.status.success(),
        "node {arguments:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
