//! One call on its way to its handler.

use bytes::Bytes;

use crate::{Context, EventInfo};

/// One call on its way to its handler, as layers see it.
///
/// Made by [`Server::request`](crate::Server::request), which knows the events.
#[derive(Debug)]
pub struct Request {
    /// Index of the group within its server.
    pub(crate) group: usize,
    /// Index of the event within its group.
    pub(crate) event: usize,
    pub(crate) context: Context,
    pub(crate) payload: Bytes,
    /// How much room its answers have in front of them, in bytes.
    pub(crate) room: usize,
}

impl Request {
    /// The event that is called.
    pub fn event(&self) -> &'static EventInfo {
        self.context.event()
    }

    /// The event's position in [`EventGroupInfo::events`](crate::EventGroupInfo::events).
    pub fn event_index(&self) -> usize {
        self.event
    }

    /// What the handler will know of the call.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// What the handler will know of the call, for a layer that adds to it.
    pub fn context_mut(&mut self) -> &mut Context {
        &mut self.context
    }

    /// The encoded input.
    pub fn payload(&self) -> &Bytes {
        &self.payload
    }
}
