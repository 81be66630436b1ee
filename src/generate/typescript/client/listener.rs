//! The listener of one notification group, and the interface of its handlers.

use serde::Serialize;

use super::file::{Scope, doc};
use super::layout;
use crate::generate::typescript::messages::comments::Doc;
use crate::names::typescript::{NotificationNames, handler};
use crate::schema::{Notification, NotificationGroup};

#[derive(Serialize)]
pub struct ListenerView {
    handlers_doc: String,
    handlers: String,
    /// Each with its comment.
    members: String,
    doc: String,
    name: String,
    base: String,
    /// The constructor's parameters.
    parameters: String,
    /// Which notification is behind each handler, each a line with its comma.
    notifications: String,
}

pub fn view(
    scope: &mut Scope,
    group: &NotificationGroup,
    names: &NotificationNames,
) -> ListenerView {
    let from = format!("notification group {}", group.full_name);
    let handlers_doc = Doc::new(format!(
        "The handlers of `{}`; leave out what you do not care for.\n\n@generated from {from}",
        names.listener
    ));
    let options = scope.runtime_type("ListenerOptions");
    let notifications = group.notifications.iter().zip(&names.each);
    ListenerView {
        handlers_doc: handlers_doc.deprecated(group.deprecated).block(0),
        handlers: names.handlers.clone(),
        members: group
            .notifications
            .iter()
            .map(|notification| member(scope, notification))
            .collect::<Vec<_>>()
            .join("\n\n"),
        doc: doc(&group.comments, &from, group.deprecated, 0),
        name: names.listener.clone(),
        base: scope.runtime_value("Listener"),
        parameters: layout::parameters(&[
            format!("handlers: {}", names.handlers),
            format!("options?: {options}"),
        ]),
        notifications: notifications
            .map(|(notification, name)| layout::property(8, &handler(&notification.name), name))
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

/// A handler.
fn member(scope: &mut Scope, notification: &Notification) -> String {
    let of_type = scope.runtime_type(if notification.keyed {
        "KeyedHandler"
    } else {
        "Handler"
    });
    let of_type = match notification.payload {
        Some(payload) => format!("{of_type}<{}>", scope.message(payload)),
        None => of_type,
    };
    let from = format!("notification {}", notification.path);
    let doc = doc(&notification.comments, &from, notification.deprecated, 2);
    let declaration = layout::optional_member(&handler(&notification.name), &of_type);
    format!("{doc}\n{declaration}")
}
