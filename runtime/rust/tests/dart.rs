//! The Dart client, on a Dart VM, against a core that is served over real HTTP.
//!
//! What it checks stands in `runtime/dart/test/rust_e2e.dart`. That program is told three addresses: the core's, one at
//! which it can look into the core and make it do things, and that of a core which can be taken down and brought back.

#![cfg(feature = "connect")]

#[path = "fixture/control.rs"]
mod control;
mod fixture;
mod programs;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path as Segments, State};
use axum::routing::post;
use bellwire::connect;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use control::{control, listen};
use fixture::generated::fixture::v1::EchoNotifier;
use fixture::{core, text};
use programs::{dart, dart_program, passes, skip};

#[tokio::test(flavor = "multi_thread")]
async fn the_dart_client_and_this_core_understand_each_other() {
    let setup = dart("setup", &[], &[]);
    if !setup.status.success() {
        skip(&String::from_utf8_lossy(&setup.stderr));
        return;
    }
    let core = Arc::new(core());
    let calls = listen(connect::router(core.server.clone())).await;
    let fragile = Arc::new(Fragile::start().await);
    let address = format!("http://{}", fragile.address);
    let control = listen(control(core).merge(fate(fragile))).await;
    let run = move || {
        let program = dart_program("rust_e2e");
        let addresses = [
            ("BELLWIRE_CORE", calls.as_str()),
            ("BELLWIRE_CONTROL", &control),
            ("BELLWIRE_FRAGILE", &address),
        ];
        passes(&dart("run", &[&program], &addresses));
    };
    tokio::task::spawn_blocking(run).await.expect("it passes");
}

/// A core that can be taken down, with all its connections, and brought back at the same address.
struct Fragile {
    address: SocketAddr,
    running: Mutex<Option<(Runtime, EchoNotifier)>>,
}

impl Fragile {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let fragile = Self {
            address: listener.local_addr().expect("bound"),
            running: Mutex::default(),
        };
        drop(listener);
        fragile.bring_up();
        fragile
    }

    fn bring_up(&self) {
        let runtime = Runtime::new().expect("threads");
        let core = core();
        let router = connect::router(core.server);
        let (address, (ready, bound)) = (self.address, std::sync::mpsc::channel());
        runtime.spawn(async move {
            let listener = TcpListener::bind(address).await.expect("the port is free");
            ready.send(()).expect("somebody waits");
            axum::serve(listener, router).await
        });
        bound.recv().expect("it listens");
        *self.running.lock().expect("whole") = Some((runtime, core.notifier));
    }

    fn take_down(&self) {
        let running = self.running.lock().expect("whole").take();
        if let Some((runtime, _)) = running {
            runtime.shutdown_background();
        }
    }
}

impl Drop for Fragile {
    fn drop(&mut self) {
        self.take_down();
    }
}

fn fate(fragile: Arc<Fragile>) -> Router {
    Router::new()
        .route("/fragile/down", post(down))
        .route("/fragile/up", post(up))
        .route("/fragile/said/{text}", post(said))
        .with_state(fragile)
}

async fn down(State(fragile): State<Arc<Fragile>>) {
    fragile.take_down();
}

async fn up(State(fragile): State<Arc<Fragile>>) {
    fragile.bring_up();
}

async fn said(State(fragile): State<Arc<Fragile>>, Segments(said): Segments<String>) {
    if let Some((_, notifier)) = &*fragile.running.lock().expect("whole") {
        notifier.said(&text(said));
    }
}
