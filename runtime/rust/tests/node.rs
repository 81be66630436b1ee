//! The TypeScript client, in Node, against a core that is served over real HTTP.
//!
//! What it checks stands in `runtime/ts/test/rust.e2e.ts`. That program is told two addresses: the core's, and one at
//! which it can look into the core and make it do things.

#![cfg(feature = "connect")]

mod fixture;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path as Segments, State};
use axum::routing::{get, post};
use bellwire::connect;
use serde_json::json;

use fixture::generated::fixture::v1::Number;
use fixture::{Core, core, text};

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

/// What the test program may see of a core, and do to it.
fn control(core: Arc<Core>) -> Router {
    Router::new()
        .route("/probe", get(probe))
        .route("/go", post(go))
        .route("/said/{text}", post(said))
        .route("/changed/{key}/{text}", post(changed))
        .route("/progress/{key}/{number}", post(progress))
        .route("/leaving", post(leaving))
        .with_state(core)
}

async fn probe(State(core): State<Arc<Core>>) -> String {
    json!({
        "alive": core.probe.alive(),
        "dropped": core.probe.dropped(),
        "subscriptions": core.server.hub().subscription_count(),
    })
    .to_string()
}

async fn go(State(core): State<Arc<Core>>) {
    core.probe.go.add_permits(1);
}

async fn said(State(core): State<Arc<Core>>, Segments(said): Segments<String>) {
    core.notifier.said(&text(said));
}

async fn changed(
    State(core): State<Arc<Core>>,
    Segments((key, changed)): Segments<(String, String)>,
) {
    core.notifier.changed(&key, &text(changed));
}

async fn progress(State(core): State<Arc<Core>>, Segments((key, number)): Segments<(String, u64)>) {
    core.notifier.progress(&key, &Number { number });
}

async fn leaving(State(core): State<Arc<Core>>) {
    core.notifier.leaving();
}

async fn listen(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}
