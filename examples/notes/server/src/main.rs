//! Serves the notes app: its core over Connect, and its web page.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use bellwire::connect::{Connect, Listener};
use clap::Parser;
use futures_util::FutureExt;
use notes_user::Database;
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

    /// The origin of a page that may call beside the server's own, such as `https://notes.example.org`.
    #[arg(long)]
    origin: Vec<String>,

    /// The database file. It is created where there is none.
    #[arg(long, default_value = "notes.db")]
    database: PathBuf,

    /// The folder of the built web page.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/dist"))]
    page: PathBuf,

    /// Open the page in the browser.
    #[arg(long)]
    open: bool,
}

/// How long calls may go on after the server was told to stop, and then whoever still reads its answer.
const GRACE: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();

    let database = Database::open(&options.database)
        .with_context(|| format!("cannot open the database {}", options.database.display()))?;
    let core = notes_core::core(database)?;
    let calls = Connect::new(core.clone()).allow_origins(options.origin);
    let app = Router::new()
        .merge(calls.into_router())
        .fallback_service(ServeDir::new(&options.page));

    let listener = Listener::bind((options.host, options.port))
        .await
        .with_context(|| format!("cannot listen on {}:{}", options.host, options.port))?;
    let stop = told_to_stop().context("cannot listen to signals")?;
    let address = format!("http://{}", listener.local_addr()?);
    println!("Notes is at {address}");
    if options.open && open::that_detached(&address).is_err() {
        println!("There is no browser here that can be opened: visit that address with one.");
    }
    if !options.page.join("index.html").is_file() {
        println!(
            "There is no page in {}: build it with `make page`.",
            options.page.display()
        );
    }
    serve(listener, app, core, stop).await;
    Ok(())
}

/// Serves until `stop`, and then lets calls end. Notification streams end with the core.
async fn serve(
    listener: Listener,
    app: Router,
    core: bellwire::Server,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let stop = stop.shared();
    let cut_off = async {
        stop.clone().await;
        core.shutdown(GRACE).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        () = listener.serve_until(app, stop.clone()) => {}
        () = cut_off => {}
    }
}

/// Ends at Ctrl-C, or at the signal with which a service manager stops a process. It is heard from now on.
#[cfg(unix)]
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends at Ctrl-C. It is heard from now on.
#[cfg(windows)]
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
