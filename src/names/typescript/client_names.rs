//! What a `_bellwire.ts` file exports, each under a name of its own.

use std::collections::HashSet;

use super::identifier;
use crate::schema::{File, FileId, Schema};

/// The exported names of one `_bellwire.ts` file. No two are equal, and none is a reserved word; the later of two
/// equal names gets dollar signs, which no protobuf name has.
#[derive(Debug)]
pub struct ClientNames {
    /// Of each event group of the file, the functions: `UserEventSignIn`.
    pub events: Vec<Vec<String>>,
    /// Of each notification group of the file.
    pub notifications: Vec<NotificationNames>,
}

/// The exported names of one notification group.
#[derive(Debug)]
pub struct NotificationNames {
    /// `UserNotificationProfileUpdate`
    pub each: Vec<String>,
    /// `UserNotificationHandlers`
    pub handlers: String,
    /// `UserNotificationListener`
    pub listener: String,
}

impl ClientNames {
    /// Names all that a file exports: events first, then notifications, then what listens to them.
    pub fn of(schema: &Schema, id: FileId) -> Self {
        let mut taken = HashSet::new();
        let mut take = |name: String| {
            let mut name = identifier(&name);
            while !taken.insert(name.clone()) {
                name.push('$');
            }
            name
        };
        let file = &schema[id];
        let events = schema.event_groups_of(id).map(|group| {
            let prefix = joined(file, &group.full_name);
            group
                .events
                .iter()
                .map(|event| take(format!("{prefix}{}", event.name)))
                .collect()
        });
        let events = events.collect();
        let groups: Vec<_> = schema.notification_groups_of(id).collect();
        let each: Vec<Vec<_>> = groups
            .iter()
            .map(|group| {
                let prefix = joined(file, &group.full_name);
                group
                    .notifications
                    .iter()
                    .map(|notification| take(format!("{prefix}{}", notification.name)))
                    .collect()
            })
            .collect();
        let notifications = groups
            .iter()
            .zip(each)
            .map(|(group, each)| {
                let prefix = joined(file, &group.full_name);
                NotificationNames {
                    each,
                    handlers: take(format!("{prefix}Handlers")),
                    listener: take(format!("{prefix}Listener")),
                }
            })
            .collect();
        Self {
            events,
            notifications,
        }
    }

    /// Every name, in no order.
    pub fn exports(&self) -> impl Iterator<Item = &str> {
        let groups = self.notifications.iter();
        let of_groups =
            groups.flat_map(|group| group.each.iter().chain([&group.handlers, &group.listener]));
        self.events
            .iter()
            .flatten()
            .chain(of_groups)
            .map(String::as_str)
    }
}

/// A group's name without its package: `Outer_UserEvent` where it stands inside a message.
fn joined(file: &File, full_name: &str) -> String {
    let name = full_name
        .strip_prefix(&file.package)
        .map_or(full_name, |rest| rest.trim_start_matches('.'));
    name.replace('.', "_")
}

/// The member of a listener's handlers that is called for a notification: `onProfileUpdate`.
pub fn handler(notification: &str) -> String {
    format!("on{notification}")
}
