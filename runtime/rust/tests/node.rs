//! The TypeScript client, in Node and in Chromium, against a core that is served over real HTTP.
//!
//! What it checks stands in `runtime/ts/test/scenarios.ts`. The programs are told one address, at which they get cores: of
//! each the address, and one more at which they can look into the core and make it do things.

#![cfg(all(feature = "connect", feature = "pattern"))]

#[path = "fixture/control.rs"]
mod control;
mod fixture;
mod rules;

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Once};

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use bellwire::{Limits, connect};
use serde_json::json;
use tokio::runtime::{Handle, Runtime};

use control::{control, listen};
use fixture::core_on;

const RUNTIME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ts");

#[test]
fn the_typescript_client_and_this_core_understand_each_other() {
    // Handlers may block their threads, so they have a runtime of their own.
    let handlers = Runtime::new().expect("it starts");
    let cores = Router::new()
        .route("/core", post(start))
        .with_state(handlers.handle().clone());
    run(&["rust.e2e", "rust.browser.e2e"], cores);
}

#[test]
fn a_page_and_this_core_find_the_same_wrong_with_an_input() {
    run(
        &["validate.e2e"],
        Router::new().route("/rules", post(start_rules)),
    );
}

/// Runs programs of `runtime/ts/test`, with these cores to ask for.
fn run(programs: &[&str], cores: Router) {
    if !Path::new(RUNTIME).join("node_modules").is_dir() {
        assert_ne!(
            std::env::var("CI").as_deref(),
            Ok("true"),
            "the packages of runtime/ts are not installed"
        );
        println!("SKIPPED: the packages of runtime/ts are not installed (tools/setup test)");
        return;
    }
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        let tsc = "node_modules/typescript/bin/tsc";
        node(&[tsc, "-p", "tsconfig.build.json"], &[]);
        node(&[tsc, "-p", "test"], &[]);
    });
    let outside = Runtime::new().expect("it starts");
    let cores = outside.block_on(listen(cores));
    for program in programs {
        let program = format!(".test-build/{program}.js");
        node(
            &["--test", "--test-timeout=600000", &program],
            &[("BELLWIRE_CORES", &cores)],
        );
    }
}

/// Starts a core whose handlers run on this runtime, and tells where it is.
async fn start(State(handlers): State<Handle>) -> String {
    let executor = move |task| drop(handlers.spawn(task));
    let core = Arc::new(core_on(Limits::default(), executor));
    let calls = listen(connect::router(core.server.clone())).await;
    json!({ "core": calls, "control": listen(control(core)).await }).to_string()
}

/// Starts a core whose inputs have rules, and tells where it is.
async fn start_rules() -> String {
    listen(connect::router(rules::server())).await
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
