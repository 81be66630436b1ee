//! The description of one notification.

use super::file::{DefinitionView, Scope, doc};
use super::layout::Definition;
use crate::generate::typescript::string_literal;
use crate::schema::{Notification, NotificationGroup};

pub fn view(
    scope: &mut Scope,
    group: &NotificationGroup,
    notification: &Notification,
    name: &str,
) -> DefinitionView {
    let (of_type, function) = if notification.keyed {
        ("KeyedNotificationType", "keyedNotification")
    } else {
        ("NotificationType", "notification")
    };
    let mut definition = Definition::new(
        name,
        &scope.runtime_type(of_type),
        &[scope.payload(notification.payload)],
        &scope.runtime_value(function),
    );
    definition.property("path", &string_literal(&notification.path));
    if let Some(payload) = notification.payload {
        definition.property("payload", &scope.message_schema(payload));
    }
    definition.property(
        "fingerprint",
        &format!("{:#018x}n", notification.fingerprint),
    );
    let from = format!("notification {}", notification.path);
    let deprecated = notification.deprecated || group.deprecated;
    definition.into_view(doc(&notification.comments, &from, deprecated, 0))
}
