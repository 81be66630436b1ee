//! What the runtime knows of a schema's notifications: constants that generated code holds.

use std::time::Duration;

/// One notification group, as its schema declares it.
#[derive(Debug)]
pub struct NotificationGroupInfo {
    /// The full name, such as `user.v1.UserNotification`.
    pub name: &'static str,
    /// Its notifications, in the schema's order.
    pub notifications: &'static [NotificationInfo],
    /// An encoded `google.protobuf.FileDescriptorSet` that holds every type of the group.
    pub descriptors: &'static [u8],
}

/// One kind of notification, as its schema declares it.
#[derive(Debug)]
pub struct NotificationInfo {
    /// Its identity, such as `user.v1.UserNotification/ProfileUpdate`.
    pub path: &'static str,
    /// The full name of what it carries, if anything.
    pub payload: Option<&'static str>,
    /// Whether it is about one thing among many, named by a key.
    pub keyed: bool,
    /// What a slow subscriber gets to see.
    pub delivery: Delivery,
    /// How long a value is held back until none has followed it, for each subscriber and key.
    pub debounce: Option<Duration>,
    /// The shape of the notification as one number, by which two sides find out that they differ.
    pub fingerprint: u64,
}

/// What a subscriber gets to see that takes notifications more slowly than the core sends them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Every value, in order, up to the bound of the queue; then the oldest go, and are counted.
    Every,
    /// Only the newest value per key.
    Latest,
}
