//! Serves a server to the webviews of a Tauri app, as a plugin.
//!
//! ```no_run
//! fn serve<R: tauri::Runtime>(app: tauri::Builder<R>, server: bellwire::Server) -> tauri::Builder<R> {
//!     app.plugin(bellwire::tauri::init(server))
//! }
//! ```
//!
//! The page reaches it by `tauri()` of `bellwire/tauri`, the npm package. The app lets the page do so: its capability
//! names the permission `bellwire:default`, its content security policy allows
//! `connect-src bellwire: http://bellwire.localhost ipc: http://ipc.localhost`. Without the first two, calls are Tauri's
//! commands, which take a fifth longer; without the other two, Tauri carries bytes as text, which works and is many times
//! slower.
//!
//! # What goes where
//!
//! Every page has sessions of its own, one for each transport that it makes. They close when the page is reloaded or
//! left, or its webview closes: calls are cancelled, subscriptions forgotten. Four commands make up a session, all with
//! raw bytes there and back:
//!
//! - `open` opens it; the body holds frames, of which the first is a hello.
//! - `call` makes a call that has one answer: the input is the body, and what else there is to say stands in headers. The
//!   answer is one byte that says whether it is the output, the domain error or a fault, and that message. Where the
//!   webview can, the same goes and comes as a request to a scheme of the plugin's own, `bellwire:`, which is faster; the
//!   name of the session, which only its page knows, is what lets it in.
//! - `send` takes frames, stream events among them.
//! - `pull` is answered with the frames that wait for the page, once there are any. Nothing is sent to a page that does
//!   not pull, so a page that is slow costs no more memory than [`Limits`](crate::Limits) allow.

mod calls;
mod commands;
mod message;
mod page;
mod pages;
mod scheme;

use std::sync::Arc;

use tauri::plugin::{Builder, TauriPlugin};
use tauri::webview::PageLoadEvent;
use tauri::{RunEvent, Runtime, WindowEvent};

use self::pages::Pages;
use self::scheme::SCHEME;
use crate::Server;

/// The plugin that serves this server to the app's webviews. Handlers run on the server's
/// [executor](crate::ServerBuilder::executor), and on Tauri's where it has none.
///
/// An app that has its server only later can add the plugin later, in its `setup` for one; what a page calls before that
/// ends with `UNAVAILABLE`.
#[must_use = "it is given to an app"]
pub fn init<R: Runtime>(server: Server) -> TauriPlugin<R> {
    server.run_calls_on(|task| drop(tauri::async_runtime::spawn(task)));
    let pages = Arc::new(Pages::new(server));
    let (called, loaded, ended) = (Arc::clone(&pages), Arc::clone(&pages), Arc::clone(&pages));
    Builder::new("bellwire")
        .invoke_handler(move |invoke| commands::handle(&pages, invoke))
        .register_asynchronous_uri_scheme_protocol(SCHEME, move |cx, request, responder| {
            scheme::handle(&called, &cx, request, responder);
        })
        .on_page_load(move |webview, load| {
            if load.event() == PageLoadEvent::Started {
                loaded.close_webview(webview.label());
            }
        })
        .on_event(move |_, event| match event {
            RunEvent::WindowEvent {
                label,
                event: WindowEvent::Destroyed,
                ..
            } => ended.close_window(label),
            RunEvent::Exit => ended.close_all(),
            _ => {}
        })
        .build()
}
