//! Serves a [`Server`] over HTTP: the Connect, gRPC and gRPC-Web protocols, on axum.
//!
//! An event is `POST /package.Group/Event`, in binary or JSON; a stream event is a server stream. Deadlines, codes and
//! cancellation are those of the protocol, and headers are the call's metadata. A domain error is the code
//! `failed_precondition` with exactly one detail, of the group's error type; everything else is a fault. Notifications
//! are the server stream `bellwire.v1.Notifications/Subscribe`, one per client.
//!
//! ```no_run
//! # async fn serve(server: bellwire::Server) -> std::io::Result<()> {
//! let app = bellwire::connect::router(server);
//! bellwire::connect::serve(app, 8080).await
//! # }
//! ```
//!
//! Calls run on the server's [executor](crate::ServerBuilder::executor) where it has one, and otherwise on the threads that
//! serve HTTP. A handler that blocks its thread stops other calls of a runtime that it shares with HTTP, since tokio may
//! wait for all sockets on that very thread; with a runtime of its own for handlers it stops none:
//!
//! ```
//! # fn server(group: impl bellwire::EventGroup) -> Result<(), Box<dyn std::error::Error>> {
//! let handlers = tokio::runtime::Runtime::new()?; // to be kept as long as the server
//! let handle = handlers.handle().clone();
//! let server = bellwire::Server::builder()
//!     .executor(move |task| drop(handle.spawn(task)))
//!     .group(group)
//!     .build()?;
//! # Ok(())
//! # }
//! ```
//!
//! # Who may reach it
//!
//! - [`serve`] listens on the loopback interface alone; [`Listener::bind`] takes other addresses.
//! - Pages of other origins are refused before anything runs, unless [`Connect::allow_origins`] names theirs. A server that
//!   is public under a name of its own allows that name too.
//! - Inputs are no larger than [`Limits::payload_bytes`](crate::Limits::payload_bytes); what is refused is read and dropped,
//!   for a minute at most.
//! - A connection on which nothing is under way is closed after [`Listener::idle_timeout`], and so is one whose request
//!   does not come on. The other end of HTTP/2 is asked every 20 seconds whether it is still there.
//! - TLS is a proxy's business, or that of rustls with the feature `rustls`:
//!
#![cfg_attr(feature = "rustls", doc = "```no_run")]
#![cfg_attr(not(feature = "rustls"), doc = "```ignore")]
//! # async fn serve(server: bellwire::Server) -> std::io::Result<()> {
//! use bellwire::connect::{Connect, Listener};
//!
//! let app = Connect::new(server).allow_origins(["https://app.example.org"]).into_router();
//! let chain = std::fs::read("/etc/ssl/app.example.org/fullchain.pem")?;
//! let key = std::fs::read("/etc/ssl/app.example.org/privkey.pem")?;
//! let listener = Listener::bind(("0.0.0.0", 443)).await?.tls_pem(&chain, &key)?;
//! listener.serve(app).await;
//! # Ok(())
//! # }
//! ```

mod activity;
mod answer;
mod dispatcher;
mod executor;
mod fault;
mod gate;
mod gzip;
mod intake;
mod listener;
mod notifications;
mod origin;
#[cfg(feature = "rustls")]
mod tls;

mod transcode;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use connectrpc::{ConnectRpcService, DeadlinePolicy, Limits};

use self::dispatcher::Edge;
use self::gate::Gate;
use self::origin::Origins;
use crate::Server;

pub use self::listener::Listener;
/// The crate that [`Listener::tls`] takes its configuration from.
#[cfg(feature = "rustls")]
pub use tokio_rustls::rustls;

/// Serves a server with the default settings: see [`Connect`].
pub fn router(server: Server) -> Router {
    Connect::new(server).into_router()
}

/// Serves a router on this port of the loopback interface, for ever. To be reached from elsewhere, [`Listener`] takes
/// other addresses.
///
/// # Errors
///
/// The port cannot be bound.
pub async fn serve(router: Router, port: u16) -> io::Result<()> {
    Listener::loopback(port).await?.serve(router).await;
    Ok(())
}

/// A server on its way to HTTP, with what can be set about it.
#[derive(Debug, Clone)]
#[must_use = "call `into_router` to serve it"]
pub struct Connect {
    server: Server,
    origins: Origins,
    heartbeat: Duration,
}

impl Connect {
    /// Serves this server.
    pub fn new(server: Server) -> Self {
        Self {
            server,
            origins: Origins::default(),
            heartbeat: Duration::from_secs(15),
        }
    }

    /// Allows pages of these origins, such as `https://app.example.org`, to call. By default only pages may that come from
    /// the server itself, by its address or as `localhost`, and callers that are no pages. The name under which a server is
    /// public has to be allowed too: a name that is not known may be somebody else's, and point here for an attack.
    pub fn allow_origins<I: IntoIterator<Item: Into<String>>>(mut self, origins: I) -> Self {
        self.origins = Origins::These(origins.into_iter().map(Into::into).collect());
        self
    }

    /// Allows pages of every origin to call.
    pub fn allow_any_origin(mut self) -> Self {
        self.origins = Origins::Any;
        self
    }

    /// Sets after how long without anything else a notification stream says that it is alive. 15 seconds by default.
    pub fn heartbeat(mut self, interval: Duration) -> Self {
        self.heartbeat = interval;
        self
    }

    /// The routes of every event group and of the notifications, for [`serve`] or to be merged into an application's
    /// own router.
    pub fn into_router(self) -> Router {
        let mut names: Vec<_> = self.server.groups().map(|group| group.name).collect();
        names.push(notifications::SERVICE);
        let limits = self.server.limits();
        // JSON is longer than the message that it becomes; the message itself is measured by the server.
        let text_bytes = limits.payload_bytes.saturating_mul(2).max(1 << 16);
        let mut deadlines = DeadlinePolicy::new();
        if let Some(max) = limits.max_timeout {
            deadlines = deadlines.with_max(max);
        }
        let compression = gzip::registry(limits);
        let protocol = ConnectRpcService::new(Edge::new(self.server, self.heartbeat))
            .with_compression(compression)
            .with_limits(
                Limits::default()
                    .with_max_message_size(text_bytes)
                    .with_max_request_body_size(text_bytes),
            )
            .with_deadline_policy(deadlines);
        let cors = self.origins.cors();
        let gate = Gate {
            protocol,
            origins: Arc::new(self.origins),
            limit: text_bytes,
        };
        let routes = names.into_iter().fold(Router::new(), |routes, name| {
            routes.route_service(&format!("/{name}/{{event}}"), gate.clone())
        });
        match cors {
            Some(cors) => routes.route_layer(cors),
            None => routes,
        }
    }
}
