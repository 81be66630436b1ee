//! What an isolate sent and its session has not taken.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;

/// Frames, from the isolate's thread to the session's task.
pub struct Inbox {
    /// None once it is closed.
    frames: Mutex<Option<Vec<Bytes>>>,
    woken: Notify,
}

impl Inbox {
    pub fn new() -> Self {
        Self {
            frames: Mutex::new(Some(Vec::new())),
            woken: Notify::new(),
        }
    }

    /// Puts a frame in; with `more`, without waking anybody. False once it is closed.
    pub fn put(&self, frame: Bytes, more: bool) -> bool {
        let Some(()) = self.lock().as_mut().map(|frames| frames.push(frame)) else {
            return false;
        };
        if !more {
            self.wake();
        }
        true
    }

    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// Takes nothing from now on.
    pub fn close(&self) {
        *self.lock() = None;
        self.wake();
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<Bytes>>> {
        self.frames.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end that takes. Without it the inbox is closed.
pub struct Outlet(pub Arc<Inbox>);

impl Outlet {
    /// Waits until the inbox is woken, and gives what lies there, which may be nothing. None once it is closed.
    pub async fn take(&self) -> Option<Vec<Bytes>> {
        self.0.woken.notified().await;
        self.0.lock().as_mut().map(std::mem::take)
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        self.0.close();
    }
}
