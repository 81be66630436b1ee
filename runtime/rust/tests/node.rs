//! The TypeScript client, in Node and in Chromium, against a core that is served over real HTTP.
//!
//! What it checks stands in `runtime/ts/test/scenarios.ts`. The programs are told one address, at which they get cores: of
//! each the address, and one more at which they can look into the core and make it do things.

#![cfg(all(feature = "connect", feature = "pattern"))]

#[path = "fixture/control.rs"]
mod control;
mod fixture;
mod programs;
mod rules;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use bellwire::{Limits, connect};
use serde_json::json;
use tokio::runtime::{Builder, Handle, Runtime};

use control::{control, listen};
use fixture::core_on;
use programs::{node_tests, typescript_is_built};

#[test]
fn the_typescript_client_and_this_core_understand_each_other() {
    // Handlers may block their threads, so they have a runtime of their own, of more than one thread on any machine.
    let handlers = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("it starts");
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
    if !typescript_is_built() {
        return;
    }
    let outside = Runtime::new().expect("it starts");
    let cores = outside.block_on(listen(cores));
    for program in programs {
        node_tests(program, 1_800_000, &[("BELLWIRE_CORES", &cores)]);
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
