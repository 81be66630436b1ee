//! The plugin's commands, byte for byte, in an app without a display.

#[path = "../../fixture/mod.rs"]
mod fixture;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use bellwire::wire::bellwire::v1 as wire;
use bellwire::wire::bellwire::v1::client_frame::Kind;
use bellwire::wire::bellwire::v1::server_frame::Kind as FromCore;
use bellwire::wire::bellwire::v1::{
    Call, Cancel, ClientFrame, Hello, ServerFrame, Subscribe, Subscription,
};
use bellwire::{Code, Hub, Server};
use prost::Message;
use serde_json::json;
use tauri::ipc::{CallbackFn, InvokeBody, InvokeError, InvokeResponse, InvokeResponseBody};
use tauri::test::{INVOKE_KEY, MockRuntime, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, Webview, WebviewWindowBuilder};

use fixture::generated::fixture::v1::{EchoEventService, EchoNotifier, Number, Text};
use fixture::{Core, Echo, text};

const PAGE: &str = "page-a.1";

/// How long a command takes at most that does not wait for anything.
const SOON: Duration = Duration::from_secs(60);

/// An app with one window, and the core that it serves.
struct Window {
    _app: App<MockRuntime>,
    webview: Webview<MockRuntime>,
    core: Core,
}

impl Window {
    fn new() -> Self {
        // Without an executor: Tauri's is to be used.
        let echo = Echo::default();
        let (hub, probe) = (Hub::new(), Arc::clone(&echo.probe));
        let notifier = EchoNotifier::new(&hub);
        let server = Server::builder()
            .hub(hub)
            .group(EchoEventService::new(echo))
            .build()
            .expect("one group");
        let app = mock_builder()
            .plugin(bellwire::tauri::init(server.clone()))
            .build(tauri::generate_context!())
            .expect("it is built");
        let window = WebviewWindowBuilder::new(&app, "main", Default::default()).build();
        let webview = window.expect("it opens").as_ref().clone();
        let core = Core {
            server,
            probe,
            notifier,
        };
        Self {
            _app: app,
            webview,
            core,
        }
    }

    /// One with an open session.
    fn open() -> Self {
        let window = Self::new();
        let (open, frames) = batch(soon(window.command("open", PAGE, hello())));
        assert!(open);
        assert_eq!(frames, ["welcome"]);
        window
    }

    /// The address is a session, and for pulls and calls what follows it.
    fn command(&self, name: &str, address: &str, body: impl Into<InvokeBody>) -> Receiver<Vec<u8>> {
        self.command_with(name, &[("bellwire-address", address)], body)
    }

    fn command_with(
        &self,
        name: &str,
        headers: &[(&'static str, &str)],
        body: impl Into<InvokeBody>,
    ) -> Receiver<Vec<u8>> {
        let (said, answer) = channel();
        invoke(&self.webview, name, headers, body.into(), move |response| {
            // The test may have ended.
            let _ = said.send(bytes(response));
        });
        answer
    }

    fn call(&self, number: &str, event: &str, input: &impl Message) -> Receiver<Vec<u8>> {
        self.call_as(PAGE, number, event, input.encode_to_vec())
    }

    fn call_as(
        &self,
        session: &str,
        number: &str,
        event: &str,
        input: impl Into<InvokeBody>,
    ) -> Receiver<Vec<u8>> {
        let address = format!("{session} {number} fixture.v1.EchoEvent/{event}");
        self.command("call", &address, input)
    }

    fn send(&self, kinds: impl IntoIterator<Item = Kind>) {
        let answer = soon(self.command("send", PAGE, frames(kinds)));
        assert_eq!(batch(answer), (true, vec![]));
    }

    fn pull(&self, number: &str) -> Receiver<Vec<u8>> {
        self.command("pull", &format!("{PAGE} {number}"), vec![])
    }

    /// Waits until something holds of the core.
    fn eventually(&self, what: &str, holds: impl Fn(&Core) -> bool) {
        tauri::async_runtime::block_on(fixture::eventually(what, || holds(&self.core)));
    }
}

/// Delivers a command as a webview does.
fn invoke(
    webview: &Webview<MockRuntime>,
    name: &str,
    headers: &[(&'static str, &str)],
    body: InvokeBody,
    answer: impl FnOnce(InvokeResponse) + Send + 'static,
) {
    let headers = headers.iter().map(|&(name, value)| {
        let value = value.parse().expect("a header's value");
        (tauri::http::HeaderName::from_static(name), value)
    });
    let request = InvokeRequest {
        cmd: format!("plugin:bellwire|{name}"),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: "tauri://localhost".parse().expect("a URL"),
        body,
        headers: headers.collect(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    webview.clone().on_message(
        request,
        Box::new(move |_, _, response, _, _| answer(response)),
    );
}

fn bytes(response: InvokeResponse) -> Vec<u8> {
    match response {
        InvokeResponse::Ok(InvokeResponseBody::Raw(bytes)) => bytes,
        other => panic!("no bytes: {other:?}"),
    }
}

fn soon(answer: Receiver<Vec<u8>>) -> Vec<u8> {
    answer.recv_timeout(SOON).expect("an answer")
}

fn hello() -> Vec<u8> {
    frames([Kind::Hello(Hello {
        protocol: 1,
        uses: Vec::new(),
    })])
}

fn frames(kinds: impl IntoIterator<Item = Kind>) -> Vec<u8> {
    let frames = kinds.into_iter().flat_map(|kind| {
        let frame = ClientFrame {
            kind: Some(kind),
            ..ClientFrame::default()
        };
        let bytes = frame.encode_to_vec();
        let length = u32::try_from(bytes.len()).expect("a short one");
        [length.to_le_bytes().to_vec(), bytes].concat()
    });
    frames.collect()
}

/// Whether the session is open, and its frames as short texts.
fn batch(answer: Vec<u8>) -> (bool, Vec<String>) {
    let (status, mut rest) = answer.split_first().expect("a status");
    let mut frames = Vec::new();
    while let Some((length, behind)) = rest.split_at_checked(4) {
        let length = u32::from_le_bytes(length.try_into().expect("four bytes"));
        let (frame, behind) = behind.split_at(usize::try_from(length).expect("a short one"));
        frames.push(show(frame));
        rest = behind;
    }
    assert!(rest.is_empty(), "something is left over");
    (*status == 1, frames)
}

/// The answer to a call, as a short text.
fn answered(answer: &[u8]) -> String {
    let (&status, message) = answer.split_first().expect("a status");
    let text = || Text::decode(message).map_or("?".to_owned(), |text| text.text);
    match status {
        0 => {
            let fault = wire::Fault::decode(message).expect("a fault");
            Code::from_number(fault.code).to_string()
        }
        1 => format!("ok: {}", text()),
        2 => format!("error: {}", text()),
        _ => panic!("no status: {status}"),
    }
}

fn show(frame: &[u8]) -> String {
    let ServerFrame { kind, payload } = ServerFrame::decode(frame).expect("a frame");
    let text = || Text::decode(payload.clone()).map_or("?".to_owned(), |text| text.text);
    match kind.expect("a kind") {
        FromCore::Welcome(_) => "welcome".to_owned(),
        FromCore::Ok(ok) => format!("ok {}: {}", ok.id, text()),
        FromCore::Error(error) => format!("error {}: {}", error.id, text()),
        FromCore::Fault(fault) => format!("fault {}: {}", fault.id, Code::from_number(fault.code)),
        FromCore::Item(item) => {
            let number = Number::decode(payload).expect("a number").number;
            format!("item {}: {number}", item.id)
        }
        FromCore::End(end) => format!("end {}", end.id),
        FromCore::Notification(_) => format!("notification: {}", text()),
        other => format!("{other:?}"),
    }
}

fn is_silent(answer: &Receiver<Vec<u8>>) -> bool {
    answer.recv_timeout(Duration::from_millis(50)) == Err(RecvTimeoutError::Timeout)
}

#[test]
fn a_call_is_one_command_with_bytes_there_and_back() {
    let window = Window::open();
    let answer = soon(window.call("1", "Say", &text("hello")));
    assert_eq!(answered(&answer), "ok: hello");
    let answer = soon(window.call("2", "Say", &text("")));
    assert_eq!(answered(&answer), "error: nothing was said");
    let answer = soon(window.call("3", "Panic", &text("now")));
    assert_eq!(answered(&answer), "INTERNAL");
    let answer = soon(window.call("4", "Sing", &()));
    assert_eq!(answered(&answer), "UNIMPLEMENTED");
    let answer = soon(window.call("5", "Never", &()));
    assert_eq!(answered(&answer), "DEADLINE_EXCEEDED");
}

#[test]
fn metadata_and_deadline_stand_in_headers() {
    let window = Window::open();
    let headers = [
        (
            "bellwire-address",
            "page-a.1 1 fixture.v1.EchoEvent/Describe",
        ),
        ("bellwire-metadata", "x-who=ada%20l"),
        ("bellwire-timeout-ms", "5000"),
    ];
    let answer = soon(window.command_with("call", &headers, vec![]));
    let described = "ok: fixture.v1.EchoEvent/Describe by ada l with a deadline";
    assert_eq!(answered(&answer), described);
}

#[test]
fn where_a_webview_carries_no_bytes_numbers_are_understood() {
    let window = Window::new();
    let answer = soon(window.command("open", PAGE, InvokeBody::Json(json!(hello()))));
    assert_eq!(batch(answer), (true, vec!["welcome".to_owned()]));
    let input = json!(text("hello").encode_to_vec());
    let answer = soon(window.call_as(PAGE, "1", "Say", InvokeBody::Json(input)));
    assert_eq!(answered(&answer), "ok: hello");
}

#[test]
fn a_call_that_is_delivered_twice_runs_once() {
    let window = Window::open();
    let first = window.call("1", "Wait", &());
    window.eventually("it runs", |core| core.probe.alive() == 1);
    let second = window.call("1", "Wait", &());
    assert_eq!(answered(&soon(first)), "ABORTED");
    window.core.probe.go.add_permits(2);
    assert_eq!(answered(&soon(second)), "ok: done");
    assert_eq!(window.core.probe.go.available_permits(), 1);
    // After its end, too.
    let third = soon(window.call("1", "Wait", &()));
    assert_eq!(answered(&third), "ABORTED");
    assert_eq!(window.core.probe.go.available_permits(), 1);
}

#[test]
fn what_is_not_an_answer_waits_to_be_pulled() {
    let window = Window::open();
    let pull = window.pull("1");
    assert!(is_silent(&pull));
    window.send([
        Kind::Subscribe(Subscribe {
            id: 1,
            subscription: Some(Subscription {
                path: "fixture.v1.EchoNotification/Said".to_owned(),
                key: None,
            }),
        }),
        // With no credit beyond the second item.
        Kind::Call(Call {
            id: 1,
            path: "fixture.v1.EchoEvent/Tick".to_owned(),
            credit: 2,
            ..Call::default()
        }),
    ]);
    let mut all = batch(soon(pull)).1;
    if all.len() == 1 {
        all.extend(batch(soon(window.pull("2"))).1);
    }
    assert_eq!(all, ["item 1: 1", "item 1: 2"]);
    let pull = window.pull("3");
    assert!(is_silent(&pull));
    window.core.notifier.said(&text("hello"));
    let (open, frames) = batch(soon(pull));
    assert!(open);
    assert_eq!(frames, ["notification: hello"]);
    // The webview lost the answer, so Tauri delivers the command again.
    assert_eq!(batch(soon(window.pull("3"))).1, ["notification: hello"]);
    window.send([Kind::Cancel(Cancel { id: 1 })]);
    assert_eq!(batch(soon(window.pull("4"))).1, ["fault 1: CANCELLED"]);
    window.eventually("it is dropped", |core| core.probe.alive() == 0);
}

#[test]
fn a_pull_that_is_delivered_twice_while_it_waits_loses_nothing() {
    let window = Window::open();
    let first = window.pull("1");
    assert!(is_silent(&first));
    let second = window.pull("1");
    window.send([Kind::Ping(Default::default())]);
    let (open, frames) = batch(soon(second));
    assert!(open);
    assert_eq!(frames.len(), 1);
}

#[test]
fn another_page_in_the_same_webview_ends_the_sessions_of_the_one_before() {
    let window = Window::open();
    let calls: Vec<_> = (1..=100)
        .map(|number| window.call(&number.to_string(), "Wait", &()))
        .collect();
    window.eventually("they run", |core| core.probe.alive() == 100);
    let pull = window.pull("1");
    // A second session of the same page ends nothing.
    soon(window.command("open", "page-a.2", hello()));
    assert_eq!(window.core.server.open_sessions(), 2);
    assert_eq!(window.core.probe.alive(), 100);

    soon(window.command("open", "page-b.1", hello()));
    for call in calls {
        assert_eq!(answered(&soon(call)), "UNAVAILABLE");
    }
    assert_eq!(batch(soon(pull)), (false, vec![]));
    assert_eq!(window.core.server.open_sessions(), 1);
    window.eventually("all are dropped", |core| core.probe.alive() == 0);
    // What the page before had on its way is not done.
    let late = soon(window.call("101", "Wait", &()));
    assert_eq!(answered(&late), "UNAVAILABLE");
    assert_eq!(window.core.server.running_calls(), 0);
}

#[test]
fn a_page_can_close_its_session() {
    let window = Window::open();
    let call = window.call("1", "Wait", &());
    let closed = soon(window.command("send", PAGE, vec![]));
    assert_eq!(batch(closed), (false, vec![]));
    assert_eq!(answered(&soon(call)), "UNAVAILABLE");
    assert_eq!(window.core.server.open_sessions(), 0);
}

#[test]
fn nonsense_is_answered_with_a_fault() {
    let window = Window::new();
    let unavailable = vec!["fault 0: UNAVAILABLE".to_owned()];
    let invalid = vec!["fault 0: INVALID_ARGUMENT".to_owned()];
    for name in ["send", "pull"] {
        let answer = window.command(name, "nobody 1", hello());
        assert_eq!(batch(soon(answer)), (false, unavailable.clone()), "{name}");
    }
    let call = soon(window.call_as("nobody", "7", "Say", vec![]));
    assert_eq!(answered(&call), "UNAVAILABLE");

    let open = soon(window.command("open", PAGE, vec![9, 0, 0, 0, 1]));
    assert_eq!(batch(open), (false, invalid.clone()));
    let open = soon(window.command("open", PAGE, InvokeBody::Json(json!({ "a": 1 }))));
    assert_eq!(batch(open), (false, invalid));

    let window = Window::open();
    for address in ["page-a.1 7", PAGE, ""] {
        let call = soon(window.command("call", address, vec![]));
        assert_eq!(answered(&call), "INVALID_ARGUMENT", "{address}");
    }
    let garbled = soon(window.command("send", PAGE, vec![2, 0, 0, 0, 0xff, 0xff]));
    assert_eq!(batch(garbled), (true, vec![]));
    assert_eq!(
        batch(soon(window.pull("1"))).1,
        ["fault 0: INVALID_ARGUMENT"]
    );
    let call = soon(window.call("8", "Say", &text("still here")));
    assert_eq!(answered(&call), "ok: still here");
}

#[test]
fn a_core_that_has_stopped_says_so() {
    let window = Window::open();
    let (call, pull) = (window.call("1", "Wait", &()), window.pull("1"));
    tauri::async_runtime::block_on(window.core.server.shutdown(Duration::ZERO));
    assert_eq!(answered(&soon(call)), "UNAVAILABLE");
    assert_eq!(batch(soon(pull)).1, ["fault 0: UNAVAILABLE"]);
    let open = soon(window.command("open", "page-b.1", hello()));
    assert_eq!(
        batch(open),
        (false, vec!["fault 0: UNAVAILABLE".to_owned()])
    );
}

#[test]
fn a_command_that_comes_before_the_plugin_is_refused_at_once() {
    let app = mock_builder()
        .build(tauri::generate_context!())
        .expect("it is built");
    let window = WebviewWindowBuilder::new(&app, "main", Default::default()).build();
    let webview = window.expect("it opens").as_ref().clone();
    let (said, answer) = channel();
    invoke(
        &webview,
        "open",
        &[("bellwire-address", PAGE)],
        InvokeBody::Raw(hello()),
        move |response| {
            let _ = said.send(response);
        },
    );
    let answer = answer.recv_timeout(SOON).expect("an answer");
    let InvokeResponse::Err(InvokeError(refused)) = answer else {
        panic!("there is no plugin");
    };
    assert!(
        refused
            .as_str()
            .is_some_and(|why| why.contains("not found")),
        "{refused}"
    );
}

#[test]
fn a_pull_takes_about_a_mebibyte_however_much_there_is() {
    let window = Window::open();
    window.send([Kind::Subscribe(Subscribe {
        id: 1,
        subscription: Some(Subscription {
            path: "fixture.v1.EchoNotification/Said".to_owned(),
            key: None,
        }),
    })]);
    for _ in 0..6 {
        window.core.notifier.said(&text("x".repeat(400_000)));
    }
    for number in ["1", "2"] {
        let (open, frames) = batch(soon(window.pull(number)));
        assert_eq!((open, frames.len()), (true, 3));
    }
    assert!(is_silent(&window.pull("3")));
}
