//! The commands that pages invoke. Whatever is wrong is said in bytes: a command never fails.

use std::sync::Arc;

use tauri::Runtime;
use tauri::ipc::{Invoke, InvokeMessage, InvokeResolver, Response};

use super::calls::Answer;
use super::message;
use super::page::PageSession;
use super::pages::{Pages, Place};
use crate::Fault;
use crate::session::frame;

/// Does what a command says. False for one that the plugin does not have.
pub(super) fn handle<R: Runtime>(pages: &Pages, invoke: Invoke<R>) -> bool {
    let Invoke {
        message, resolver, ..
    } = invoke;
    match message.command() {
        "open" => resolve(resolver, open(pages, &message)),
        "send" => resolve(resolver, send(pages, &message)),
        "call" => call(pages, &message, answer(resolver)),
        "pull" => pull(pages, &message, resolver),
        _ => return false,
    }
    true
}

fn open<R: Runtime>(pages: &Pages, message: &InvokeMessage<R>) -> Result<Vec<u8>, Fault> {
    let frames = message::frames(message::bytes(message.payload())?)?;
    let id = message::session(message.headers())?;
    let window = message.webview_ref().window();
    let place = Place {
        window: window.label(),
        webview: message.webview_ref().label(),
    };
    let session = pages.open(place, id)?;
    session.send(frames);
    Ok(session.waiting())
}

fn send<R: Runtime>(pages: &Pages, message: &InvokeMessage<R>) -> Result<Vec<u8>, Fault> {
    let body = message::bytes(message.payload())?;
    let session = session(pages, message)?;
    if body.is_empty() {
        pages.close_session(message.webview_ref().label(), &session.id);
        return Ok(message::closed(None));
    }
    session.send(message::frames(body)?);
    Ok(message::open(&[]))
}

fn call<R: Runtime>(pages: &Pages, message: &InvokeMessage<R>, answer: Answer) {
    let made = message::call_of(message.headers())
        .and_then(|call| Ok((call, message::bytes(message.payload())?)))
        .and_then(|made| Ok((made, session(pages, message)?)));
    match made {
        Ok(((call, input), session)) => session.call(call, input, answer),
        Err(fault) => answer(Err(fault.into())),
    }
}

fn pull<R: Runtime>(pages: &Pages, message: &InvokeMessage<R>, resolver: InvokeResolver<R>) {
    let found = message::number(message.headers())
        .and_then(|number| Ok((number, session(pages, message)?)));
    match found {
        Ok((number, session)) => {
            let session = Arc::downgrade(&session);
            tauri::async_runtime::spawn(async move {
                let batch = PageSession::pull(session, number).await;
                resolver.resolve(Response::new(batch));
            });
        }
        Err(fault) => resolve(resolver, Err(fault)),
    }
}

/// The session that a command is about.
fn session<R: Runtime>(
    pages: &Pages,
    message: &InvokeMessage<R>,
) -> Result<Arc<PageSession>, Fault> {
    let id = message::session(message.headers())?;
    let session = pages.find(message.webview_ref().label(), id);
    session.ok_or_else(Pages::closed)
}

fn resolve<R: Runtime>(resolver: InvokeResolver<R>, outcome: Result<Vec<u8>, Fault>) {
    let fault = |fault: Fault| message::closed(Some(frame::fault(0, &fault)));
    resolver.resolve(Response::new(outcome.unwrap_or_else(fault)));
}

fn answer<R: Runtime>(resolver: InvokeResolver<R>) -> Answer {
    Box::new(move |outcome| resolver.resolve(Response::new(message::answered(outcome))))
}
