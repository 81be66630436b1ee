//! What waits for one subscriber.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::subscriber::{Delivered, Notice};
use crate::Delivery;

/// What waits for one subscriber: never more than `capacity` notifications. When it is full the oldest goes, and is
/// counted.
#[derive(Debug)]
pub(super) struct Queue {
    capacity: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Notice>,
    lost: Option<Lost>,
    waker: Option<Waker>,
}

#[derive(Debug)]
struct Lost {
    /// None where several kinds were lost.
    path: Option<&'static str>,
    count: u64,
}

impl Queue {
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            state: Mutex::default(),
        }
    }

    pub fn push(&self, notice: Notice) {
        let waker = {
            let mut state = self.lock();
            state.push(notice, self.capacity);
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// The next thing that the subscriber is to see: first what it lost, since the oldest is lost first.
    pub fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Delivered> {
        let mut state = self.lock();
        if let Some(next) = state.next() {
            return Poll::Ready(next);
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Forgets what waits of one kind, for a subscriber that no longer wants it.
    pub fn retain(&self, keep: impl Fn(&Notice) -> bool) {
        self.lock().waiting.retain(|notice| keep(notice));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn push(&mut self, notice: Notice, capacity: usize) {
        if notice.notification.delivery == Delivery::Latest
            && let Some(older) = self
                .waiting
                .iter_mut()
                .find(|waiting| waiting.is_about_the_same(&notice))
        {
            *older = notice;
            return;
        }
        if self.waiting.len() >= capacity
            && let Some(oldest) = self.waiting.pop_front()
        {
            self.lose(oldest.notification.path);
        }
        self.waiting.push_back(notice);
    }

    fn lose(&mut self, path: &'static str) {
        let lost = self.lost.get_or_insert(Lost {
            path: Some(path),
            count: 0,
        });
        lost.count += 1;
        if lost.path != Some(path) {
            lost.path = None;
        }
    }

    fn next(&mut self) -> Option<Delivered> {
        match self.lost.take() {
            Some(Lost { path, count }) => Some(Delivered::Lagged {
                path,
                missed: count,
            }),
            None => self.waiting.pop_front().map(Delivered::Notice),
        }
    }
}
