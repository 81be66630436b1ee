//! Where notifications are sent from, and where they go.

mod queue;
mod subscriber;
mod topics;

use std::fmt;

use prost::Message;

use self::queue::Queue;
pub(crate) use self::subscriber::Next;
pub use self::subscriber::{Delivered, Notice, Subscriber, Subscriptions};
use self::topics::{SubscriberId, Topics};
use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use crate::{Code, Fault, NotificationGroupInfo, NotificationInfo, Payload};
use bytes::Bytes;

/// The longest key of a notification, in bytes of UTF-8.
pub const MAX_KEY_BYTES: usize = 256;

/// Where notifications are sent from, and where they go.
///
/// Cheap to clone; clones are the same hub. Sending never waits: a subscriber that is too slow loses what its queue
/// cannot hold, and is told so.
#[derive(Clone, Default)]
pub struct Hub(Arc<Inner>);

type Forward = Arc<dyn Fn(Notice) + Send + Sync>;

#[derive(Default)]
struct Inner {
    topics: RwLock<Topics>,
    forward: RwLock<Option<Forward>>,
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
        let forward = self
            .0
            .forward
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let encode = |room| Payload::encode(payload, room);
        match forward {
            None => self.send_encoded(notification, key, encode),
            Some(forward) => {
                let notice = Arc::new(Notice::new(notification, key, encode));
                self.push(self.receivers(notification, key), &notice);
                forward(Notice::clone(&notice));
            }
        }
    }

    /// Sends a notification that was encoded elsewhere, to this hub's own subscribers: what a broker brings from
    /// another process. See [`Hub::forward`].
    ///
    /// # Errors
    ///
    /// `UNIMPLEMENTED` for a notification that this hub does not know.
    pub fn deliver(&self, path: &str, key: Option<&str>, payload: Bytes) -> Result<(), Fault> {
        let notification = self.notification(path).ok_or_else(|| unknown(path))?;
        self.send_encoded(notification, key, |_| payload.into());
        Ok(())
    }

    /// Hands every notification that this process [sends](Hub::send) to `forward` as well, with its path, key and
    /// encoded payload, whether it has subscribers here or not: the way to the subscribers of other processes. There,
    /// [`Hub::deliver`] takes it; what is delivered is not forwarded again.
    ///
    /// `forward` must not wait: it runs where the notification is sent. A later one takes its place.
    ///
    /// ```
    /// # use bellwire::Hub;
    /// # fn publish(path: &str, key: Option<&str>, payload: bellwire::Bytes) {}
    /// let hub = Hub::new();
    /// hub.forward(|notice| publish(notice.notification.path, notice.key.as_deref(), notice.payload));
    /// ```
    pub fn forward(&self, forward: impl Fn(Notice) + Send + Sync + 'static) {
        *self
            .0
            .forward
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(forward));
    }

    fn send_encoded(
        &self,
        notification: &'static NotificationInfo,
        key: Option<&str>,
        encode: impl FnOnce(usize) -> Payload,
    ) {
        let receivers = self.receivers(notification, key);
        if !receivers.is_empty() {
            let notice = Arc::new(Notice::new(notification, key, encode));
            self.push(receivers, &notice);
        }
    }

    fn receivers(&self, notification: &NotificationInfo, key: Option<&str>) -> Vec<Arc<Queue>> {
        self.read().receivers(notification.path, key)
    }

    /// No lock of the hub is held here: a waker may run anything.
    fn push(&self, receivers: Vec<Arc<Queue>>, notice: &Arc<Notice>) {
        for queue in receivers {
            queue.push(Arc::clone(notice));
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
        let notification = topics.notification(path).ok_or_else(|| unknown(path))?;
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

fn unknown(path: &str) -> Fault {
    Fault::new(Code::Unimplemented, format!("no notification `{path}`"))
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hub").field(&*self.read()).finish()
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
