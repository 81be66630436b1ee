//! One port of an isolate, and the frames that are on their way to it.

use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::dart::{Dart, DartPort};
use super::handles::Handles;

/// How many frames may wait in the isolate's queue, which has no bound of its own.
const WINDOW: usize = 256;

/// Frames that the VM has.
static POSTED: Handles<Bytes> = Handles::new();

/// One port of an isolate.
pub struct Port {
    dart: Dart,
    number: DartPort,
    /// Locked while something is posted, so that whoever shuts the port knows that nothing is any more.
    open: Mutex<bool>,
    /// How many frames the isolate has not read.
    unread: AtomicUsize,
}

impl Port {
    pub fn new(dart: Dart, number: DartPort) -> Self {
        Self {
            dart,
            number,
            open: Mutex::new(true),
            unread: AtomicUsize::new(0),
        }
    }

    /// Posts a frame, without copying it. False where nobody is there any more.
    pub fn post(&self, frame: Bytes) -> bool {
        self.while_open(|| {
            // The table owns the frame, wherever that is; its bytes do not move.
            let (data, length) = (frame.as_ptr(), frame.len());
            let number = POSTED.insert(frame);
            let peer = ptr::without_provenance_mut(number);
            // Before it is posted, since the isolate may be quick to read it.
            self.unread.fetch_add(1, Ordering::SeqCst);
            // SAFETY: the port is open, so the VM runs. The bytes are in the table until the finalizer or the line below
            // removes them.
            let posted = unsafe {
                let bytes = std::slice::from_raw_parts(data, length);
                self.dart.post_external(self.number, bytes, peer, finalize)
            };
            if !posted {
                drop(POSTED.remove(number));
            }
            posted
        })
    }

    /// Says that nothing follows.
    pub fn post_end(&self) {
        // SAFETY: the port is open, so the VM runs.
        self.while_open(|| unsafe { self.dart.post_null(self.number) });
    }

    /// Whether the isolate still has the port open. It ignores what it gets.
    pub fn is_alive(&self) -> bool {
        // SAFETY: the port is open, so the VM runs.
        self.while_open(|| unsafe { self.dart.post_true(self.number) })
    }

    /// Whether the isolate keeps up.
    pub fn is_ready(&self) -> bool {
        self.unread.load(Ordering::SeqCst) < WINDOW
    }

    /// The isolate has read so many frames. True where the port becomes ready by that.
    pub fn read(&self, frames: usize) -> bool {
        let fewer = |unread: usize| Some(unread.saturating_sub(frames));
        let before = self
            .unread
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer)
            .unwrap_or_else(|unread| unread);
        before >= WINDOW && before.saturating_sub(frames) < WINDOW
    }

    /// Posts nothing from now on: not even what a thread was about to.
    pub fn shut(&self) {
        *self.lock() = false;
    }

    pub fn is_shut(&self) -> bool {
        !*self.lock()
    }

    fn while_open(&self, post: impl FnOnce() -> bool) -> bool {
        let mut open = self.lock();
        *open = *open && post();
        *open
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The VM has no more use for a frame. May come on any thread, in the middle of a garbage collection, and after the frame
/// was taken back.
extern "C" fn finalize(_isolate_data: *mut c_void, peer: *mut c_void) {
    let frame = POSTED.remove(peer.addr());
    // A frame is plain memory, so nothing here can panic.
    drop(frame);
}
