//! As much of the Dart VM's native API as is used: `Dart_PostCObject`.
//!
//! The VM hands out the table that `dart_api_dl.h` reads (`NativeApi.initializeApiDLData` in Dart). Its layout, and that
//! of the objects that are posted, holds for one major version.

use std::ffi::{CStr, c_char, c_int, c_void};

use crate::Code;

/// The major version whose layouts are written down here.
const MAJOR: c_int = 2;

/// A port of an isolate. 0 is none.
pub type DartPort = i64;

/// How to post to ports of the VM.
#[derive(Clone, Copy)]
pub struct Dart {
    post: PostCObject,
}

type PostCObject = unsafe extern "C" fn(DartPort, *mut CObject) -> bool;

/// What the VM calls when it needs external data no more.
pub type Finalizer = extern "C" fn(isolate_data: *mut c_void, peer: *mut c_void);

#[repr(C)]
struct Table {
    major: c_int,
    minor: c_int,
    functions: *const Entry,
}

#[repr(C)]
struct Entry {
    /// Null behind the last.
    name: *const c_char,
    function: Option<unsafe extern "C" fn()>,
}

/// An object on its way into the VM.
#[repr(C)]
struct CObject {
    kind: c_int,
    value: Value,
}

#[repr(C)]
union Value {
    boolean: bool,
    external: External,
    /// The largest alignment of those that C has here.
    _integer: i64,
    _double: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct External {
    element: c_int,
    length: isize,
    data: *mut u8,
    peer: *mut c_void,
    finalizer: Finalizer,
}

const NULL: c_int = 0;
const BOOL: c_int = 1;
const EXTERNAL_TYPED_DATA: c_int = 8;
/// `Uint8List`.
const UINT8: c_int = 2;

impl Dart {
    /// Finds what is needed in the VM's table.
    ///
    /// # Safety
    ///
    /// `table` is null or what `NativeApi.initializeApiDLData` points to.
    pub unsafe fn find(table: *const c_void) -> Result<Self, Code> {
        // SAFETY: the caller vouches for it. Every version of the table begins with its versions.
        let table = unsafe { table.cast::<Table>().as_ref() }.ok_or(Code::InvalidArgument)?;
        if table.major != MAJOR || table.functions.is_null() {
            return Err(Code::Unimplemented);
        }
        let mut entry = table.functions;
        // SAFETY: in this version the table ends with an entry whose name is null, and names are C strings.
        unsafe {
            while let Some(name) = (*entry).name.as_ref() {
                if CStr::from_ptr(name) == c"Dart_PostCObject"
                    && let Some(function) = (*entry).function
                {
                    let post = std::mem::transmute::<unsafe extern "C" fn(), PostCObject>(function);
                    return Ok(Self { post });
                }
                entry = entry.add(1);
            }
        }
        Err(Code::Unimplemented)
    }

    /// Posts bytes, without copying them. False where the port is closed; the finalizer may have run all the same, may
    /// still run, or may not.
    ///
    /// # Safety
    ///
    /// The VM runs. The bytes live, and do not change, until the finalizer was called with this peer or false was answered.
    pub unsafe fn post_external(
        self,
        port: DartPort,
        bytes: &[u8],
        peer: *mut c_void,
        finalizer: Finalizer,
    ) -> bool {
        let external = External {
            element: UINT8,
            length: bytes.len().cast_signed(),
            data: bytes.as_ptr().cast_mut(),
            peer,
            finalizer,
        };
        let mut object = CObject {
            kind: EXTERNAL_TYPED_DATA,
            value: Value { external },
        };
        // SAFETY: the object is as the VM expects it; the rest the caller vouches for.
        unsafe { (self.post)(port, &raw mut object) }
    }

    /// Posts null.
    ///
    /// # Safety
    ///
    /// The VM runs.
    pub unsafe fn post_null(self, port: DartPort) -> bool {
        let mut object = CObject {
            kind: NULL,
            value: Value { boolean: false },
        };
        // SAFETY: as above.
        unsafe { (self.post)(port, &raw mut object) }
    }

    /// Posts true.
    ///
    /// # Safety
    ///
    /// The VM runs.
    pub unsafe fn post_true(self, port: DartPort) -> bool {
        let mut object = CObject {
            kind: BOOL,
            value: Value { boolean: true },
        };
        // SAFETY: as above.
        unsafe { (self.post)(port, &raw mut object) }
    }
}
