//! What the benchmark compares with: bytes as one sends them through Tauri without Bellwire.

use std::sync::Arc;

use tauri::ipc::{Channel, InvokeBody, InvokeResponseBody, Request, Response};
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{Emitter, State, Webview, Wry};

use crate::fixture::{Core, text};

/// Bytes as an array of numbers, there and back.
#[tauri::command]
pub async fn numbers(bytes: Vec<u8>) -> Vec<u8> {
    bytes
}

/// Text in a field of JSON, there and back.
#[tauri::command]
pub async fn echo(text: String) -> String {
    text
}

/// A plugin that only answers: what any plugin costs that carries bytes, without a call of Bellwire.
pub fn peer() -> TauriPlugin<Wry> {
    Builder::new("peer")
        .invoke_handler(tauri::generate_handler![raw])
        .build()
}

/// Bytes as they are, there and back.
#[tauri::command]
async fn raw(request: Request<'_>) -> Result<Response, String> {
    match request.body() {
        InvokeBody::Raw(bytes) => Ok(Response::new(bytes.clone())),
        InvokeBody::Json(_) => Err("the webview carries no bytes".to_owned()),
    }
}

/// So many events of so many characters, as Tauri's own events.
#[tauri::command]
pub async fn emit(webview: Webview, count: usize, length: usize) -> Result<(), String> {
    let said = "x".repeat(length);
    for _ in 0..count {
        webview
            .emit_to(webview.label(), "said", &said)
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// The same, as bytes over a channel.
#[tauri::command]
pub async fn channel(
    channel: Channel<InvokeResponseBody>,
    count: usize,
    length: usize,
) -> Result<(), String> {
    for _ in 0..count {
        channel
            .send(InvokeResponseBody::Raw(vec![b'x'; length]))
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// The same, as notifications.
#[tauri::command]
pub async fn notify(core: State<'_, Arc<Core>>, count: usize, length: usize) -> Result<(), String> {
    let said = text("x".repeat(length));
    for _ in 0..count {
        core.notifier.said(&said);
    }
    Ok(())
}
