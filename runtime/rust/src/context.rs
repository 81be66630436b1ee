//! What a handler may know of the call that it answers.

use std::time::{Duration, Instant};

use http::{Extensions, HeaderMap};

use crate::{CallOptions, Cancellation, EventInfo};

/// Names a session: one frontend's connection, for as long as it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u64);

/// What a handler may know of the call that it answers.
#[derive(Debug, Clone)]
pub struct Context {
    event: &'static EventInfo,
    metadata: HeaderMap,
    extensions: Extensions,
    session: Option<SessionId>,
    pub(crate) deadline: Option<Instant>,
    cancellation: Cancellation,
}

impl Context {
    pub(crate) fn new(event: &'static EventInfo, options: CallOptions) -> Self {
        Self {
            event,
            metadata: options.metadata,
            extensions: options.extensions,
            session: options.session,
            deadline: None,
            cancellation: Cancellation::new(),
        }
    }

    /// The event that is called.
    pub fn event(&self) -> &'static EventInfo {
        self.event
    }

    /// What the caller sent beside the input: the headers of an HTTP request, the metadata of a frame.
    pub fn metadata(&self) -> &HeaderMap {
        &self.metadata
    }

    /// What layers and transports left for the handler, by type: who calls, for one.
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// Where a layer leaves something for the handler.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.extensions
    }

    /// The session that the call came through. None in-process and over plain HTTP.
    pub fn session(&self) -> Option<SessionId> {
        self.session
    }

    /// When the call will be given up. None where it may take for ever.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// How much time is left before the call will be given up. None where it may take for ever.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Tells work that outlives the handler's future whether the call was cancelled.
    pub fn cancellation(&self) -> &Cancellation {
        &self.cancellation
    }
}
