//! One port of an isolate, and the frames that are on their way to it.

use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::dart::{Dart, DartPort, External, Piece};
use super::handles::Handles;

/// How many frames may wait in the isolate's queue, which has no bound of its own.
const WINDOW: usize = 256;

/// Up to this size, in bytes, it costs the VM less to copy a frame than to watch over memory that is not its own.
const SMALL: usize = 1024;

/// How many frames are posted at once, at most.
const BATCH: usize = 64;

/// Frames that the VM has.
static POSTED: Handles<Bytes> = Handles::new();

/// One port of an isolate.
///
/// While the isolate has a message that it did not take, frames wait for the next one: it is woken once for all that came
/// meanwhile.
pub struct Port {
    dart: Dart,
    number: DartPort,
    /// Locked while something is posted, so that whoever shuts the port knows that nothing is any more.
    state: Mutex<State>,
    /// How many frames the isolate has not read.
    unread: AtomicUsize,
}

struct State {
    open: bool,
    /// Whether the isolate has a message that it did not take.
    underway: bool,
    waiting: Vec<Bytes>,
}

impl Port {
    pub fn new(dart: Dart, number: DartPort) -> Self {
        Self {
            dart,
            number,
            state: Mutex::new(State {
                open: true,
                underway: false,
                waiting: Vec::new(),
            }),
            unread: AtomicUsize::new(0),
        }
    }

    /// Posts a frame, now or with those that wait. False where nobody is there any more.
    pub fn post(&self, frame: Bytes) -> bool {
        let mut state = self.lock();
        if !state.open {
            return false;
        }
        // Before it is posted, since the isolate may be quick to read it.
        self.unread.fetch_add(1, Ordering::SeqCst);
        state.waiting.push(frame);
        // An isolate that is gone takes nothing, so it is not waited for without end.
        if !state.underway || state.waiting.len() >= BATCH {
            self.post_waiting(&mut state);
        }
        state.open
    }

    /// Says that nothing follows.
    pub fn post_end(&self) {
        let mut state = self.lock();
        self.post_waiting(&mut state);
        // SAFETY: where the port is open, the VM runs.
        state.open = state.open && unsafe { self.dart.post_null(self.number) };
    }

    /// Whether the isolate still has the port open. It ignores what it gets.
    pub fn is_alive(&self) -> bool {
        let mut state = self.lock();
        // SAFETY: as above.
        state.open = state.open && unsafe { self.dart.post_true(self.number) };
        state.open
    }

    /// Whether the isolate keeps up.
    pub fn is_ready(&self) -> bool {
        self.unread.load(Ordering::SeqCst) < WINDOW
    }

    /// The isolate has taken a message with so many frames. True where the port becomes ready by that.
    pub fn read(&self, frames: usize) -> bool {
        {
            let mut state = self.lock();
            state.underway = false;
            self.post_waiting(&mut state);
        }
        let fewer = |unread: usize| Some(unread.saturating_sub(frames));
        let before = self
            .unread
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer)
            .unwrap_or_else(|unread| unread);
        before >= WINDOW && before.saturating_sub(frames) < WINDOW
    }

    /// Posts nothing from now on: not even what a thread was about to.
    pub fn shut(&self) {
        let mut state = self.lock();
        state.open = false;
        state.waiting = Vec::new();
    }

    pub fn is_shut(&self) -> bool {
        !self.lock().open
    }

    fn post_waiting(&self, state: &mut State) {
        if !state.open || state.waiting.is_empty() {
            return;
        }
        let mut numbers = Vec::new();
        let pieces = state.waiting.iter().map(|frame| {
            let (data, length) = (frame.as_ptr(), frame.len());
            if length <= SMALL {
                return Piece::Copied(data, length);
            }
            // The table owns the frame, wherever that is; its bytes do not move.
            let number = POSTED.insert(frame.clone());
            numbers.push(number);
            let peer = ptr::without_provenance_mut(number);
            Piece::External(External::new(data, length, peer, finalize))
        });
        let pieces: Vec<_> = pieces.collect();
        // SAFETY: the port is open, so the VM runs. The bytes are owned by `waiting` for now, and in the table until the
        // finalizer or the line below removes them.
        state.open = unsafe { self.dart.post_pieces(self.number, &pieces) };
        state.underway = state.open;
        state.waiting.clear();
        if !state.open {
            numbers
                .into_iter()
                .for_each(|number| drop(POSTED.remove(number)));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The VM has no more use for a frame. May come on any thread, in the middle of a garbage collection, and after the frame
/// was taken back.
extern "C" fn finalize(_isolate_data: *mut c_void, peer: *mut c_void) {
    let frame = POSTED.remove(peer.addr());
    // A frame is plain memory, so nothing here can panic.
    drop(frame);
}
