//! Who is subscribed to what.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::queue::Queue;
use crate::{NotificationGroupInfo, NotificationInfo};

/// Names a subscriber within its hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SubscriberId(pub u64);

type Queues = BTreeMap<SubscriberId, Arc<Queue>>;

/// Who is subscribed to what, and which notifications there are.
#[derive(Debug, Default)]
pub(super) struct Topics {
    groups: BTreeMap<&'static str, &'static NotificationGroupInfo>,
    notifications: BTreeMap<&'static str, &'static NotificationInfo>,
    subscribed: BTreeMap<&'static str, Topic>,
}

/// The subscribers of one notification. One without any is not kept.
#[derive(Debug, Default)]
struct Topic {
    every_key: Queues,
    by_key: BTreeMap<Box<str>, Queues>,
}

impl Topics {
    pub fn register(&mut self, group: &'static NotificationGroupInfo) {
        self.groups.insert(group.name, group);
        for notification in group.notifications {
            self.notifications.insert(notification.path, notification);
        }
    }

    pub fn groups(&self) -> impl Iterator<Item = &'static NotificationGroupInfo> {
        self.groups.values().copied()
    }

    pub fn notification(&self, path: &str) -> Option<&'static NotificationInfo> {
        self.notifications.get(path).copied()
    }

    pub fn subscribe(
        &mut self,
        id: SubscriberId,
        queue: &Arc<Queue>,
        path: &'static str,
        key: Option<&str>,
    ) {
        let topic = self.subscribed.entry(path).or_default();
        let queues = match key {
            None => &mut topic.every_key,
            Some(key) => topic.by_key.entry(key.into()).or_default(),
        };
        queues.insert(id, Arc::clone(queue));
    }

    pub fn unsubscribe(&mut self, id: SubscriberId, path: &str, key: Option<&str>) {
        let Some(topic) = self.subscribed.get_mut(path) else {
            return;
        };
        match key {
            None => {
                topic.every_key.remove(&id);
            }
            Some(key) => {
                if let Some(queues) = topic.by_key.get_mut(key) {
                    queues.remove(&id);
                    if queues.is_empty() {
                        topic.by_key.remove(key);
                    }
                }
            }
        }
        if topic.every_key.is_empty() && topic.by_key.is_empty() {
            self.subscribed.remove(path);
        }
    }

    /// Whom a notification goes to: each subscriber once, even if it asked both for every key and for this one.
    pub fn receivers(&self, path: &str, key: Option<&str>) -> Vec<Arc<Queue>> {
        let Some(topic) = self.subscribed.get(path) else {
            return Vec::new();
        };
        let of_key = key.and_then(|key| topic.by_key.get(key));
        let number = topic.every_key.len() + of_key.map_or(0, BTreeMap::len);
        let mut receivers = Vec::with_capacity(number);
        receivers.extend(topic.every_key.values().cloned());
        let of_key = of_key.into_iter().flatten();
        let only = of_key.filter(|(id, _)| !topic.every_key.contains_key(id));
        receivers.extend(only.map(|(_, queue)| Arc::clone(queue)));
        receivers
    }

    pub fn subscription_count(&self) -> usize {
        self.subscribed
            .values()
            .map(|topic| {
                topic.every_key.len() + topic.by_key.values().map(BTreeMap::len).sum::<usize>()
            })
            .sum()
    }
}
