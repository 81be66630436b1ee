//! Dart's side of the C ABI, played in Rust: a VM with ports that deliver, that are closed, and that misbehave as the real
//! one may.

#![allow(dead_code, reason = "no test uses all of it")]
#![allow(unsafe_code, reason = "a C ABI cannot be used without")]

use std::collections::{BTreeMap, HashMap};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::thread;
use std::time::Duration;

use bellwire::ffi::{BellwireApi, BellwireSession, Library};
use bellwire::{Bytes, Connection, EventGroupInfo, Server, Told};
use tokio::runtime::Handle;

/// The structs of `dart_native_api.h`, as far as they are used.
#[repr(C)]
struct CObject {
    kind: c_int,
    value: Value,
}

#[repr(C)]
union Value {
    boolean: bool,
    integer: i64,
    array: Array,
    typed: Typed,
    external: External,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Typed {
    element: c_int,
    length: isize,
    data: *const u8,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Array {
    length: isize,
    values: *const *const CObject,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct External {
    element: c_int,
    length: isize,
    data: *mut u8,
    peer: *mut c_void,
    finalizer: extern "C" fn(*mut c_void, *mut c_void),
}

/// The struct of `dart_api_dl_impl.h`.
#[repr(C)]
struct Table {
    major: c_int,
    minor: c_int,
    functions: *const Entry,
}

#[repr(C)]
struct Entry {
    name: *const c_char,
    function: Option<unsafe extern "C" fn(i64, *mut CObject) -> bool>,
}

const fn entry(
    name: &'static CStr,
    function: unsafe extern "C" fn(i64, *mut CObject) -> bool,
) -> Entry {
    Entry {
        name: name.as_ptr(),
        function: Some(function),
    }
}

struct Functions([Entry; 3]);
// SAFETY: they never change.
unsafe impl Sync for Functions {}
unsafe impl Sync for Table {}

static FUNCTIONS: Functions = Functions([
    entry(c"Dart_IsError", another),
    entry(c"Dart_PostCObject", post),
    Entry {
        name: ptr::null(),
        function: None,
    },
]);
static TABLE: Table = Table {
    major: 2,
    minor: 3,
    functions: &raw const FUNCTIONS.0 as *const Entry,
};
static OTHER_MAJOR: Table = Table {
    major: 3,
    minor: 0,
    functions: ptr::null(),
};
static WITHOUT_POST: Table = Table {
    major: 2,
    minor: 0,
    functions: unsafe { (&raw const FUNCTIONS.0 as *const Entry).add(2) },
};

/// `NativeApi.initializeApiDLData`.
pub fn api() -> *const c_void {
    (&raw const TABLE).cast()
}

/// That of VMs that cannot be served: one of another major version, and one without the function.
pub fn strange_apis() -> [*const c_void; 2] {
    [
        (&raw const OTHER_MAJOR).cast(),
        (&raw const WITHOUT_POST).cast(),
    ]
}

/// What a port does with what is posted to it.
#[derive(Clone)]
enum Port {
    Open(Deliver),
    Refusing(Refusal),
}

/// Puts a message into the queue of an isolate. False where that is gone.
type Deliver = Arc<dyn Fn(Message) -> bool + Send + Sync>;

/// What a VM does with external data that it refuses.
#[derive(Debug, Clone, Copy)]
pub enum Refusal {
    /// Nothing: it still belongs to who posted it.
    Plain,
    /// It runs the finalizer all the same.
    Finalizes,
    /// It runs the finalizer a little later, on another thread.
    FinalizesLater,
}

static PORTS: Mutex<Option<HashMap<i64, Port>>> = Mutex::new(None);

fn ports<R>(work: impl FnOnce(&mut HashMap<i64, Port>) -> R) -> R {
    work(PORTS.lock().expect("whole").get_or_insert_default())
}

/// Opens a port, and gives what is posted to it.
pub fn open_port() -> (i64, Receiver<Message>) {
    let (sender, receiver) = channel();
    let port = open_port_to(move |message| sender.send(message).is_ok());
    (port, receiver)
}

/// Opens a port for messages to this.
pub fn open_port_to(deliver: impl Fn(Message) -> bool + Send + Sync + 'static) -> i64 {
    // They are random in a real VM, and as large.
    static NEXT: AtomicI64 = AtomicI64::new(0x7abc_dead_beef_0000);
    let number = NEXT.fetch_add(1, Ordering::SeqCst);
    ports(|ports| ports.insert(number, Port::Open(Arc::new(deliver))));
    number
}

/// Closes a port.
pub fn close_port(number: i64, refusal: Refusal) {
    ports(|ports| ports.insert(number, Port::Refusing(refusal)));
}

/// What was posted: each frame by itself, also where several came at once.
#[derive(Debug)]
pub enum Message {
    Frame(Frame),
    Null,
}

impl Message {
    pub fn frame(self) -> Frame {
        match self {
            Self::Frame(frame) => frame,
            other => panic!("{other:?}"),
        }
    }
}

#[derive(Debug)]
pub struct Frame {
    pub bytes: Bytes,
    port: i64,
}

impl Frame {
    /// Takes the frame as an isolate does, which tells the core.
    pub fn read(self) -> Bytes {
        let session = SESSIONS.lock().expect("whole").get(&self.port).copied();
        if let Some(session) = session {
            (functions().read)(ptr::without_provenance_mut(session), 1);
        }
        self.bytes
    }
}

/// The sessions of ports.
static SESSIONS: Mutex<BTreeMap<i64, usize>> = Mutex::new(BTreeMap::new());

/// How often something was posted to each port.
static POSTS: Mutex<BTreeMap<i64, usize>> = Mutex::new(BTreeMap::new());

/// How often something was posted to a port.
pub fn posts(port: i64) -> usize {
    POSTS
        .lock()
        .expect("whole")
        .get(&port)
        .copied()
        .unwrap_or_default()
}

/// Says whose frames are posted to a port.
pub fn belongs(port: i64, session: *mut BellwireSession) {
    SESSIONS.lock().expect("whole").insert(port, session.addr());
}

/// External data in the VM's heap: its finalizer runs when it is collected.
struct Collected(External);
// SAFETY: the memory is the VM's, whichever thread it is on.
unsafe impl Send for Collected {}

impl AsRef<[u8]> for Collected {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: it was posted so, and was not finalized yet.
        unsafe { std::slice::from_raw_parts(self.0.data, self.0.length.cast_unsigned()) }
    }
}

impl Drop for Collected {
    fn drop(&mut self) {
        (self.0.finalizer)(ptr::null_mut(), self.0.peer);
    }
}

unsafe extern "C" fn another(_: i64, _: *mut CObject) -> bool {
    panic!("another function than the one that was asked for");
}

/// `Dart_PostCObject`.
unsafe extern "C" fn post(number: i64, object: *mut CObject) -> bool {
    // SAFETY: it is an object, of the kinds that are posted here.
    let pieces = unsafe {
        let object = &*object;
        match object.kind {
            0 => Vec::new(),
            // To see whether anybody is there: to be ignored.
            1 => return ports(|ports| matches!(ports.get(&number), Some(Port::Open(_)))),
            6 => {
                let Array { length, values } = object.value.array;
                assert!(length > 1, "one frame comes without an array");
                let values = std::slice::from_raw_parts(values, length.cast_unsigned());
                values.iter().map(|value| piece(&**value)).collect()
            }
            _ => vec![piece(object)],
        }
    };
    *POSTS.lock().expect("whole").entry(number).or_default() += 1;
    let port = ports(|ports| ports.get(&number).cloned());
    match port {
        Some(Port::Open(deliver)) if pieces.is_empty() => deliver(Message::Null),
        Some(Port::Open(deliver)) => pieces.into_iter().map(Piece::bytes).fold(true, |_, bytes| {
            deliver(Message::Frame(Frame {
                bytes,
                port: number,
            }))
        }),
        Some(Port::Refusing(refusal)) => {
            let refused: Vec<_> = pieces.into_iter().filter_map(Piece::external).collect();
            match refusal {
                Refusal::Plain => refused.into_iter().for_each(std::mem::forget),
                Refusal::Finalizes => drop(refused),
                Refusal::FinalizesLater => {
                    thread::spawn(move || {
                        thread::sleep(Duration::from_millis(20));
                        drop(refused);
                    });
                }
            }
            false
        }
        None => false,
    }
}

/// One frame of a message.
enum Piece {
    Copied(Bytes),
    External(Collected),
}

impl Piece {
    fn bytes(self) -> Bytes {
        match self {
            Self::Copied(bytes) => bytes,
            Self::External(external) => Bytes::from_owner(external),
        }
    }

    fn external(self) -> Option<Collected> {
        match self {
            Self::Copied(_) => None,
            Self::External(external) => Some(external),
        }
    }
}

/// # Safety
///
/// It is an object.
unsafe fn piece(object: &CObject) -> Piece {
    // SAFETY: its kind says what it is.
    match object.kind {
        7 => unsafe {
            let Typed {
                element,
                length,
                data,
            } = object.value.typed;
            assert_eq!(element, 2, "a Uint8List");
            let bytes = std::slice::from_raw_parts(data, length.cast_unsigned());
            Piece::Copied(Bytes::copy_from_slice(bytes))
        },
        8 => unsafe {
            let external = object.value.external;
            assert_eq!(external.element, 2, "a Uint8List");
            Piece::External(Collected(external))
        },
        kind => panic!("an object of kind {kind}"),
    }
}

/// The functions of a library, but for `open`.
pub fn functions() -> &'static BellwireApi {
    unsafe extern "C" fn open(
        _: *const c_void,
        _: i64,
        _: *const u8,
        _: usize,
        _: *mut *mut BellwireSession,
    ) -> i32 {
        unreachable!("another is called");
    }
    static FUNCTIONS: BellwireApi = BellwireApi::new(open);
    &FUNCTIONS
}

/// Sends a frame as Dart does: into memory of the library.
pub fn send(session: *mut BellwireSession, frame: &[u8]) -> i32 {
    let memory = (functions().allocate)(frame.len());
    assert!(!memory.is_null());
    // SAFETY: it was allocated so long.
    unsafe { ptr::copy_nonoverlapping(frame.as_ptr(), memory, frame.len()) };
    (functions().send)(session, memory, frame.len(), 0)
}

/// An isolate with one session.
pub struct Isolate {
    pub port: i64,
    pub session: *mut BellwireSession,
}
// SAFETY: the session is a number.
unsafe impl Send for Isolate {}
unsafe impl Sync for Isolate {}

impl Isolate {
    /// Opens a session with a server, on the runtime of the caller, and gives what is posted to it.
    pub fn open(server: &Server) -> (Self, Receiver<Message>) {
        let (port, messages) = open_port();
        (Self::open_at(port, server), messages)
    }

    /// The same for a port that is open.
    pub fn open_at(port: i64, server: &Server) -> Self {
        Self::open_library(port, library(), &config(server))
    }

    /// Opens a session with a library.
    pub fn open_library(port: i64, library: &'static Library, config: &[u8]) -> Self {
        // SAFETY: the table is one, and the port is open.
        let number = unsafe { library.open(api(), port, config) }.expect("it opens");
        let session = ptr::without_provenance_mut(number);
        belongs(port, session);
        Self { port, session }
    }

    pub fn close(&self) {
        (functions().close)(self.session);
    }
}

impl Drop for Isolate {
    fn drop(&mut self) {
        self.close();
        close_port(self.port, Refusal::Plain);
    }
}

/// A library of its own, which finds its core by [`start`], on the runtime of whoever opens it.
pub fn library() -> &'static Library {
    // Kept here, so that it is not taken for a leak.
    static LIBRARIES: Mutex<Vec<&'static Library>> = Mutex::new(Vec::new());
    let library: &Library = Box::leak(Box::new(Library::new(start, Some(Handle::current))));
    LIBRARIES.lock().expect("whole").push(library);
    library
}

static SERVERS: Mutex<Vec<Server>> = Mutex::new(Vec::new());

/// What makes [`start`] answer with this server.
pub fn config(server: &Server) -> Vec<u8> {
    let mut servers = SERVERS.lock().expect("whole");
    servers.push(server.clone());
    (servers.len() - 1).to_string().into_bytes()
}

/// How a library finds its core.
pub fn start(config: &[u8]) -> Result<Server, Box<dyn std::error::Error + Send + Sync>> {
    let index: usize = std::str::from_utf8(config)?.parse()?;
    let servers = SERVERS.lock().expect("whole");
    servers
        .get(index)
        .cloned()
        .ok_or_else(|| "no such server".into())
}

/// A generated client's way to a server, through the C ABI, with a thread for the isolate.
pub fn connect(
    server: &Server,
    groups: &[&'static EventGroupInfo],
    told: impl Fn(Told) + Send + Sync + 'static,
) -> (Arc<Isolate>, Connection) {
    let (isolate, messages) = Isolate::open(server);
    let isolate = Arc::new(isolate);
    let connection: Arc<OnceLock<Connection>> = Arc::default();
    let ends = {
        let (isolate, connection) = (Arc::downgrade(&isolate), Arc::clone(&connection));
        move || read_all(&messages, &isolate, &connection)
    };
    let own = Arc::clone(&isolate);
    let send = move |frame: Bytes| {
        // Where the session has ended, its isolate hears of it.
        send(own.session, &frame);
    };
    let opened = Connection::new(groups, send, told);
    // It is empty: nothing else sets it.
    let _ = connection.set(opened.clone());
    thread::spawn(ends);
    (isolate, opened)
}

/// Hands on what is posted, until the isolate is gone.
fn read_all(
    messages: &Receiver<Message>,
    isolate: &Weak<Isolate>,
    connection: &OnceLock<Connection>,
) {
    for message in messages {
        let (Some(_isolate), Some(connection)) = (isolate.upgrade(), connection.get()) else {
            return;
        };
        match message {
            Message::Frame(frame) => connection.receive(frame.read()),
            Message::Null => return connection.close(),
        }
    }
}
