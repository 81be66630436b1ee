//! What threads meet in, and the one timer.
//!
//! `models`, beside this folder, compiles the same sources with `shuttle`'s primitives in place of the standard library's.

#[cfg(not(model))]
mod primitives {
    pub(crate) use std::sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak,
        atomic,
    };
    pub(crate) use std::thread_local;

    pub(crate) use futures_timer::Delay;
}

#[cfg(model)]
mod primitives {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use std::time::Duration;

    pub(crate) use shuttle::sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak,
        atomic,
    };
    pub(crate) use shuttle::thread_local;

    /// In a model no time passes: only what takes none is ever over.
    #[derive(Debug)]
    pub(crate) struct Delay(Duration);

    impl Delay {
        pub fn new(time: Duration) -> Self {
            Self(time)
        }
    }

    impl Future for Delay {
        type Output = ();

        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
            match self.0.is_zero() {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        }
    }
}

pub(crate) use primitives::*;
