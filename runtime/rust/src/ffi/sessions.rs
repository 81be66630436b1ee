//! Which sessions are open, and how what comes for one reaches it.

use std::sync::{Arc, Once};

use super::handles::Handles;
use super::inbox::Inbox;
use super::port::Port;
use crate::{Code, Sink};
use bytes::Bytes;

static OPEN: Handles<Open> = Handles::new();

/// One session, as seen from outside.
struct Open {
    port: Arc<Port>,
    inbox: Arc<Inbox>,
}

/// Adds a session, and gives its number. Those whose isolates are gone are closed first.
pub fn open(port: Arc<Port>, inbox: Arc<Inbox>) -> usize {
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

/// Hands a frame to a session. With `more`, it may lie there until the session is woken.
pub fn tell(session: usize, frame: Bytes, more: bool) -> Result<(), Code> {
    let told = OPEN.with(session, |open| open.inbox.put(frame, more));
    match told {
        Some(true) => Ok(()),
        _ => Err(Code::Unavailable),
    }
}

/// Has a session look at what it was handed.
pub fn wake(session: usize) -> Result<(), Code> {
    let woken = OPEN.with(session, |open| open.inbox.wake());
    woken.ok_or(Code::Unavailable)
}

/// The isolate has taken a message with so many frames.
pub fn read(session: usize, frames: usize) -> Result<(), Code> {
    let read = OPEN.with(session, |open| {
        if open.port.read(frames) {
            open.inbox.wake();
        }
    });
    read.ok_or(Code::Unavailable)
}

/// Closes a session; one that is closed is left alone. Nothing is posted for it once this returns.
pub fn close(session: usize) {
    if let Some(open) = OPEN.remove(session) {
        open.port.shut();
        // Its task ends, and with it the calls.
        open.inbox.close();
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
