//! What a server refuses.

use std::time::Duration;

#[cfg(feature = "connect")]
use crate::{Code, Fault};

/// What a server refuses, and how long it lets a call take. Every limit has a default.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Limits {
    /// The largest input of a call, in bytes. 4 MiB by default. A larger one is `RESOURCE_EXHAUSTED`. Over HTTP, where JSON
    /// is longer than the message that it becomes, a body of up to twice as much is read first; one that is longer is not
    /// even kept.
    pub payload_bytes: usize,
    /// How long a call may take when neither its caller nor its schema says so. For ever by default.
    pub default_timeout: Option<Duration>,
    /// The longest time that any call may take, whatever its caller or its schema says. Unlimited by default.
    pub max_timeout: Option<Duration>,
    /// How many notifications wait for one subscriber before the oldest are dropped. 256 by default.
    pub queue_length: usize,
    /// How many notification streams may be open at once. 10,000 by default. One more is `RESOURCE_EXHAUSTED`.
    pub notification_streams: usize,
    /// How many sessions of frames may be open at once. 10,000 by default. One more is `RESOURCE_EXHAUSTED`.
    pub sessions: usize,
    /// How many calls of one session may be in flight, answers that the client has not taken yet included. 1,024 by
    /// default. One more is `RESOURCE_EXHAUSTED`; a client that goes on all the same, to twice as many, without taking
    /// its answers, loses its session.
    pub calls_per_session: usize,
    /// How many subscriptions one session, or one notification stream over HTTP, may have. 1,024 by default. One more is
    /// `RESOURCE_EXHAUSTED`.
    pub subscriptions_per_session: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            payload_bytes: 4 * 1024 * 1024,
            default_timeout: None,
            max_timeout: None,
            queue_length: 256,
            notification_streams: 10_000,
            sessions: 10_000,
            calls_per_session: 1_024,
            subscriptions_per_session: 1_024,
        }
    }
}

impl Limits {
    /// Sets [`payload_bytes`](Self::payload_bytes).
    #[must_use]
    pub fn with_payload_bytes(mut self, bytes: usize) -> Self {
        self.payload_bytes = bytes;
        self
    }

    /// Sets [`default_timeout`](Self::default_timeout).
    #[must_use]
    pub fn with_default_timeout(mut self, timeout: Duration) -> Self {
        self.default_timeout = Some(timeout);
        self
    }

    /// Sets [`max_timeout`](Self::max_timeout).
    #[must_use]
    pub fn with_max_timeout(mut self, timeout: Duration) -> Self {
        self.max_timeout = Some(timeout);
        self
    }

    /// Sets [`queue_length`](Self::queue_length); at least one is kept.
    #[must_use]
    pub fn with_queue_length(mut self, length: usize) -> Self {
        self.queue_length = length;
        self
    }

    /// Sets [`notification_streams`](Self::notification_streams).
    #[must_use]
    pub fn with_notification_streams(mut self, streams: usize) -> Self {
        self.notification_streams = streams;
        self
    }

    /// Sets [`sessions`](Self::sessions).
    #[must_use]
    pub fn with_sessions(mut self, sessions: usize) -> Self {
        self.sessions = sessions;
        self
    }

    /// Sets [`calls_per_session`](Self::calls_per_session).
    #[must_use]
    pub fn with_calls_per_session(mut self, calls: usize) -> Self {
        self.calls_per_session = calls;
        self
    }

    /// Sets [`subscriptions_per_session`](Self::subscriptions_per_session).
    #[must_use]
    pub fn with_subscriptions_per_session(mut self, subscriptions: usize) -> Self {
        self.subscriptions_per_session = subscriptions;
        self
    }

    /// What becomes of an input beyond [`payload_bytes`](Self::payload_bytes) whose size nobody knows.
    #[cfg(feature = "connect")]
    pub(crate) fn payload_too_large(&self) -> Fault {
        let limit = self.payload_bytes;
        let message = format!("the payload is larger than the limit of {limit} (`payload_bytes`)");
        Fault::new(Code::ResourceExhausted, message)
    }

    /// How long one call may take: what the caller asks for, else the event's own timeout, else the default; never
    /// more than the maximum.
    pub(crate) fn timeout(
        &self,
        asked: Option<Duration>,
        of_event: Option<Duration>,
    ) -> Option<Duration> {
        let wanted = asked.or(of_event).or(self.default_timeout);
        match (wanted, self.max_timeout) {
            (Some(wanted), Some(max)) => Some(wanted.min(max)),
            (wanted, max) => wanted.or(max),
        }
    }
}
