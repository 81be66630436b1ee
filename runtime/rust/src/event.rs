//! What the runtime knows of a schema's events: constants that generated code holds.

use std::time::Duration;

/// One event group, as its schema declares it.
#[derive(Debug)]
pub struct EventGroupInfo {
    /// The full name, such as `user.v1.UserEvent`.
    pub name: &'static str,
    /// The full name of the message type of its domain errors.
    pub error: &'static str,
    /// Its events, in the schema's order.
    pub events: &'static [EventInfo],
    /// An encoded `google.protobuf.FileDescriptorSet` that holds every type of the group.
    pub descriptors: &'static [u8],
}

/// One event, as its schema declares it.
#[derive(Debug)]
pub struct EventInfo {
    /// Its identity, such as `user.v1.UserEvent/SignIn`.
    pub path: &'static str,
    /// Whether it answers once or with a stream.
    pub kind: EventKind,
    /// The full name of what goes in, if anything does.
    pub input: Option<&'static str>,
    /// The full name of what comes out, if anything does.
    pub output: Option<&'static str>,
    /// How long a call may take when the caller says nothing.
    pub timeout: Option<Duration>,
    /// The shape of the event as one number, by which two sides find out that they differ.
    pub fingerprint: u64,
}

/// How an event answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// With one message.
    Unary,
    /// With any number of messages.
    Stream,
}
