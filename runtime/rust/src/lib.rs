//! The Rust runtime of Bellwire.
//!
//! A [`Server`] answers the events that a schema declares: generated code turns a handler, an ordinary Rust value, into
//! an [`EventGroup`], and the server dispatches calls to it, by path. A [`Hub`] takes notifications to whoever
//! subscribed. Neither knows a transport, and neither has an executor. A [`Session`] carries both as frames of bytes, for
//! transports that are no more than a way for bytes.
//!
//! Every call ends, exactly once: with its output, with the domain error that its schema declares, or with a [`Fault`].
//! A handler that panics, or that takes longer than its call may, ends in a fault; a caller that goes away drops the
//! handler's future.
//!
//! # Layers
//!
//! Calls go through `tower` layers: timeouts, limits, checks of who calls. See [`middleware`].
//!
//! # Features
//!
//! - `connect`: serves a `Server` over HTTP, see the module `connect`.
//! - `pattern`: regular expressions in rules, by the crate `regex`; generated code needs it where a schema has one.
//! - `tauri`: serves a `Server` to the webviews of a Tauri app, see the module `tauri`.
//! - `ffi`: lets a Dart program in the same process reach a `Server`, see the module `ffi`.
//! - `tokio`: a tokio runtime's handle is an executor for the calls of sessions.

mod call;
mod cancellation;
mod client;
#[cfg(feature = "connect")]
pub mod connect;
mod context;
mod event;
mod fault;
#[cfg(feature = "ffi")]
pub mod ffi;
#[doc(hidden)]
pub mod glue;
mod group;
mod hello;
mod hub;
mod lifecycle;
mod limits;
pub mod middleware;
mod notification;
mod payload;
mod reply;
mod request;
pub mod rules;
mod server;
mod session;
mod spawn;
mod sync;
#[cfg(feature = "tauri")]
pub mod tauri;
pub mod testing;
/// The messages of frames and of the notification stream, as their schemas document them.
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
pub use payload::Payload;
pub use reply::{Outcome, Reply, ReplyStream};
pub use request::Request;
pub use rules::{Params, Validate, Violation, Violations};
pub use server::{BuildError, CallOptions, Server, ServerBuilder};
pub use session::{Connection, Session, Sink, Told};
pub use spawn::{Spawn, Task};

pub use bytes::Bytes;
pub use futures_core::Stream;
pub use http::{Extensions, HeaderMap, HeaderName, HeaderValue};
