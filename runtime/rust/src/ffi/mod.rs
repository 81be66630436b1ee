//! The way to a Dart program in the same process: a C ABI for `dart:ffi`, exported from the application's own library.
//!
//! ```no_run
//! # fn main() {}
//! use bellwire::{BuildError, Server};
//!
//! /// Puts the core together, once in the life of the process.
//! fn core(_config: &[u8]) -> Result<Server, BuildError> {
//!     Server::builder().build() // with `.group(…)` for each event group
//! }
//!
//! bellwire::ffi::export!(core);
//! ```
//!
//! That is the whole of a library crate with `crate-type = ["cdylib"]`. `FfiTransport` of the Dart package opens it.
//!
//! # Where things run
//!
//! On a tokio runtime: one that is made for the purpose, or the application's own, by
//! `export!(core, runtime = handle)`, where `handle` is a `fn() -> tokio::runtime::Handle`. `core` runs there too, on
//! a thread that may block, when the first session opens. Nothing of the application runs on Dart's threads.
//!
//! # Sessions
//!
//! Each isolate that opens the library has a session of its own. Its frames are posted to one port, as external typed
//! data, which is not copied (except by the VM, up to a size where that costs less); a finalizer gives the memory back. While
//! the isolate is busy, frames wait, and come together in one message. A session ends when it is closed, and with its isolate: a
//! native finalizer closes it, and where none ran, the next post that fails or the next session that opens. After a
//! session was closed nothing is posted for it, not even by a thread that was about to. When the process exits, nothing is
//! posted for any.
//!
//! # Panics
//!
//! None crosses the boundary: a handler's is a fault of its call, `core`'s one of the session, and any other answers with
//! [`INTERNAL`](crate::Code::Internal). In a profile with `panic = "abort"` nothing can be caught and every panic ends the app;
//! `export!` then warns at compile time.
//!
//! # The ABI
//!
//! `include/bellwire.h` describes it to C. The library exports one symbol, named after its crate, so that several of
//! them can be linked into one program: `bellwire_` and the name of the crate, or what `export!(core, name = "…")` says.

#![allow(unsafe_code, reason = "a C ABI cannot be written without")]

mod abi;
mod dart;
mod export;
mod handles;
mod inbox;
mod library;
mod port;
mod sessions;

pub use crate::__ffi_export as export;

#[doc(hidden)]
pub use self::abi::{BellwireApi, BellwireSession, VERSION};
#[doc(hidden)]
pub use self::library::Library;
