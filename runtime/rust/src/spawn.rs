//! Where the calls of sessions and of HTTP run.

use std::future::Future;
use std::pin::Pin;

/// A call, or another task of a session, while it runs. It has no result: what comes of it goes to its caller.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs the calls of sessions, and those over HTTP: an executor of the application's choice.
///
/// A call is a task of its own, so a handler that blocks its thread stops others only where the executor has no other
/// thread. A task that is dropped before its end answers its call with `UNAVAILABLE`.
///
/// Any closure that takes a [`Task`] is one.
pub trait Spawn: Send + Sync + 'static {
    /// Runs a task to its end, elsewhere: it must not be polled before this returns.
    fn spawn(&self, task: Task);
}

impl<F: Fn(Task) + Send + Sync + 'static> Spawn for F {
    fn spawn(&self, task: Task) {
        self(task);
    }
}

/// Runs tasks on a tokio runtime.
#[cfg(feature = "tokio")]
impl Spawn for tokio::runtime::Handle {
    fn spawn(&self, task: Task) {
        drop(tokio::runtime::Handle::spawn(self, task));
    }
}
