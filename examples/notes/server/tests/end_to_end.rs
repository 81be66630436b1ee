//! The real server, called by the generated TypeScript client in Node, by connect-node and plain gRPC, by curl, and by the
//! page in a browser.
//!
//! The tests themselves are in `examples/notes/web/e2e`. `make test` installs what they need; where something is
//! missing all the same, they are skipped, and in CI that is a failure.

use std::future::IntoFuture;
use std::io::Write;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use bellwire::{Context, Server};
use notes_user::generated::app::v1::AppError;
use notes_user::generated::user::v1::{
    Profile, Session, SignInRequest, UpdateProfileRequest, UserEventHandler, UserEventService,
};
use tokio::net::TcpListener;

#[test]
fn the_generated_client_in_node() {
    end_to_end("client", &[]);
}

#[test]
fn curl_with_json() {
    end_to_end("curl", &[Needs::Command("curl")]);
}

#[test]
fn other_clients_by_connect_and_grpc() {
    end_to_end("protocols", &[]);
}

#[test]
fn the_page_in_a_browser() {
    end_to_end(
        "page",
        &[
            Needs::File(chromium()),
            Needs::File(web().join("dist/index.html")),
        ],
    );
}

/// The real core does not panic, so the callers of `web/e2e/panic.test.ts` meet one that does.
#[tokio::test(flavor = "multi_thread")]
async fn a_core_that_panics() {
    let core = Server::builder()
        .group(UserEventService::new(Panicking))
        .build()
        .expect("there is one group");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("some port is free");
    let address = listener.local_addr().expect("it has an address");
    let server = tokio::spawn(axum::serve(listener, bellwire::connect::router(core)).into_future());

    let url = format!("http://{address}");
    let tests = move || end_to_end_with("panic", &[], &[("PANICKING_SERVER", &url)]);
    tokio::task::spawn_blocking(tests)
        .await
        .expect("the tests pass");
    server.abort();
}

/// Panics before its first await, after it, and not at all.
struct Panicking;

impl UserEventHandler for Panicking {
    async fn sign_in(&self, _: Context, input: SignInRequest) -> Result<Session, AppError> {
        panic!("no place for {}", input.email);
    }

    async fn sign_out(&self, _: Context) -> Result<(), AppError> {
        Ok(())
    }

    async fn get_profile(&self, _: Context) -> Result<Profile, AppError> {
        tokio::task::yield_now().await;
        panic!("no profile, and late");
    }

    async fn update_profile(
        &self,
        _: Context,
        _: UpdateProfileRequest,
    ) -> Result<Profile, AppError> {
        Ok(Profile::default())
    }
}

/// What a test cannot do without.
enum Needs {
    Command(&'static str),
    File(PathBuf),
}

/// Runs one file of `web/e2e` against the real server.
fn end_to_end(name: &str, needs: &[Needs]) {
    end_to_end_with(
        name,
        needs,
        &[("NOTES_SERVER", env!("CARGO_BIN_EXE_notes"))],
    );
}

/// Runs one file of `web/e2e`, which learns from its environment whom to call.
fn end_to_end_with(name: &str, needs: &[Needs], environment: &[(&str, &str)]) {
    let runtime = web().join("../../../runtime/ts/dist/index.js");
    let vite = web().join("node_modules/vite/bin/vite.js");
    let always = [
        Needs::Command("node"),
        Needs::File(vite),
        Needs::File(runtime),
    ];
    if let Some(missing) = always.iter().chain(needs).find_map(missing) {
        return skip(name, &missing);
    }
    bundle();
    let script = format!("e2e/dist/{name}.test.js");
    let mut tests = Command::new("node");
    tests.args(["--test", "--test-timeout=900000", &script]);
    tests
        .envs(environment.iter().copied())
        .env("CHROMIUM", chromium());
    run(&mut tests);
}

/// Bundles the tests for Node, once for all of them.
fn bundle() {
    static BUNDLED: OnceLock<()> = OnceLock::new();
    BUNDLED.get_or_init(|| {
        let vite = [
            "node_modules/vite/bin/vite.js",
            "build",
            "--logLevel",
            "warn",
        ];
        run(Command::new("node")
            .args(vite)
            .args(["--config", "e2e/vite.config.ts"]));
    });
}

fn run(command: &mut Command) {
    let output = command
        .current_dir(web())
        .output()
        .expect("node can be run");
    assert!(
        output.status.success(),
        "{command:?} failed\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}

fn missing(need: &Needs) -> Option<String> {
    match need {
        Needs::Command(name) => {
            let runs = Command::new(name).arg("--version").output().is_ok();
            (!runs).then(|| format!("there is no `{name}`"))
        }
        Needs::File(path) => (!path.is_file())
            .then(|| format!("there is no {}; `make test` sees to it", path.display())),
    }
}

/// Says so past the test harness, which shows nothing of a test that passes.
fn skip(name: &str, reason: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {name}, end to end: {reason}");
    assert!(
        std::env::var_os("CI").is_none(),
        "in CI nothing may be skipped: {reason}"
    );
}

fn web() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../web")
}

fn chromium() -> PathBuf {
    std::env::var_os("CHROMIUM")
        .unwrap_or_else(|| "/usr/bin/chromium".into())
        .into()
}
