//! The app in its window, on a display that nobody sees: `window.js` uses the page as a person would, and reports.
//!
//! Started as a test, this program starts itself again on such a display, and there it is the app.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::OnceLock;
use std::time::Duration;

use bellwire::{CallOptions, Server};
use notes_notes::generated::notes::v1::{CreateRequest, NotesEventClient};
use notes_user::generated::user::v1::{SignInRequest, UserEventClient};
use tauri::AppHandle;

/// Says that this is the app, and where its test lies.
const FOLDER: &str = "NOTES_WINDOW_TEST";

/// Where a picture of the window goes, if anybody wants to look at it.
const SCREENSHOTS: &str = "NOTES_SCREENSHOTS";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    if env::var_os(FOLDER).is_some() {
        run_app()?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(missing) = missing() {
        println!("SKIPPED: {missing} (`make test` sees to it)");
        let tolerated = env::var("CI").as_deref() != Ok("true");
        return Ok(ExitCode::from(u8::from(!tolerated)));
    }
    let folder = tempfile::tempdir()?;
    let screen = "--server-args=-screen 0 1280x860x24";
    let status = Command::new("timeout")
        .args(["--kill-after=5", "900", "xvfb-run", "-a", screen])
        .arg(env::current_exe()?)
        .env(FOLDER, folder.path())
        .env("NOTES_DATABASE", folder.path().join("notes.db"))
        // What a webview keeps goes where nothing of the user's lies.
        .env("XDG_DATA_HOME", folder.path().join("data"))
        .env("XDG_CACHE_HOME", folder.path().join("cache"))
        .status()?;
    let passed = status.success();
    println!(
        "the page in a window: {}",
        if passed { "ok" } else { "FAILED" }
    );
    Ok(ExitCode::from(u8::from(!passed)))
}

/// What the machine lacks, if anything.
fn missing() -> Option<&'static str> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/dist/index.html");
    if !page.is_file() {
        return Some("the page is not built");
    }
    let xvfb = Command::new("xvfb-run").arg("--help").output();
    xvfb.is_err().then_some("there is no xvfb-run")
}

/// The core of the app, for somebody who is not at this window.
static CORE: OnceLock<Server> = OnceLock::new();

fn run_app() -> tauri::Result<()> {
    let driver = tauri::plugin::Builder::<tauri::Wry>::new("driver")
        .js_init_script(include_str!("window.js"))
        .build();
    tauri::Builder::default()
        .plugin(driver)
        .invoke_handler(tauri::generate_handler![report, finish, somebody_writes])
        .setup(|app| {
            let _first = CORE.set(notes_tauri::serve(app)?);
            Ok(())
        })
        .run(notes_tauri::context())
}

#[tauri::command]
fn report(line: String) {
    println!("{line}");
}

#[tauri::command]
async fn finish(app: AppHandle, passed: bool) {
    if let Some(folder) = env::var_os(SCREENSHOTS) {
        // Software paints slowly.
        std::thread::sleep(Duration::from_secs(2));
        let file = PathBuf::from(folder).join("window.png");
        let taken = Command::new("import")
            .args(["-window", "root"])
            .arg(file)
            .status();
        println!("screenshot: {taken:?}");
    }
    if !passed {
        // Tauri ends with 0 on Linux, whatever it is told to end with.
        std::process::exit(1);
    }
    app.exit(0);
}

/// Somebody else signs in and begins a note.
#[tauri::command]
async fn somebody_writes(title: String) -> Result<(), String> {
    let core = CORE.get().ok_or("there is no core")?;
    write(core, title).await.map_err(|error| error.to_string())
}

async fn write(core: &Server, title: String) -> Result<(), Box<dyn Error + Send + Sync>> {
    let email = "alan@example.org".to_owned();
    let session = UserEventClient::new(core.clone())
        .sign_in(&SignInRequest { email })
        .await?;
    let authorization = format!("Bearer {}", session.token).parse()?;
    let metadata = [("authorization".parse()?, authorization)]
        .into_iter()
        .collect();
    let options = CallOptions::default().with_metadata(metadata);
    let body = "Some remarks.".to_owned();
    NotesEventClient::new(core.clone())
        .with_options(options)
        .create(&CreateRequest { title, body })
        .await?;
    Ok(())
}
