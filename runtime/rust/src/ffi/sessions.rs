//! Which sessions are open, and how what comes for one reaches it.

use std::sync::{Arc, Once};

use bytes::Bytes;
use tokio::sync::mpsc::UnboundedSender;

use super::handles::Handles;
use super::port::Port;
use crate::{Code, Sink};

static OPEN: Handles<Open> = Handles::new();

/// One session, as seen from outside.
struct Open {
    port: Arc<Port>,
    inbox: UnboundedSender<Incoming>,
}

/// What the isolate says.
pub enum Incoming {
    Frame(Bytes),
    /// It keeps up again.
    Ready,
}

/// Adds a session, and gives its number. Those whose isolates are gone are closed first.
pub fn open(port: Arc<Port>, inbox: UnboundedSender<Incoming>) -> usize {
    static AT_EXIT: Once = Once::new();
    AT_EXIT.call_once(|| {
        // SAFETY: the function may run at any time. That it cannot be registered changes nothing now.
        let _ = unsafe { atexit(shut_all) };
    });
    let ports = OPEN.map(|number, open| (number, Arc::clone(&open.port)));
    for (number, port) in ports {
        if !port.is_alive() {
            close(number);
        }
    }
    OPEN.insert(Open { port, inbox })
}

/// Hands something to a session.
pub fn tell(session: usize, incoming: Incoming) -> Result<(), Code> {
    let told = OPEN.with(session, |open| open.inbox.send(incoming).is_ok());
    match told {
        Some(true) => Ok(()),
        _ => Err(Code::Unavailable),
    }
}

/// The isolate has read so many frames.
pub fn read(session: usize, frames: usize) -> Result<(), Code> {
    let ready = OPEN.with(session, |open| open.port.read(frames));
    match ready.ok_or(Code::Unavailable)? {
        true => tell(session, Incoming::Ready),
        false => Ok(()),
    }
}

/// Closes a session; one that is closed is left alone. Nothing is posted for it once this returns.
pub fn close(session: usize) {
    if let Some(open) = OPEN.remove(session) {
        open.port.shut();
        // Its task ends, and with it the calls.
        drop(open.inbox);
    }
}

unsafe extern "C" {
    /// Of the C library: runs a function when the process exits.
    fn atexit(function: extern "C" fn()) -> std::ffi::c_int;
}

/// The process exits: the VM may be taken down at any moment, while threads of ours still run.
extern "C" fn shut_all() {
    for port in OPEN.map(|_, open| Arc::clone(&open.port)) {
        port.shut();
    }
}

/// Posts the frames of a session to its isolate.
pub struct Posts {
    pub port: Arc<Port>,
    pub session: usize,
}

impl Sink for Posts {
    fn send(&self, frame: Bytes) -> bool {
        let posted = self.port.post(frame);
        if !posted {
            close(self.session);
        }
        posted
    }

    fn is_ready(&self) -> bool {
        self.port.is_ready()
    }
}
