//! Bellwire's options as plain values.

use prost_reflect::{DescriptorPool, DynamicMessage, FileDescriptor, ReflectMessage as _, Value};

use crate::schema::Delivery;

/// The file of Bellwire's own options.
pub const FILE: &str = "bellwire/options.proto";

/// `(bellwire.events)` and `(bellwire.service)`.
#[derive(Debug, Clone, Default)]
pub struct EventGroupOptions {
    pub error: String,
}

/// `(bellwire.event)`, and `(bellwire.method)` with the two fields that it has.
#[derive(Debug, Clone, Default)]
pub struct EventOptions {
    pub input: String,
    pub output: String,
    pub stream: bool,
    pub timeout: String,
    pub ignore: bool,
}

/// `(bellwire.notification)`.
#[derive(Debug, Clone)]
pub struct NotificationOptions {
    pub payload: String,
    pub keyed: bool,
    /// None for a number that `bellwire.Delivery` does not have.
    pub delivery: Option<Delivery>,
    pub debounce: String,
    pub ignore: bool,
}

impl EventGroupOptions {
    pub fn new(option: &DynamicMessage) -> Self {
        Self {
            error: text(option, "error"),
        }
    }
}

impl EventOptions {
    pub fn new(option: &DynamicMessage) -> Self {
        Self {
            input: text(option, "input"),
            output: text(option, "output"),
            stream: flag(option, "stream"),
            timeout: text(option, "timeout"),
            ignore: flag(option, "ignore"),
        }
    }
}

impl NotificationOptions {
    pub fn new(option: &DynamicMessage) -> Self {
        Self {
            payload: text(option, "payload"),
            keyed: flag(option, "keyed"),
            // The numbers of `bellwire.Delivery`.
            delivery: match option
                .get_field_by_name("delivery")
                .and_then(|value| value.as_enum_number())
            {
                None | Some(0 | 1) => Some(Delivery::Every),
                Some(2) => Some(Delivery::Latest),
                Some(_) => None,
            },
            debounce: text(option, "debounce"),
            ignore: flag(option, "ignore"),
        }
    }
}

/// Whether a file may have options that this import declares. Most have none, and most work is saved by seeing so.
pub fn may_use(file: &FileDescriptor, declared_in: &str) -> bool {
    file.dependencies()
        .any(|import| import.name() == declared_in || import.public_dependencies().len() > 0)
}

/// The option `(bellwire.<name>)` among an element's options, with its extension number.
pub fn find(
    pool: &DescriptorPool,
    options: &DynamicMessage,
    name: &str,
) -> Option<(u32, DynamicMessage)> {
    let extension = pool.get_extension_by_name(&["bellwire.", name].concat())?;
    if extension.containing_message().full_name() != options.descriptor().full_name()
        || !options.has_extension(&extension)
    {
        return None;
    }
    match options.get_extension(&extension).as_ref() {
        Value::Message(message) => Some((extension.number(), message.clone())),
        _ => None,
    }
}

pub fn text(option: &DynamicMessage, field: &str) -> String {
    option
        .get_field_by_name(field)
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn flag(option: &DynamicMessage, field: &str) -> bool {
    option
        .get_field_by_name(field)
        .and_then(|value| value.as_bool())
        .unwrap_or_default()
}
