//! Serves the notes app: its core over Connect, and its web page.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use clap::Parser;
use futures_util::FutureExt;
use notes_user::Database;
use tokio::net::TcpListener;
use tower_http::services::ServeDir;

/// The notes app: a notebook that all users share.
#[derive(Parser)]
#[command(name = "notes")]
struct Options {
    /// The address to listen on. Whoever reaches it can read and write all notes.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,

    /// The port to listen on; 0 for any that is free.
    #[arg(long, default_value_t = 4000)]
    port: u16,

    /// The database file. It is created where there is none.
    #[arg(long, default_value = "notes.db")]
    database: PathBuf,

    /// The folder of the built web page.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/dist"))]
    page: PathBuf,
}

/// How long calls may go on after the server was told to stop.
const GRACE: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();

    let database = Database::open(&options.database)
        .with_context(|| format!("cannot open the database {}", options.database.display()))?;
    let core = notes_server::core(database)?;
    let app = Router::new()
        .merge(bellwire::connect::router(core))
        .fallback_service(ServeDir::new(&options.page));

    let listener = TcpListener::bind((options.host, options.port))
        .await
        .with_context(|| format!("cannot listen on {}:{}", options.host, options.port))?;
    println!("Notes is at http://{}", listener.local_addr()?);
    if !options.page.join("index.html").is_file() {
        println!(
            "There is no page in {}: build it with `make page`.",
            options.page.display()
        );
    }
    serve(listener, app).await
}

/// Serves until the process is told to stop, and then lets calls end.
///
/// Notification streams never end by themselves: they are cut off when the time is up.
async fn serve(listener: TcpListener, app: Router) -> anyhow::Result<()> {
    let stop = told_to_stop().shared();
    let server = axum::serve(listener, app).with_graceful_shutdown(stop.clone());
    let cut_off = async {
        stop.await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = server.into_future() => served.context("the server failed"),
        () = cut_off => Ok(()),
    }
}

/// Waits for Ctrl-C, or for the signal with which a service manager stops a process.
async fn told_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();

    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
