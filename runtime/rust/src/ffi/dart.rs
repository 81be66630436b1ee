//! As much of the Dart VM's native API as is used: `Dart_PostCObject`.
//!
//! The VM hands out the table that `dart_api_dl.h` reads (`NativeApi.initializeApiDLData` in Dart). Its layout, and that
//! of the objects that are posted, holds for one major version.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;

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
    array: Array,
    typed: Typed,
    external: External,
    /// The largest alignment of those that C has here.
    _integer: i64,
    _double: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Array {
    length: isize,
    values: *mut *mut CObject,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Typed {
    element: c_int,
    length: isize,
    data: *const u8,
}

/// Bytes that are posted.
#[derive(Clone, Copy)]
pub enum Piece {
    /// The VM copies them at once.
    Copied(*const u8, usize),
    /// The VM does not copy them.
    External(External),
}

/// Bytes that the VM is not to copy.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct External {
    element: c_int,
    length: isize,
    data: *mut u8,
    peer: *mut c_void,
    finalizer: Finalizer,
}

impl External {
    /// So many bytes. The VM calls the finalizer with the peer when it needs them no more.
    pub fn new(data: *const u8, length: usize, peer: *mut c_void, finalizer: Finalizer) -> Self {
        Self {
            element: UINT8,
            length: length.cast_signed(),
            data: data.cast_mut(),
            peer,
            finalizer,
        }
    }
}

const NULL: c_int = 0;
const BOOL: c_int = 1;
const ARRAY: c_int = 6;
const TYPED_DATA: c_int = 7;
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

    /// Posts one piece as a `Uint8List`, several as a list of them. False where the port is closed; the finalizers may have
    /// run all the same, may still run, or may not.
    ///
    /// # Safety
    ///
    /// The VM runs. The bytes live, and do not change, until this returns; those that are not copied until their finalizer
    /// was called or false was answered.
    pub unsafe fn post_pieces(self, port: DartPort, pieces: &[Piece]) -> bool {
        let objects = pieces.iter().map(|&piece| match piece {
            Piece::Copied(data, length) => CObject {
                kind: TYPED_DATA,
                value: Value {
                    typed: Typed {
                        element: UINT8,
                        length: length.cast_signed(),
                        data,
                    },
                },
            },
            Piece::External(external) => CObject {
                kind: EXTERNAL_TYPED_DATA,
                value: Value { external },
            },
        });
        let mut objects: Vec<_> = objects.collect();
        if let [object] = &mut *objects {
            // SAFETY: the object is as the VM expects it; the rest the caller vouches for.
            return unsafe { (self.post)(port, object) };
        }
        let mut values: Vec<_> = objects.iter_mut().map(ptr::from_mut).collect();
        let array = Array {
            length: values.len().cast_signed(),
            values: values.as_mut_ptr(),
        };
        let mut object = CObject {
            kind: ARRAY,
            value: Value { array },
        };
        // SAFETY: as above, for what the array points to as well.
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
