//! Where notifications are sent from, and where they go.

mod queue;
mod subscriber;
mod topics;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use prost::Message;

use self::queue::Queue;
pub use self::subscriber::{Delivered, Notice, Subscriber, Subscriptions};
use self::topics::{SubscriberId, Topics};
use crate::session::frame;
use crate::{Code, Fault, NotificationGroupInfo, NotificationInfo, Payload};

/// The longest key of a notification, in bytes of UTF-8.
pub const MAX_KEY_BYTES: usize = 256;

/// Where notifications are sent from, and where they go.
///
/// Cheap to clone; clones are the same hub. Sending never waits: a subscriber that is too slow loses what its queue
/// cannot hold, and is told so.
#[derive(Debug, Clone, Default)]
pub struct Hub(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    topics: RwLock<Topics>,
    next: AtomicU64,
}

impl Hub {
    /// A hub without subscribers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the notifications of a group known, so that they can be subscribed to. Generated notifiers do this.
    pub fn register(&self, group: &'static NotificationGroupInfo) {
        self.write().register(group);
    }

    /// The schemas of all known notification groups, by name.
    pub fn groups(&self) -> Vec<&'static NotificationGroupInfo> {
        self.read().groups().collect()
    }

    /// The notification with this path, if the hub knows it.
    pub fn notification(&self, path: &str) -> Option<&'static NotificationInfo> {
        self.read().notification(path)
    }

    /// A new subscriber, whose queue holds this many notifications, and at least one.
    pub fn subscriber(&self, queue_length: usize) -> Subscriber {
        let id = SubscriberId(self.0.next.fetch_add(1, Ordering::Relaxed));
        Subscriber::new(self.clone(), id, Arc::new(Queue::new(queue_length)))
    }

    /// How many subscriptions there are.
    pub fn subscription_count(&self) -> usize {
        self.read().subscription_count()
    }

    /// Sends one notification to all who subscribed to it. The payload is encoded once, and only if somebody did.
    ///
    /// A key is given where the notification is keyed, and only there. A key longer than [`MAX_KEY_BYTES`] reaches
    /// only those who subscribed to every key.
    pub fn send(
        &self,
        notification: &'static NotificationInfo,
        key: Option<&str>,
        payload: &impl Message,
    ) {
        self.send_encoded(notification, key, |room| Payload::encode(payload, room));
    }

    fn send_encoded(
        &self,
        notification: &'static NotificationInfo,
        key: Option<&str>,
        encode: impl FnOnce(usize) -> Payload,
    ) {
        let receivers: Vec<Arc<Queue>> = self
            .read()
            .receivers(notification.path, key)
            .cloned()
            .collect();
        if receivers.is_empty() {
            return;
        }
        let (frame, payload) = frame::notice(notification, key, encode);
        let notice = Notice {
            notification,
            key: key.map(Arc::from),
            payload,
            frame,
        };
        // No lock of the hub is held here: a waker may run anything.
        for queue in receivers {
            queue.push(notice.clone());
        }
    }

    /// Adds a subscription. Doing it twice is the same as once.
    fn subscribe(
        &self,
        id: SubscriberId,
        queue: &Arc<Queue>,
        path: &str,
        key: Option<&str>,
    ) -> Result<(), Fault> {
        let mut topics = self.write();
        let notification = topics
            .notification(path)
            .ok_or_else(|| Fault::new(Code::Unimplemented, format!("no notification `{path}`")))?;
        check_key(notification, key)?;
        topics.subscribe(id, queue, notification.path, key);
        Ok(())
    }

    fn unsubscribe(&self, id: SubscriberId, path: &str, key: Option<&str>) {
        self.write().unsubscribe(id, path, key);
    }

    fn read(&self) -> RwLockReadGuard<'_, Topics> {
        self.0.topics.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Topics> {
        self.0
            .topics
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn check_key(notification: &NotificationInfo, key: Option<&str>) -> Result<(), Fault> {
    let Some(key) = key else { return Ok(()) };
    if !notification.keyed {
        let message = format!("`{}` has no keys", notification.path);
        return Err(Fault::new(Code::InvalidArgument, message));
    }
    if key.len() > MAX_KEY_BYTES {
        let message = format!(
            "the key has {} bytes, more than the limit of {MAX_KEY_BYTES}",
            key.len()
        );
        return Err(Fault::new(Code::InvalidArgument, message));
    }
    Ok(())
}
