//! The functions that cross the boundary. `include/bellwire.h` is made from this file.
//!
//! Every pointer, length and number may be nonsense: the functions answer with a code. None lets a panic through.

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{ptr, slice};

use super::handles::Handles;
use super::library::Library;
use super::sessions;
use crate::Code;

/// The version of what this file describes.
pub const VERSION: u32 = 1;

/// A session of an isolate with the core. A number in the guise of an address: nothing is there.
pub struct BellwireSession {
    _private: [u8; 0],
}

/// The functions of a library.
///
/// Those that answer with a status answer with 0, or with the number of one of gRPC's codes: INVALID_ARGUMENT (3) for
/// arguments that make no sense, RESOURCE_EXHAUSTED (8) where threads or memory are lacking, UNIMPLEMENTED (12) for a VM
/// whose API is of another major version, INTERNAL (13) after a panic, UNAVAILABLE (14) for a session that is closed or
/// never was open.
///
/// All of them can be called from any thread. `allocate`, `send`, `wake` and `free` wait for nothing and do not call the
/// VM, so they can be leaf calls.
#[repr(C)]
pub struct BellwireApi {
    /// The version of this struct: BELLWIRE_VERSION.
    pub version: u32,

    /// Opens a session, whose frames are posted to `port`, as external typed data where they are large and as typed data
    /// where they are small, or several at once as an array of those. Null is posted behind the last; other objects are to
    /// be ignored.
    ///
    /// `dart_api` is `NativeApi.initializeApiDLData` of Dart. `config` is handed to the core where it starts with this
    /// session, and is copied; it may be null if `config_length` is 0. `session` receives the session, or null.
    pub open: unsafe extern "C" fn(
        dart_api: *const c_void,
        port: i64,
        config: *const u8,
        config_length: usize,
        session: *mut *mut BellwireSession,
    ) -> i32,

    /// Memory for a frame, all zero, or null where there is none.
    pub allocate: extern "C" fn(length: usize) -> *mut u8,

    /// Sends a frame of `length` bytes, at most those that were allocated. Whatever the status, `frame` is no longer the
    /// caller's, unless it never was. With `more`, not 0, the core need not look at it before `wake` or another `send`.
    pub send: extern "C" fn(
        session: *mut BellwireSession,
        frame: *mut u8,
        length: usize,
        more: u32,
    ) -> i32,

    /// Has the core look at what was sent.
    pub wake: extern "C" fn(session: *mut BellwireSession) -> i32,

    /// Says that a message was read, and how many frames were in it. Until then others wait, and are posted together. The
    /// core makes 256 frames beyond those that it knows to be read.
    pub read: extern "C" fn(session: *mut BellwireSession, frames: usize) -> i32,

    /// Closes a session: its calls are cancelled, and nothing is posted once this returns. One that is closed, and null, is
    /// left alone.
    pub close: extern "C" fn(session: *mut BellwireSession),

    /// Gives memory back that was allocated and not sent. Any other is left alone.
    pub free: extern "C" fn(frame: *mut u8),
}

impl BellwireApi {
    /// The functions of a library that opens its sessions with this one.
    pub const fn new(
        open: unsafe extern "C" fn(
            *const c_void,
            i64,
            *const u8,
            usize,
            *mut *mut BellwireSession,
        ) -> i32,
    ) -> Self {
        Self {
            version: VERSION,
            open,
            allocate,
            send,
            wake,
            read,
            close,
            free,
        }
    }
}

/// Memory that the other side writes frames into, by its address.
static ALLOCATED: Handles<Box<[u8]>> = Handles::new();

impl Library {
    /// [`BellwireApi::open`] of this library.
    ///
    /// # Safety
    ///
    /// Each pointer is null or what the function's description says.
    pub unsafe fn open_session(
        &'static self,
        dart_api: *const c_void,
        port: i64,
        config: *const u8,
        config_length: usize,
        session: *mut *mut BellwireSession,
    ) -> i32 {
        status(|| {
            if session.is_null() || config_length > isize::MAX.cast_unsigned() {
                return Err(Code::InvalidArgument);
            }
            // SAFETY: it is not null, so it is where a pointer can be written.
            unsafe { session.write(ptr::null_mut()) };
            let config = match (config.is_null(), config_length) {
                (_, 0) => &[],
                (true, _) => return Err(Code::InvalidArgument),
                // SAFETY: it points to as many bytes, which nobody writes to during the call.
                (false, _) => unsafe { slice::from_raw_parts(config, config_length) },
            };
            // SAFETY: the caller vouches for it.
            let number = unsafe { self.open(dart_api, port, config) }?;
            // SAFETY: as above.
            unsafe { session.write(ptr::without_provenance_mut(number)) };
            Ok(())
        })
    }
}

extern "C" fn allocate(length: usize) -> *mut u8 {
    let allocated = caught(|| {
        let mut frame = Vec::new();
        // One byte more, so that each has an address of its own.
        frame.try_reserve_exact(length.checked_add(1)?).ok()?;
        frame.resize(length + 1, 0);
        let mut frame = frame.into_boxed_slice();
        let address = frame.as_mut_ptr();
        ALLOCATED.insert_as(address.addr(), frame);
        Some(address)
    });
    allocated.flatten().unwrap_or(ptr::null_mut())
}

extern "C" fn send(session: *mut BellwireSession, frame: *mut u8, length: usize, more: u32) -> i32 {
    status(|| {
        let frame = ALLOCATED
            .remove(frame.addr())
            .ok_or(Code::InvalidArgument)?;
        if length >= frame.len() {
            return Err(Code::InvalidArgument);
        }
        let mut frame = bytes::Bytes::from(frame);
        frame.truncate(length);
        sessions::tell(session.addr(), frame, more != 0)
    })
}

extern "C" fn wake(session: *mut BellwireSession) -> i32 {
    status(|| sessions::wake(session.addr()))
}

extern "C" fn read(session: *mut BellwireSession, frames: usize) -> i32 {
    status(|| sessions::read(session.addr(), frames))
}

extern "C" fn close(session: *mut BellwireSession) {
    caught(|| sessions::close(session.addr()));
}

extern "C" fn free(frame: *mut u8) {
    caught(|| drop(ALLOCATED.remove(frame.addr())));
}

fn status(work: impl FnOnce() -> Result<(), Code>) -> i32 {
    match caught(work) {
        Some(Ok(())) => 0,
        Some(Err(code)) => code.number().cast_signed(),
        None => Code::Internal.number().cast_signed(),
    }
}

/// What comes of it, unless it panics.
fn caught<R>(work: impl FnOnce() -> R) -> Option<R> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => Some(result),
        Err(panic) => {
            // Dropping it might panic again.
            std::mem::forget(panic);
            None
        }
    }
}
