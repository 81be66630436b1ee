//! What waits for one subscriber.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use super::subscriber::{Delivered, Next, Notice};
use crate::Delivery;
use crate::sync::{Arc, Delay, Mutex, MutexGuard, PoisonError};

/// What waits for one subscriber: never more than `capacity` notifications. When it is full the oldest goes, and is
/// counted. Marks stand between them where somebody set one, and nothing passes over a mark.
#[derive(Debug)]
pub(super) struct Queue {
    capacity: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// What was sent before each mark that waits. Nearly always there is none.
    marked: VecDeque<(Section, u64)>,
    /// What was sent since the last mark.
    rest: Section,
    /// What is to be debounced: held back until it has been quiet. Only then does it count as sent.
    held: VecDeque<Held>,
    /// Runs until the first of `held` is due, while the subscriber waits.
    timer: Option<Delay>,
    waker: Option<Waker>,
}

/// What waits between two marks.
#[derive(Debug, Default)]
struct Section {
    /// What it lost, which was the oldest of it.
    lost: Option<Lost>,
    /// Shared by all queues: a place takes eight bytes, of which one cache line holds many.
    waiting: VecDeque<Arc<Notice>>,
}

#[derive(Debug)]
struct Held {
    notice: Arc<Notice>,
    due: Instant,
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

    pub fn push(&self, notice: Arc<Notice>) {
        let waker = {
            let mut state = self.lock();
            state.push(notice, self.capacity);
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Sets a mark: what was sent before comes before it, and what is sent from now on behind it.
    pub fn mark(&self, mark: u64) {
        let waker = {
            let mut state = self.lock();
            state.release(Instant::now());
            let before = std::mem::take(&mut state.rest);
            state.marked.push_back((before, mark));
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// How many marks wait.
    #[cfg(feature = "connect")]
    pub fn marks(&self) -> usize {
        self.lock().marked.len()
    }

    /// The next thing that the subscriber is to see: first what it lost, since the oldest is lost first.
    pub fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Next> {
        let mut state = self.lock();
        loop {
            state.release(Instant::now());
            if let Some(next) = state.next() {
                return Poll::Ready(next);
            }
            if state.poll_timer(cx).is_pending() {
                state.waker = Some(cx.waker().clone());
                return Poll::Pending;
            }
        }
    }

    pub fn try_next(&self) -> Option<Next> {
        let mut state = self.lock();
        state.release(Instant::now());
        state.next()
    }

    /// Wakes the task once something more can be taken.
    pub fn watch(&self, cx: &mut Context<'_>) {
        let mut state = self.lock();
        state.waker = Some(cx.waker().clone());
        state.release(Instant::now());
        if state.poll_timer(cx).is_ready() {
            cx.waker().wake_by_ref();
        }
    }

    /// Forgets everything, and wakes whoever waits.
    pub fn close(&self) {
        let waker = { std::mem::take(&mut *self.lock()).waker };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Forgets what waits of one kind, for a subscriber that no longer wants it.
    pub fn retain(&self, keep: impl Fn(&Notice) -> bool) {
        let mut state = self.lock();
        for section in state.sections() {
            section.waiting.retain(|notice| keep(notice));
        }
        state.held.retain(|held| keep(&held.notice));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn push(&mut self, notice: Arc<Notice>, capacity: usize) {
        if let Some(quiet) = notice.notification.debounce {
            return self.hold(notice, Instant::now() + quiet, capacity);
        }
        if let Some(notice) = self.replace_older(notice) {
            self.make_room(capacity);
            self.rest.waiting.push_back(notice);
        }
    }

    /// Puts the latest value in the place of an older one that still waits. Gives it back where there is none, and where
    /// a mark stands between, which it must not pass over.
    fn replace_older(&mut self, notice: Arc<Notice>) -> Option<Arc<Notice>> {
        if notice.notification.delivery != Delivery::Latest {
            return Some(notice);
        }
        let mut waiting = self.rest.waiting.iter_mut();
        if let Some(older) = waiting.find(|waiting| waiting.is_about_the_same(&notice)) {
            *older = notice;
            return None;
        }
        for (before, _) in &mut self.marked {
            let waiting = &mut before.waiting;
            waiting.retain(|waiting| !waiting.is_about_the_same(&notice));
        }
        Some(notice)
    }

    /// Holds a notification back, in the place of one that it follows too soon.
    fn hold(&mut self, notice: Arc<Notice>, due: Instant, capacity: usize) {
        let followed = self
            .held
            .iter_mut()
            .find(|held| held.notice.is_about_the_same(&notice));
        if let Some(held) = followed {
            *held = Held { notice, due };
            return;
        }
        self.make_room(capacity);
        self.held.push_back(Held { notice, due });
    }

    fn make_room(&mut self, capacity: usize) {
        let waiting: usize = self.sections().map(|section| section.waiting.len()).sum();
        if waiting + self.held.len() < capacity {
            return;
        }
        let lost = self.sections().any(Section::lose_oldest);
        if !lost && let Some(oldest) = self.held.pop_front() {
            self.rest.lose(&oldest.notice);
        }
    }

    /// From the oldest on.
    fn sections(&mut self) -> impl Iterator<Item = &mut Section> {
        let marked = self.marked.iter_mut().map(|(before, _)| before);
        marked.chain([&mut self.rest])
    }

    /// Lets what has been held back for long enough go on, in the order in which it was due.
    fn release(&mut self, now: Instant) {
        while let Some(index) = self.first_due(now) {
            let released = self
                .held
                .remove(index)
                .and_then(|held| self.replace_older(held.notice));
            self.rest.waiting.extend(released);
        }
    }

    fn first_due(&self, now: Instant) -> Option<usize> {
        let held = self.held.iter().enumerate();
        let due = held.filter(|(_, held)| held.due <= now);
        due.min_by_key(|(_, held)| held.due).map(|(index, _)| index)
    }

    /// Ready where something may be due.
    fn poll_timer(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(due) = self.held.iter().map(|held| held.due).min() else {
            self.timer = None;
            return Poll::Pending;
        };
        let left = due.saturating_duration_since(Instant::now());
        let timer = self.timer.insert(Delay::new(left));
        Pin::new(timer).poll(cx)
    }

    fn next(&mut self) -> Option<Next> {
        let Some((before, mark)) = self.marked.front_mut() else {
            return self.rest.next().map(Next::Delivered);
        };
        let (delivered, mark) = (before.next(), *mark);
        match delivered {
            Some(delivered) => Some(Next::Delivered(delivered)),
            None => {
                self.marked.pop_front();
                Some(Next::Mark(mark))
            }
        }
    }
}

impl Section {
    /// False where it has none.
    fn lose_oldest(&mut self) -> bool {
        let oldest = self.waiting.pop_front();
        oldest.inspect(|oldest| self.lose(oldest)).is_some()
    }

    fn lose(&mut self, notice: &Notice) {
        let path = notice.notification.path;
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
