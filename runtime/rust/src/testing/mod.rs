//! For tests of handlers: a server around one group, notifications that can be looked at, and sessions that can be
//! recorded.
//!
//! Calls go through the real path, encoding and decoding included:
//!
//! ```text
//! let client = UserEventClient::new(bellwire::testing::server(UserEventService::new(User::default())));
//! assert_eq!(client.sign_in(&payload).await, Ok(profile));
//! ```
//!
//! What is sent meanwhile is there to be looked at:
//!
//! ```text
//! let mut sent = Notifications::watch(&hub);
//! client.rename(&name).await?;
//! let sent = sent.take();
//! assert_eq!(sent[0].notification.path, "user.v1.UserNotification/ProfileChanged");
//! assert_eq!(sent[0].decode(), Ok(profile));
//! ```
//!
//! A whole session can be [recorded](Recording) as text, checked in, and [replayed](replay) against a later core.

mod recording;

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

pub(crate) use self::recording::Direction;
pub use self::recording::{Recording, replay};
use crate::{Delivered, EventGroup, Hub, Notice, Server, Subscriber};

/// A server with this one group, without layers, and with the default limits.
///
/// # Panics
///
/// The group declares one event twice, which generated groups never do.
pub fn server(group: impl EventGroup) -> Server {
    match Server::builder().group(group).build() {
        Ok(server) => server,
        Err(error) => panic!("{error}"),
    }
}

/// Sees every notification that a hub sends.
#[derive(Debug)]
pub struct Notifications(Subscriber);

impl Notifications {
    /// Watches every notification that the hub knows by now.
    ///
    /// # Panics
    ///
    /// Never: what the hub knows can be subscribed to.
    pub fn watch(hub: &Hub) -> Self {
        let subscriber = hub.subscriber(1 << 16);
        for group in hub.groups() {
            for notification in group.notifications {
                if let Err(fault) = subscriber.subscribe(notification.path, None) {
                    panic!("{fault}");
                }
            }
        }
        Self(subscriber)
    }

    /// Takes what was sent since the last call.
    pub fn take(&mut self) -> Vec<Notice> {
        let mut cx = Context::from_waker(Waker::noop());
        let mut taken = Vec::new();
        while let Poll::Ready(Some(delivered)) = Pin::new(&mut self.0).poll_next(&mut cx) {
            if let Delivered::Notice(notice) = delivered {
                taken.push(Notice::clone(&notice));
            }
        }
        taken
    }
}
