//! One receiver of notifications.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use prost::Message;

use super::queue::Queue;
use super::topics::SubscriberId;
use super::{Fault, Hub};
use crate::session::frame;
use crate::sync::{Arc, Mutex, MutexGuard, PoisonError};
use crate::{Code, NotificationInfo, Payload};

/// One notification on its way to its subscribers, who share it. Clones share the payload.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Which notification.
    pub notification: &'static NotificationInfo,
    /// The key, where the notification is keyed.
    pub key: Option<Arc<str>>,
    /// The encoded payload message.
    pub payload: Bytes,
    /// The whole frame that tells a session of it, which ends in the payload. It is the same for every session.
    pub(crate) frame: Bytes,
}

impl Notice {
    pub(super) fn new(
        notification: &'static NotificationInfo,
        key: Option<&str>,
        encode: impl FnOnce(usize) -> Payload,
    ) -> Self {
        let (frame, payload) = frame::notice(notification, key, encode);
        Self {
            notification,
            key: key.map(Arc::from),
            payload,
            frame,
        }
    }

    /// The payload as a message: the one that the schema names, or `()` where the notification carries none.
    ///
    /// # Errors
    ///
    /// `INVALID_ARGUMENT` where the bytes are no such message.
    pub fn decode<M: Message + Default>(&self) -> Result<M, Fault> {
        let name = self.notification.payload.unwrap_or("google.protobuf.Empty");
        M::decode(self.payload.clone()).map_err(|error| Fault::undecodable(name, &error))
    }

    pub(super) fn is_about_the_same(&self, other: &Self) -> bool {
        self.notification.path == other.notification.path && self.key == other.key
    }
}

/// What a subscriber sees.
#[derive(Debug, Clone)]
pub enum Delivered {
    /// A notification.
    Notice(Arc<Notice>),
    /// Notifications were lost before the next one, because the subscriber was too slow.
    Lagged {
        /// Which, or none where several kinds were lost.
        path: Option<&'static str>,
        /// How many.
        missed: u64,
    },
}

/// What a subscriber comes to next.
pub(crate) enum Next {
    Delivered(Delivered),
    /// See [`Subscriptions::mark`]. In a session of frames it is the next pong's.
    Mark(
        #[cfg_attr(
            not(feature = "connect"),
            expect(dead_code, reason = "a session does not ask")
        )]
        u64,
    ),
}

/// One receiver of notifications: a stream that never ends. Dropping it forgets its subscriptions.
///
/// Subscriptions can be changed through its [`handle`](Subscriber::handle) while the stream is polled elsewhere.
#[derive(Debug)]
pub struct Subscriber(Arc<Subscriptions>);

/// What one [`Subscriber`] is subscribed to.
#[derive(Debug)]
pub struct Subscriptions {
    hub: Hub,
    id: SubscriberId,
    queue: Arc<Queue>,
    /// None once the subscriber is gone.
    active: Mutex<Option<Active>>,
}

type Active = BTreeSet<(Box<str>, Option<Box<str>>)>;

impl Subscriber {
    pub(super) fn new(hub: Hub, id: SubscriberId, queue: Arc<Queue>) -> Self {
        Self(Arc::new(Subscriptions {
            hub,
            id,
            queue,
            active: Mutex::new(Some(Active::new())),
        }))
    }

    /// Changes the subscriptions from elsewhere. It does not keep them alive once the subscriber is dropped.
    pub fn handle(&self) -> Arc<Subscriptions> {
        Arc::clone(&self.0)
    }

    /// See [`Subscriptions::subscribe`].
    ///
    /// # Errors
    ///
    /// See [`Subscriptions::subscribe`].
    pub fn subscribe(&self, path: &str, key: Option<&str>) -> Result<(), Fault> {
        self.0.subscribe(path, key)
    }

    /// The next thing that waits, if any.
    pub(crate) fn try_next(&self) -> Option<Next> {
        self.0.queue.try_next()
    }

    /// The same, or its task is woken when there is one.
    pub(crate) fn poll_marked(&self, cx: &mut Context<'_>) -> Poll<Next> {
        self.0.queue.poll_next(cx)
    }

    /// See [`Subscriptions::mark`].
    pub(crate) fn mark(&self, mark: u64) {
        self.0.mark(mark);
    }

    /// The task is woken when something more waits, whether something does now or not.
    pub(crate) fn watch(&self, cx: &mut Context<'_>) {
        self.0.queue.watch(cx);
    }

    /// Takes all subscriptions back for good, and wakes whoever waits.
    pub(crate) fn close(&self) {
        self.0.clear();
        self.0.queue.close();
    }

    /// See [`Subscriptions::unsubscribe`].
    pub fn unsubscribe(&self, path: &str, key: Option<&str>) {
        self.0.unsubscribe(path, key);
    }
}

impl Subscriptions {
    /// Subscribes to a notification, or to one key of it. What is sent from now on arrives.
    ///
    /// # Errors
    ///
    /// `UNIMPLEMENTED` for an unknown notification, `INVALID_ARGUMENT` for a key where there are none, or one that is
    /// too long, `UNAVAILABLE` once the subscriber was dropped.
    pub fn subscribe(&self, path: &str, key: Option<&str>) -> Result<(), Fault> {
        let mut active = self.active();
        let Some(active) = &mut *active else {
            return Err(Fault::new(Code::Unavailable, "the subscriber is gone"));
        };
        self.hub.subscribe(self.id, &self.queue, path, key)?;
        active.insert((path.into(), key.map(Into::into)));
        Ok(())
    }

    /// Takes a subscription back. What waits because of it alone is not delivered any more.
    pub fn unsubscribe(&self, path: &str, key: Option<&str>) {
        let mut active = self.active();
        let Some(active) = &mut *active else { return };
        if !active.remove(&(Box::from(path), key.map(Box::from))) {
            return;
        }
        self.hub.unsubscribe(self.id, path, key);
        self.queue.retain(|notice| {
            notice.notification.path != path
                || active.contains(&(Box::from(path), None))
                || notice
                    .key
                    .as_ref()
                    .is_some_and(|key| active.contains(&(Box::from(path), Some(Box::from(&**key)))))
        });
    }

    /// Sets a mark, which the subscriber comes to between what was sent before and what is sent from now on. A value that
    /// is debounced counts as sent when it is no longer held back.
    pub(crate) fn mark(&self, mark: u64) {
        self.queue.mark(mark);
    }

    /// How many marks the subscriber has not come to.
    #[cfg(feature = "connect")]
    pub(crate) fn marks(&self) -> usize {
        self.queue.marks()
    }

    /// How many there are.
    #[cfg(feature = "connect")]
    pub(crate) fn len(&self) -> usize {
        self.active().as_ref().map_or(0, BTreeSet::len)
    }

    pub(crate) fn clear(&self) {
        for (path, key) in self.active().take().unwrap_or_default() {
            self.hub.unsubscribe(self.id, &path, key.as_deref());
        }
    }

    fn active(&self) -> MutexGuard<'_, Option<Active>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stream for Subscriber {
    type Item = Delivered;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Delivered>> {
        loop {
            if let Next::Delivered(delivered) = ready!(self.poll_marked(cx)) {
                return Poll::Ready(Some(delivered));
            }
        }
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.0.clear();
    }
}
