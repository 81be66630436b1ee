//! How `tower` layers stand around events. This module holds documentation alone.
//!
//! A [`Server`](crate::Server) is a `tower::Service` of [`Request`](crate::Request)s, and so is every group in it. What the
//! ecosystem has for such services fits: timeouts, limits, checks, traces. Layers keep their types until the group that
//! they stand around is registered, so a call through any number of them costs one allocation more than without.
//!
//! Layers of `tower` itself are behind its features: `cargo add tower --features filter,limit,load-shed,timeout` for those
//! below.
//!
//! # Around every group
//!
//! [`ServerBuilder::layer`](crate::ServerBuilder) holds for the groups that follow; the first layer is the outermost.
//!
//! ```
//! use std::time::Duration;
//!
//! use bellwire::{BuildError, EventGroup, Server};
//! use tower::limit::GlobalConcurrencyLimitLayer;
//! use tower::load_shed::LoadShedLayer;
//! use tower::timeout::TimeoutLayer;
//!
//! fn server(users: impl EventGroup, notes: impl EventGroup) -> Result<Server, BuildError> {
//!     Server::builder()
//!         .layer(TimeoutLayer::new(Duration::from_secs(10))) // DEADLINE_EXCEEDED
//!         .layer(LoadShedLayer::new()) // RESOURCE_EXHAUSTED, rather than to wait for the limit below
//!         .layer(GlobalConcurrencyLimitLayer::new(64)) // of both groups together
//!         .group(users)
//!         .group(notes)
//!         .build()
//! }
//! ```
//!
//! A `ConcurrencyLimitLayer`, which is not global, gives each group a limit of its own. Timeouts and limits cover a call until
//! it is answered, or until its stream begins; a timeout in the schema covers the stream as well.
//!
//! # Around some groups
//!
//! What is registered before a layer is not inside it, and [`group_with`](crate::ServerBuilder::group_with) gives one group
//! a layer in place of the others. A check fails with the [`Fault`](crate::Fault) that its caller is to see:
//!
//! ```
//! use bellwire::{BuildError, Code, EventGroup, Fault, Request, Server};
//! use tower::filter::FilterLayer;
//!
//! /// What a handler finds in its context.
//! #[derive(Clone)]
//! struct User(String);
//!
//! fn authenticate(mut request: Request) -> Result<Request, Fault> {
//!     let token = request.context().metadata().get("authorization");
//!     let token = token.and_then(|token| token.to_str().ok()?.strip_prefix("Bearer "));
//!     let user = match token {
//!         Some("s3cret") => User("ada".to_owned()),
//!         _ => return Err(Fault::new(Code::Unauthenticated, "sign in first")),
//!     };
//!     request.context_mut().extensions_mut().insert(user); // cx.extensions().get::<User>()
//!     Ok(request)
//! }
//!
//! fn server(public: impl EventGroup, private: impl EventGroup) -> Result<Server, BuildError> {
//!     Server::builder()
//!         .group(public)
//!         .layer(FilterLayer::new(authenticate))
//!         .group(private)
//!         .build()
//! }
//! ```
//!
//! # A layer's error
//!
//! It becomes a fault, by [`Fault::from_layer`](crate::Fault::from_layer):
//!
//! | a layer fails with | its caller gets |
//! |---|---|
//! | a [`Fault`](crate::Fault) | that fault |
//! | `tower::timeout::error::Elapsed` | `DEADLINE_EXCEEDED` |
//! | `tower::load_shed::error::Overloaded` | `RESOURCE_EXHAUSTED` |
//! | anything else | `UNKNOWN`, with the error's text |
//!
//! A layer that panics is like a handler that does: `INTERNAL`.
//!
//! # Spans
//!
//! Every call has a `tracing` span named `call`, with its `event`, `session`, `outcome`, `duration_us` and, where it ends in
//! one, the message of its `fault`; a layer runs inside of it, as the handler does.
