//! The frames of a session as text.

use std::fmt::{self, Write as _};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use prost::Message;

use crate::sync::Delay;
use crate::wire::bellwire::v1::client_frame::Kind as FromClient;
use crate::wire::bellwire::v1::server_frame::Kind as FromCore;
use crate::wire::bellwire::v1::{ClientFrame, ServerFrame};
use crate::{Code, Connection, Fault, Server, Told};

/// How long a replay waits for a frame of the core.
const PATIENCE: Duration = Duration::from_secs(5);

/// The frames of a session, in both directions, as they went.
///
/// As text, each frame has a line for people, `>` from the client and `<` from the core, and below it a line with its
/// exact bytes in hexadecimal, from which it can be [replayed](replay).
///
/// ```text
/// > call 1 user.v1.UserEvent/SignIn "\n\x03ada"
///   120c08011208...
/// < ok 1 "\n\x03Ada"
///   1202080172...
/// ```
///
/// The calls of a session run on an executor, which the server may not have yet:
///
/// ```
/// use bellwire::testing::{Recording, replay};
/// use bellwire::{Fault, Server};
///
/// async fn record(server: &Server) -> Result<String, Fault> {
///     server.run_calls_on(|task| drop(tokio::spawn(task)));
///     let recording = Recording::new();
///     let connection = recording.connect(server, |_| {})?;
///     // UserEventClient::new(connection).sign_in(&payload).await
///     # drop(connection);
///     Ok(recording.to_string())
/// }
///
/// async fn check(server: &Server, recorded: &str) -> Result<(), Fault> {
///     server.run_calls_on(|task| drop(tokio::spawn(task)));
///     assert_eq!(replay(server, recorded).await?, recorded);
///     Ok(())
/// }
/// ```
#[derive(Clone, Default)]
pub struct Recording(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    frames: Vec<(Direction, Bytes)>,
    waker: Option<Waker>,
}

/// Who sent a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Client,
    Core,
}

impl Recording {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A frontend in this process, as [`Connection::in_process`], whose frames are recorded.
    ///
    /// # Errors
    ///
    /// Those of [`Server::open`].
    pub fn connect(
        &self,
        server: &Server,
        told: impl Fn(Told) + Send + Sync + 'static,
    ) -> Result<Connection, Fault> {
        let recording = self.clone();
        Connection::watched(server, told, move |direction, frame| {
            recording.record(direction, frame.clone());
        })
    }

    fn record(&self, direction: Direction, frame: Bytes) {
        let waker = {
            let mut state = self.state();
            state.frames.push((direction, frame));
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Waits until there are this many frames, or for as long as there is patience.
    async fn grown_to(&self, length: usize) {
        let mut patience = pin!(Delay::new(PATIENCE));
        poll_fn(|cx| {
            {
                let mut state = self.state();
                if state.frames.len() >= length {
                    return Poll::Ready(());
                }
                state.waker = Some(cx.waker().clone());
            }
            patience.as_mut().poll(cx)
        })
        .await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (direction, frame) in &self.state().frames {
            match direction {
                Direction::Client => writeln!(f, "> {}", client_frame(frame))?,
                Direction::Core => writeln!(f, "< {}", server_frame(frame))?,
            }
            writeln!(f, "  {}", hex(frame))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Gives a new session of the server what the client of a recording sent, each frame after as many frames of the core
/// as in the recording, and records what comes of it. A core that behaves as before gives the same text.
///
/// # Errors
///
/// `INVALID_ARGUMENT` for a text that is no recording, and those of [`Server::open`].
pub async fn replay(server: &Server, text: &str) -> Result<String, Fault> {
    let frames = parse(text)?;
    let recording = Recording::new();
    let sink = recording.clone();
    let session = server.open(move |frame| {
        sink.record(Direction::Core, frame);
        true
    })?;
    for (index, (direction, frame)) in frames.iter().enumerate() {
        if *direction == Direction::Client {
            recording.grown_to(index).await;
            recording.record(Direction::Client, frame.clone());
            session.receive(frame.clone());
        }
    }
    recording.grown_to(frames.len()).await;
    Ok(recording.to_string())
}

fn parse(text: &str) -> Result<Vec<(Direction, Bytes)>, Fault> {
    let wrong = |line: usize| {
        let message = format!("line {} is not that of a recording", line + 1);
        Fault::new(Code::InvalidArgument, message)
    };
    let mut frames = Vec::new();
    let mut direction = None;
    for (number, line) in text.lines().enumerate() {
        match (line.get(..2), direction.take()) {
            (Some("> "), None) => direction = Some(Direction::Client),
            (Some("< "), None) => direction = Some(Direction::Core),
            (Some("  "), Some(direction)) => {
                let frame = unhex(&line[2..]).ok_or_else(|| wrong(number))?;
                frames.push((direction, frame));
            }
            _ => return Err(wrong(number)),
        }
    }
    Ok(frames)
}

fn client_frame(frame: &Bytes) -> String {
    let Ok(ClientFrame { kind, payload }) = ClientFrame::decode(frame.clone()) else {
        return "malformed".to_owned();
    };
    match kind {
        Some(FromClient::Hello(hello)) => {
            format!(
                "hello, version {}, {} uses",
                hello.protocol,
                hello.uses.len()
            )
        }
        Some(FromClient::Call(call)) => {
            let mut text = format!("call {} {}", call.id, call.path);
            for metadata in &call.metadata {
                let _ = write!(text, " {}={:?}", metadata.key, metadata.value);
            }
            if let Some(timeout) = call.timeout_ms {
                let _ = write!(text, " within {timeout} ms");
            }
            format!("{text} {}", quoted(&payload))
        }
        Some(FromClient::Cancel(cancel)) => format!("cancel {}", cancel.id),
        Some(FromClient::Subscribe(subscribe)) => {
            let subscription = subscribe.subscription.unwrap_or_default();
            let key = key(subscription.key.as_deref());
            format!("subscribe {} {}{key}", subscribe.id, subscription.path)
        }
        Some(FromClient::Unsubscribe(unsubscribe)) => format!("unsubscribe {}", unsubscribe.id),
        Some(FromClient::Credit(credit)) => format!("credit {} +{}", credit.id, credit.items),
        Some(FromClient::Ping(ping)) => format!("ping {}", ping.nonce),
        None => "unknown".to_owned(),
    }
}

fn server_frame(frame: &Bytes) -> String {
    let Ok(ServerFrame { kind, payload }) = ServerFrame::decode(frame.clone()) else {
        return "malformed".to_owned();
    };
    let payload = quoted(&payload);
    match kind {
        Some(FromCore::Welcome(welcome)) => {
            let unserved = welcome.unserved.len();
            format!("welcome, version {}, {unserved} unserved", welcome.protocol)
        }
        Some(FromCore::Ok(ok)) => format!("ok {} {payload}", ok.id),
        Some(FromCore::Error(error)) => format!("error {} {payload}", error.id),
        Some(FromCore::Fault(fault)) => {
            let code = Code::from_number(fault.code);
            format!("fault {} {code}: {:?}", fault.id, fault.message)
        }
        Some(FromCore::Item(item)) => format!("item {} {payload}", item.id),
        Some(FromCore::End(end)) => format!("end {}", end.id),
        Some(FromCore::Notification(notice)) => {
            let key = key(notice.key.as_deref());
            format!("notification {}{key} {payload}", notice.path)
        }
        Some(FromCore::Lagged(lagged)) => format!("lagged {} {}", lagged.path, lagged.missed),
        Some(FromCore::Pong(pong)) => format!("pong {}", pong.nonce),
        None => "unknown".to_owned(),
    }
}

fn key(key: Option<&str>) -> String {
    key.map(|key| format!(" of {key:?}")).unwrap_or_default()
}

/// Bytes as far as they are ASCII, and escapes for the rest.
fn quoted(bytes: &Bytes) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Bytes> {
    let digits = text.as_bytes().chunks(2).map(|digits| match digits {
        [_, _] => u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok(),
        _ => None,
    });
    digits.collect::<Option<Vec<_>>>().map(Bytes::from)
}
