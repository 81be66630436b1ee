//! The sockets that a router is served on, and how long they may do nothing.

use std::future::{Future, pending, poll_fn};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::activity::Counted;
#[cfg(feature = "rustls")]
use super::tls::Tls;

/// How often the other end of a connection of HTTP/2 is asked whether it is still there, and how long it may take to say.
const PING: Duration = Duration::from_secs(20);

/// How long a connection that is no longer wanted may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// A port, on which a router is served over HTTP/1.1 and HTTP/2.
///
/// A connection on which no request is under way is closed after a while, and so is one whose request does not come on;
/// one whose other end no longer answers is closed, with its calls, where it speaks HTTP/2.
///
/// ```no_run
/// # async fn serve(app: axum::Router) -> std::io::Result<()> {
/// use bellwire::connect::Listener;
///
/// // From everywhere, without encryption: behind a proxy that does TLS.
/// let listener = Listener::bind(("0.0.0.0", 8080)).await?;
/// listener.serve(app).await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "call `serve`"]
pub struct Listener {
    tcp: TcpListener,
    idle_timeout: Duration,
    #[cfg(feature = "rustls")]
    tls: Option<Tls>,
}

impl Listener {
    /// Takes this port of the loopback interface, which only programs of this machine reach. Zero is any that is free.
    ///
    /// # Errors
    ///
    /// The port cannot be bound.
    pub async fn loopback(port: u16) -> io::Result<Self> {
        Self::bind((Ipv4Addr::LOCALHOST, port)).await
    }

    /// Takes an address and a port.
    ///
    /// # Errors
    ///
    /// They cannot be bound.
    pub async fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        Ok(Self {
            tcp: TcpListener::bind(address).await?,
            idle_timeout: Duration::from_secs(75),
            #[cfg(feature = "rustls")]
            tls: None,
        })
    }

    /// The address and the port that were taken.
    ///
    /// # Errors
    ///
    /// Those of the operating system.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// Sets after how long a connection is closed on which no request is under way, or whose request has stopped to come.
    /// 75 seconds by default. A proxy in front should give up its own idle connections before that.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// Serves over TLS, with HTTP/2 and HTTP/1.1 for the client to choose from unless the configuration names others
    /// (`alpn_protocols`).
    #[cfg(feature = "rustls")]
    pub fn tls(mut self, config: impl Into<std::sync::Arc<super::rustls::ServerConfig>>) -> Self {
        self.tls = Some(Tls::new(config.into()));
        self
    }

    /// Serves over TLS with this chain of certificates and its key, both in PEM, as most authorities give them out.
    ///
    /// # Errors
    ///
    /// They cannot be read, or do not belong together.
    #[cfg(feature = "rustls")]
    pub fn tls_pem(self, chain: &[u8], key: &[u8]) -> io::Result<Self> {
        Ok(self.tls(super::tls::config(chain, key)?))
    }

    /// Serves a router, for ever. Dropping this closes every connection.
    pub async fn serve(self, router: Router) {
        self.serve_until(router, pending()).await;
    }

    /// Serves a router until something, and then for as long as requests are under way. Dropping this closes every
    /// connection.
    ///
    /// Notification streams are under way until their server ends them, so what is waited for includes its end:
    ///
    /// ```no_run
    /// # async fn serve(server: bellwire::Server) -> std::io::Result<()> {
    /// use std::time::Duration;
    ///
    /// use bellwire::connect::{self, Listener};
    ///
    /// let app = connect::router(server.clone());
    /// let stop = async move {
    ///     let _ = tokio::signal::ctrl_c().await;
    ///     server.shutdown(Duration::from_secs(5)).await; // new calls are refused meanwhile
    /// };
    /// Listener::loopback(8080).await?.serve_until(app, stop).await;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn serve_until(self, router: Router, stop: impl Future<Output = ()>) {
        let (stopping, stopped) = watch::channel(false);
        let mut connections = JoinSet::new();
        let mut stop = pin!(stop);
        loop {
            let mut accepting = pin!(accept(&self.tcp));
            let accepted = poll_fn(|cx| match stop.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(None),
                Poll::Pending => accepting.as_mut().poll(cx).map(Some),
            });
            let Some((socket, peer)) = accepted.await else {
                break;
            };
            while connections.try_join_next().is_some() {}
            let connection = Connection {
                router: router.clone(),
                peer,
                idle_timeout: self.idle_timeout,
                stopped: stopped.clone(),
            };
            #[cfg(feature = "rustls")]
            if let Some(tls) = self.tls.clone() {
                connections.spawn(async move {
                    if let Some(socket) = tls.accept(socket).await {
                        connection.serve(socket).await;
                    }
                });
                continue;
            }
            connections.spawn(connection.serve(socket));
        }
        drop(self);
        stopping.send_replace(true);
        while connections.join_next().await.is_some() {}
    }
}

/// Waits for a connection. Whatever fails about one is no reason to serve no others.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => {
                // Small messages, notifications above all, wait for no others.
                let _ = socket.set_nodelay(true);
                return (socket, peer);
            }
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionAborted
                        | io::ErrorKind::ConnectionRefused
                        | io::ErrorKind::ConnectionReset
                ) => {}
            Err(error) => {
                // There may be too many open files, for one.
                tracing::error!(%error, "cannot accept connections");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// All that serving one connection takes.
struct Connection {
    router: Router,
    peer: SocketAddr,
    idle_timeout: Duration,
    stopped: watch::Receiver<bool>,
}

impl Connection {
    async fn serve(self, socket: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let (service, running) = Counted::new(self.router, self.peer, self.idle_timeout);
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http2()
            // What `axum::serve` does, for WebSockets.
            .enable_connect_protocol()
            .timer(TokioTimer::new())
            .keep_alive_interval(PING)
            .keep_alive_timeout(PING);
        let service = TowerToHyperService::new(service);
        let mut connection =
            pin!(builder.serve_connection_with_upgrades(TokioIo::new(socket), service));
        let mut idle = pin!(idle(running, self.idle_timeout));
        let mut stop = pin!(stop(self.stopped));
        let end = poll_fn(|cx| {
            if connection.as_mut().poll(cx).is_ready() {
                Poll::Ready(End::Closed)
            } else if idle.as_mut().poll(cx).is_ready() {
                Poll::Ready(End::Idle)
            } else {
                stop.as_mut().poll(cx).map(|()| End::Stopped)
            }
        });
        match end.await {
            End::Closed => {}
            End::Idle => {
                connection.as_mut().graceful_shutdown();
                let _ = timeout(GOODBYE, connection).await;
            }
            End::Stopped => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }
}

/// Why a connection is served no longer.
enum End {
    Closed,
    Idle,
    Stopped,
}

/// Waits until no request was under way for so long.
async fn idle(mut running: watch::Receiver<usize>, idle_timeout: Duration) {
    while running.wait_for(|running| *running == 0).await.is_ok() {
        if timeout(idle_timeout, running.changed()).await.is_err() {
            return;
        }
    }
}

async fn stop(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
