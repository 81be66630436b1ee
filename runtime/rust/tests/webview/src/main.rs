//! The tests' core in Tauri windows.
//!
//! `webview-tests TASK FOLDER [CSP]` shows the page of this folder, which does the task (`scenarios`, `reload`, `bench`),
//! prints what it reports, and ends when it says so: with 0 where all went well.

#[allow(dead_code, reason = "nothing is served over HTTP here")]
#[path = "../../fixture/control.rs"]
mod control;
#[path = "../../fixture/mod.rs"]
mod fixture;

mod bench;
mod page;

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use bellwire::Limits;
use tauri::{AppHandle, Manager, State, Webview, WebviewUrl, WebviewWindowBuilder};
use tower::ServiceExt;

use control::control;
use fixture::core_on;
use page::Folder;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (task, folder) = arguments
        .next()
        .zip(arguments.next())
        .ok_or("usage: webview-tests TASK FOLDER [CSP]")?;
    let mut context = tauri::generate_context!();
    context.set_assets(Box::new(Folder(folder.into())));
    context.config_mut().app.security.csp = arguments.next().map(tauri::utils::config::Csp::Policy);

    // A benchmark measures how fast things come, so all of them have to.
    let limits = match task.as_str() {
        "bench" => Limits::default().with_queue_length(1_000_000),
        _ => Limits::default(),
    };
    let core = Arc::new(core_on(limits, |task| {
        drop(tauri::async_runtime::spawn(task));
    }));
    tauri::Builder::default()
        .plugin(bellwire::tauri::init(core.server.clone()))
        .plugin(bench::peer())
        .manage(control(Arc::clone(&core)))
        .manage(core)
        .invoke_handler(tauri::generate_handler![
            make,
            report,
            finish,
            open_window,
            close_window,
            bench::numbers,
            bench::echo,
            bench::emit,
            bench::channel,
            bench::notify,
        ])
        .setup(move |app| {
            window(app.handle(), "main", &task)?;
            Ok(())
        })
        .run(context)?;
    Ok(())
}

fn window(app: &AppHandle, label: &str, task: &str) -> tauri::Result<()> {
    let url = WebviewUrl::App(format!("index.html#{task}").into());
    WebviewWindowBuilder::new(app, label, url).build()?;
    Ok(())
}

/// Looks into the core, or makes it do something: a path of `control.rs`.
#[tauri::command]
async fn make(what: String, control: State<'_, Router>) -> Result<String, String> {
    let method = if what == "probe" { "GET" } else { "POST" };
    let request = Request::builder()
        .method(method)
        .uri(format!("/{what}"))
        .body(Body::empty())
        .map_err(|error| error.to_string())?;
    let answer = control.inner().clone().oneshot(request).await;
    let answer = answer.map_err(|error| error.to_string())?;
    if !answer.status().is_success() {
        return Err(answer.status().to_string());
    }
    let body = to_bytes(answer.into_body(), usize::MAX).await;
    let body = body.map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&body).into_owned())
}

#[tauri::command]
fn report(line: String) {
    println!("{line}");
}

#[tauri::command]
fn finish(app: AppHandle, passed: bool) {
    if !passed {
        // Tauri ends with 0 on Linux, whatever it is told to end with.
        std::process::exit(1);
    }
    app.exit(0);
}

#[tauri::command]
async fn open_window(app: AppHandle, label: String, task: String) -> Result<(), String> {
    window(&app, &label, &task).map_err(|error| error.to_string())
}

#[tauri::command]
fn close_window(app: AppHandle, webview: Webview, label: Option<String>) -> Result<(), String> {
    let label = label.as_deref().unwrap_or(webview.label());
    let window = app.get_webview_window(label).ok_or("there is none")?;
    window.destroy().map_err(|error| error.to_string())
}
