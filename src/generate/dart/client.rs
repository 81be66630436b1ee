//! Event and notification groups, for `.bellwire.dart`.

use serde::Serialize;

use super::docs::{deprecated, documented, member};
use super::imports::{BELLWIRE, Imports};
use super::layout::{self, Call};
use super::literal;
use crate::names::dart::{self as names, Taken};
use crate::schema::{Event, EventGroup, MessageId, Notification, NotificationGroup};

/// An event group: a request class per event, and a constant that holds the events.
#[derive(Serialize)]
pub struct EventGroupView {
    requests: Vec<RequestView>,
    docs: String,
    constant: String,
}

#[derive(Serialize)]
struct RequestView {
    docs: String,
    deprecated: bool,
    class_line: String,
    constructor: String,
    definition: String,
}

/// A notification group: a listener, and a constant that holds the notifications.
#[derive(Serialize)]
pub struct NotificationGroupView {
    listener_docs: String,
    deprecated: bool,
    class_line: String,
    constructor: String,
    /// Each with its comment.
    notifications: Vec<String>,
    docs: String,
    constant: String,
}

/// An event group. The names of the file's classes, its constant and others are in `constants`.
pub fn event_group(
    group: &EventGroup,
    constants: &mut Taken,
    imports: &mut Imports,
) -> EventGroupView {
    imports.use_bellwire();
    let events = group
        .events
        .iter()
        .map(|event| format!("{}.event", names::request(&group.name, &event.name)));
    EventGroupView {
        requests: group
            .events
            .iter()
            .map(|event| request(group, event, imports))
            .collect(),
        docs: documented(
            0,
            &group.comments,
            &format!("The events of `{}`.", group.full_name),
        ),
        constant: endpoints(
            names::group_constant(&group.name, constants),
            events.collect(),
        ),
    }
}

fn request(group: &EventGroup, event: &Event, imports: &mut Imports) -> RequestView {
    let class = names::request(&group.name, &event.name);
    let input = carried(event.input, imports);
    let output = carried(event.output, imports);
    let error = carried(Some(group.error), imports);
    let kind = if event.stream { "Stream" } else { "Unary" };
    let types = [input.ty, output.ty, error.ty];
    let constructor = if event.input.is_some() {
        layout::initialized(
            2,
            &format!("const {class}(super.input)"),
            "super(definition: event);",
        )
    } else {
        layout::initialized(
            2,
            &format!("const {class}()"),
            "super(null, definition: event);",
        )
    };
    let args = vec![
        format!("path: {}", literal::string(&event.path)),
        fingerprint(event.fingerprint),
        format!("decodeInput: {}", input.decode),
        format!("decodeOutput: {}", output.decode),
        format!("decodeError: {}", error.decode),
    ];
    RequestView {
        docs: documented(0, &event.comments, &format!("Event `{}`.", event.path)),
        deprecated: imports.deprecated(event.deprecated || group.deprecated),
        class_line: layout::generic_class(
            &format!("final class {class}"),
            &format!("{BELLWIRE}.{kind}Request"),
            &types,
        ),
        constructor,
        definition: layout::variable(
            2,
            "",
            "static const event",
            &Call::new(format!("{BELLWIRE}.{kind}Event"), args),
            "",
        ),
    }
}

/// A notification group.
pub fn notification_group(
    group: &NotificationGroup,
    constants: &mut Taken,
    imports: &mut Imports,
) -> NotificationGroupView {
    imports.use_bellwire();
    let class = names::listener(&group.name);
    let types = group
        .notifications
        .iter()
        .map(|it| format!("{class}.{}", names::notification_constant(&it.name)));
    NotificationGroupView {
        listener_docs: documented(
            0,
            &group.comments,
            &format!("Listens to `{}`.", group.full_name),
        ),
        deprecated: imports.deprecated(group.deprecated),
        class_line: layout::class(
            &format!("final class {class}"),
            &format!("{BELLWIRE}.NotificationGroupListener"),
        ),
        constructor: listener_constructor(group, &class, imports),
        notifications: group
            .notifications
            .iter()
            .map(|it| notification(it, imports))
            .collect(),
        docs: format!("/// The notifications of `{}`.", group.full_name),
        constant: endpoints(
            names::group_constant(&group.name, constants),
            types.collect(),
        ),
    }
}

fn notification(notification: &Notification, imports: &mut Imports) -> String {
    let payload = carried(notification.payload, imports);
    let mut args = vec![
        format!("path: {}", literal::string(&notification.path)),
        fingerprint(notification.fingerprint),
        format!("decodePayload: {}", payload.decode),
    ];
    if notification.keyed {
        args.push("keyed: true".to_owned());
    }
    let name = format!(
        "static const {}",
        names::notification_constant(&notification.name)
    );
    let docs = documented(
        2,
        &notification.comments,
        &format!("Notification `{}`.", notification.path),
    );
    let deprecated = deprecated(imports.deprecated(notification.deprecated), "notification");
    let type_of = Call::new(format!("{BELLWIRE}.NotificationType"), args);
    let definition = layout::variable(2, "", &name, &type_of, "");
    member(&docs, &deprecated, &definition)
}

/// A callback for every notification, and what the listener takes besides.
fn listener_constructor(group: &NotificationGroup, class: &str, imports: &mut Imports) -> String {
    let mut params = Vec::new();
    let mut handlers = Vec::new();
    for notification in &group.notifications {
        let callback = names::callback(&notification.name);
        let payload = notification.payload.map(|id| {
            let name = names::payload_parameter(imports.names.message(id));
            (imports.message(id), name)
        });
        let mut parameters: Vec<String> = payload
            .iter()
            .map(|(ty, name)| format!("{ty} {name}"))
            .collect();
        if notification.keyed {
            parameters.push(format!("{} key", imports.core("String")));
        }
        params.push(callback_parameter(&parameters, &callback));
        handlers.push(handler(
            notification,
            &callback,
            payload.map(|(_, name)| name),
        ));
    }
    if group
        .notifications
        .iter()
        .any(|notification| notification.keyed)
    {
        params.push("super.key".to_owned());
    }
    params.extend(
        [
            "super.onLagged",
            "super.onInterrupted",
            "super.onUnserved",
            "super.onError",
            "super.transport",
        ]
        .map(str::to_owned),
    );
    if handlers.is_empty() {
        return layout::initialized(
            2,
            &layout::named_params(2, class, &params, ""),
            "super([]);",
        );
    }
    let head = layout::named_params(2, class, &params, " : super([");
    if let [handler] = handlers.as_slice()
        && layout::fits(0, &format!("  }}) : super([{handler}]);"), 0)
    {
        return format!("{head}{handler}]);");
    }
    let handlers: Vec<String> = handlers
        .iter()
        .map(|handler| format!("         {handler},\n"))
        .collect();
    format!("{head}\n{}       ]);", handlers.concat())
}

fn callback_parameter(parameters: &[String], callback: &str) -> String {
    let ty = format!("void Function({})?", parameters.join(", "));
    if parameters.is_empty() || layout::fits(4, &ty, 0) {
        return layout::typed(4, &ty, callback);
    }
    let parameters: Vec<String> = parameters
        .iter()
        .map(|parameter| format!("      {parameter},\n"))
        .collect();
    format!(
        "void Function(\n{}    )?\n    {callback}",
        parameters.concat()
    )
}

/// An element of the list of handlers: for what has a callback.
fn handler(notification: &Notification, callback: &str, payload: Option<String>) -> String {
    let constant = names::notification_constant(&notification.name);
    let function = match (payload, notification.keyed) {
        (Some(_), true) => callback.to_owned(),
        (Some(payload), false) => format!("({payload}, _) => {callback}({payload})"),
        (None, true) => format!("(_, key) => {callback}(key)"),
        (None, false) => format!("(payload, key) => {callback}()"),
    };
    let call = Call::new(format!("{constant}.handledBy"), vec![function]);
    layout::element_when(9, &format!("{callback} != null"), &call)
}

struct Carried {
    ty: String,
    /// Reads it.
    decode: String,
}

fn carried(message: Option<MessageId>, imports: &mut Imports) -> Carried {
    match message {
        Some(id) => {
            let ty = imports.message(id);
            Carried {
                decode: format!("{ty}.fromBuffer"),
                ty,
            }
        }
        None => Carried {
            ty: "void".to_owned(),
            decode: format!("{BELLWIRE}.decodeNothing"),
        },
    }
}

/// In two halves, because the integers of the web hold 53 bits.
fn fingerprint(fingerprint: u64) -> String {
    let (high, low) = (fingerprint >> 32, fingerprint & 0xffff_ffff);
    format!("fingerprint: {BELLWIRE}.Fingerprint(0x{high:08x}, 0x{low:08x})")
}

/// The constant that holds what a group declares.
fn endpoints(constant: String, endpoints: Vec<String>) -> String {
    let name = format!("const {constant}");
    let list = Call {
        callee: format!("<{BELLWIRE}.Endpoint>").into(),
        ..Call::list(endpoints)
    };
    layout::variable(0, "", &name, &list, "")
}

/// The lints that the classes of groups break, where they are not named in Dart's way.
pub fn ignores(classes: &[String]) -> Vec<&'static str> {
    if classes.iter().all(|class| names::is_class_style(class)) {
        Vec::new()
    } else {
        vec!["camel_case_types"]
    }
}
