//! One exported library: its core, and the runtime that it runs on.

use std::error::Error;
use std::ffi::c_void;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::OnceCell;

use super::dart::{Dart, DartPort};
use super::inbox::{Inbox, Outlet};
use super::port::Port;
use super::sessions::{self, Posts};
use crate::fault::panic_text;
use crate::session::frame;
use crate::{Code, Fault, Server};

type Start = fn(&[u8]) -> Result<Server, Box<dyn Error + Send + Sync>>;

/// What `export!` exports: a core, and where it runs. Both are made when the first session opens.
pub struct Library {
    start: Start,
    runtime: Option<fn() -> Handle>,
    server: OnceCell<Server>,
    own_runtime: OnceLock<Runtime>,
}

impl Library {
    /// A library around the server that `start` makes.
    pub const fn new(start: Start, runtime: Option<fn() -> Handle>) -> Self {
        Self {
            start,
            runtime,
            server: OnceCell::const_new(),
            own_runtime: OnceLock::new(),
        }
    }

    /// Opens a session for a port, and gives its number.
    ///
    /// It answers at once; that the core cannot start, say, is a fault of the session.
    ///
    /// # Safety
    ///
    /// `dart_api` is null or points to the VM's table.
    pub unsafe fn open(
        &'static self,
        dart_api: *const c_void,
        port: DartPort,
        config: &[u8],
    ) -> Result<usize, Code> {
        // SAFETY: the caller vouches for it.
        let dart = unsafe { Dart::find(dart_api) }?;
        if port == 0 {
            return Err(Code::InvalidArgument);
        }
        let runtime = self.runtime().map_err(|_| Code::ResourceExhausted)?;
        let port = Arc::new(Port::new(dart, port));
        let inbox = Arc::new(Inbox::new());
        let session = sessions::open(Arc::clone(&port), Arc::clone(&inbox));
        let posts = Posts { port, session };
        runtime.spawn(self.serve(posts, Outlet(inbox), config.to_vec()));
        Ok(session)
    }

    /// Serves one session until it is closed.
    async fn serve(&'static self, posts: Posts, inbox: Outlet, config: Vec<u8>) {
        let port = Arc::clone(&posts.port);
        let opened = match self.server(config).await {
            Ok(server) => server.open(posts),
            Err(fault) => Err(fault),
        };
        let fault = match opened {
            Err(fault) => fault,
            Ok(session) => {
                while let Some(frames) = inbox.take().await {
                    if port.is_shut() {
                        return;
                    }
                    for frame in frames {
                        session.receive(frame);
                    }
                    // The isolate may be ready again for what waits.
                    session.flush();
                    if session.is_closed() {
                        break;
                    }
                }
                // For an isolate that is gone nothing of this is posted.
                let message = "the session is closed: its client did not keep to the protocol";
                Fault::new(Code::ResourceExhausted, message)
            }
        };
        port.post(frame::fault(0, &fault));
        port.post_end();
    }

    /// The server, which the first session makes and the others wait for. Where it cannot be made, the next one tries
    /// again.
    async fn server(&'static self, config: Vec<u8>) -> Result<&'static Server, Fault> {
        let started = self.server.get_or_try_init(|| async {
            let start = self.start;
            let started = tokio::task::spawn_blocking(move || {
                catch_unwind(AssertUnwindSafe(|| start(&config)))
            });
            match started.await {
                Ok(Ok(Ok(server))) => {
                    server.run_calls_on(Handle::current());
                    Ok(server)
                }
                Ok(Ok(Err(error))) => Err(unavailable(&format!("the core did not start: {error}"))),
                Ok(Err(panic)) => Err(Fault::new(
                    Code::Internal,
                    format!(
                        "the core did not start: it panicked: {}",
                        panic_text(&*panic).unwrap_or("without a word")
                    ),
                )),
                Err(_) => Err(unavailable("the runtime has stopped")),
            }
        });
        started.await
    }

    fn runtime(&'static self) -> io::Result<Handle> {
        if let Some(runtime) = self.runtime {
            return Ok(runtime());
        }
        if let Some(runtime) = self.own_runtime.get() {
            return Ok(runtime.handle().clone());
        }
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        let runtime = Builder::new_multi_thread()
            // One that a handler blocks must not be the only one.
            .worker_threads(threads.max(2))
            .thread_name("bellwire")
            .enable_all()
            .build()?;
        // Whoever came first has won; the other runtime has no tasks, and goes without waiting.
        if let Err(second) = self.own_runtime.set(runtime) {
            second.shutdown_background();
        }
        let runtime = self.own_runtime.get();
        runtime
            .map(|runtime| runtime.handle().clone())
            .ok_or_else(|| io::Error::other("no runtime"))
    }
}

fn unavailable(message: &str) -> Fault {
    Fault::new(Code::Unavailable, message)
}
