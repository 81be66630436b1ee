//! The Rust runtime of Bellwire.
//!
//! A [`Server`] answers the events that a schema declares: generated code turns a handler, an ordinary Rust value, into
//! an [`EventGroup`], and the server dispatches calls to it, by path. A [`Hub`] takes notifications to whoever
//! subscribed. Neither knows a transport, and neither has an executor.
//!
//! Every call ends, exactly once: with its output, with the domain error that its schema declares, or with a [`Fault`].
//! A handler that panics, or that takes longer than its call may, ends in a fault; a caller that goes away drops the
//! handler's future.
//!
//! # Features
//!
//! - `connect`: serves a `Server` over HTTP, see the module `connect`.

mod call;
mod cancellation;
mod client;
#[cfg(feature = "connect")]
pub mod connect;
mod context;
mod event;
mod fault;
#[doc(hidden)]
pub mod glue;
mod group;
#[cfg(feature = "connect")]
mod hello;
mod hub;
mod limits;
mod notification;
mod reply;
mod request;
mod server;
pub mod testing;
#[allow(missing_docs, reason = "its schema documents what needs it")]
pub mod wire;

pub use call::Call;
pub use cancellation::{Cancellation, Cancelled};
pub use client::{Client, Items, Transport};
pub use context::{Context, SessionId};
pub use event::{EventGroupInfo, EventInfo, EventKind};
pub use fault::{Code, Failure, Fault};
pub use group::{Erased, EventGroup, GroupService, Layered, Layers, ReplyFuture, Unlayered};
pub use hub::{Delivered, Hub, MAX_KEY_BYTES, Notice, Subscriber, Subscriptions};
pub use limits::Limits;
pub use notification::{Delivery, NotificationGroupInfo, NotificationInfo};
pub use reply::{Outcome, Reply, ReplyStream};
pub use request::Request;
pub use server::{BuildError, CallOptions, Server, ServerBuilder};

pub use bytes::Bytes;
pub use futures_core::Stream;
