//! The C ABI, called as a Dart program calls it and as one that has lost its mind does. Dart's side is played in Rust, so
//! that valgrind and AddressSanitizer can watch: `make test-memory`.

#![cfg(feature = "ffi")]
#![allow(unsafe_code, reason = "a C ABI cannot be used without")]

mod dart_vm;
mod fixture;

use std::alloc::{GlobalAlloc, Layout, System};
use std::ffi::c_void;
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant};

use bellwire::ffi::{BellwireApi, BellwireSession, Library};
use bellwire::wire::bellwire::v1::client_frame::Kind;
use bellwire::wire::bellwire::v1::server_frame::Kind as FromCore;
use bellwire::wire::bellwire::v1::{
    Call, ClientFrame, Hello, Ping, ServerFrame, Subscribe, Subscription,
};
use bellwire::{Bytes, Code, Limits, Server};
use prost::Message as _;

use dart_vm::{Isolate, Message, Refusal, functions, send};
use fixture::generated::fixture::v1::{Blob, Text};
use fixture::{Core, core, core_with, eventually, text};

/// The size from which memory is counted.
const LARGE: usize = 64 * 1024;

/// The system's allocator, which counts what is large.
struct Counting;

static LARGE_ALIVE: AtomicIsize = AtomicIsize::new(0);
static LARGE_BYTES: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: everything is the system's allocator's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let memory = unsafe { System.alloc(layout) };
        if layout.size() >= LARGE && !memory.is_null() {
            LARGE_ALIVE.fetch_add(1, Ordering::SeqCst);
            LARGE_BYTES.fetch_add(layout.size(), Ordering::SeqCst);
        }
        memory
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if layout.size() >= LARGE {
            LARGE_ALIVE.fetch_sub(1, Ordering::SeqCst);
        }
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Held by tests that count, and by those that allocate what is counted.
async fn counts() -> tokio::sync::MutexGuard<'static, ()> {
    static COUNTS: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    COUNTS.lock().await
}

fn frame(kind: Kind, payload: &impl prost::Message) -> Vec<u8> {
    let frame = ClientFrame {
        kind: Some(kind),
        payload: payload.encode_to_vec().into(),
    };
    frame.encode_to_vec()
}

fn hello() -> Vec<u8> {
    let hello = Hello {
        protocol: 1,
        uses: Vec::new(),
    };
    frame(Kind::Hello(hello), &())
}

fn call(id: u64, event: &str, input: &impl prost::Message) -> Vec<u8> {
    let call = Call {
        id,
        path: format!("fixture.v1.EchoEvent/{event}"),
        credit: 8,
        ..Call::default()
    };
    frame(Kind::Call(call), input)
}

fn ping(nonce: u64) -> Vec<u8> {
    frame(Kind::Ping(Ping { nonce }), &())
}

/// The next frame that is posted.
fn next(messages: &Receiver<Message>) -> ServerFrame {
    let frame = take(messages).frame().read();
    ServerFrame::decode(frame).expect("a frame")
}

fn take(messages: &Receiver<Message>) -> Message {
    let message = messages.recv_timeout(Duration::from_secs(60));
    message.expect("something is posted")
}

/// What is said in the next frame, which must be a fault.
fn next_fault(messages: &Receiver<Message>) -> (u64, Code, String) {
    match next(messages).kind {
        Some(FromCore::Fault(fault)) => (fault.id, Code::from_number(fault.code), fault.message),
        other => panic!("{other:?}"),
    }
}

/// An isolate that has been welcomed.
fn welcomed(server: &Server) -> (Isolate, Receiver<Message>) {
    let (isolate, messages) = Isolate::open(server);
    assert_eq!(send(isolate.session, &hello()), 0);
    assert!(matches!(next(&messages).kind, Some(FromCore::Welcome(_))));
    (isolate, messages)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exported_library_answers() {
    static SERVERS: Mutex<Option<Core>> = Mutex::new(None);
    static STARTED: AtomicUsize = AtomicUsize::new(0);

    fn start(config: &[u8]) -> Result<Server, std::str::Utf8Error> {
        assert_eq!(std::str::from_utf8(config)?, "the configuration");
        STARTED.fetch_add(1, Ordering::SeqCst);
        let core = core();
        let server = core.server.clone();
        *SERVERS.lock().expect("whole") = Some(core);
        Ok(server)
    }
    bellwire::ffi::export!(start, name = "test");

    unsafe extern "C" {
        fn bellwire_test() -> *const BellwireApi;
    }
    // SAFETY: it is the function that was just exported.
    let api = unsafe { &*bellwire_test() };
    assert_eq!(api.version, 1);
    let config = b"the configuration";
    for round in 0..3 {
        let (port, messages) = dart_vm::open_port();
        let mut session = ptr::null_mut();
        // SAFETY: everything is as the ABI says.
        let status = unsafe {
            (api.open)(
                dart_vm::api(),
                port,
                config.as_ptr(),
                config.len(),
                &raw mut session,
            )
        };
        assert_eq!(status, 0);
        assert!(!session.is_null());
        dart_vm::belongs(port, session);
        send(session, &hello());
        send(session, &call(1, "Say", &text("hello")));
        assert!(matches!(next(&messages).kind, Some(FromCore::Welcome(_))));
        let answer = next(&messages);
        assert!(matches!(&answer.kind, Some(FromCore::Ok(ok)) if ok.id == 1));
        assert_eq!(Text::decode(answer.payload), Ok(text("hello")));
        (api.close)(session);
        assert_eq!(STARTED.load(Ordering::SeqCst), 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_makes_no_sense_is_a_status() {
    let core = core();
    let library = dart_vm::library();
    let config = dart_vm::config(&core.server);
    let (port, _messages) = dart_vm::open_port();
    let open = |api: *const c_void, port, config: *const u8, length, session: *mut *mut _| {
        // SAFETY: null is allowed, and the rest is what it says.
        unsafe { library.open_session(api, port, config, length, session) }
    };
    let mut session = ptr::dangling_mut::<BellwireSession>();
    let out = &raw mut session;
    let (invalid, unimplemented, unavailable) = (3, 12, 14);
    let (bytes, length) = (config.as_ptr(), config.len());
    assert_eq!(open(ptr::null(), port, bytes, length, out), invalid);
    // SAFETY: it is ours.
    assert!(unsafe { out.read() }.is_null());
    assert_eq!(open(dart_vm::api(), 0, bytes, length, out), invalid);
    assert_eq!(open(dart_vm::api(), port, ptr::null(), 1, out), invalid);
    assert_eq!(open(dart_vm::api(), port, bytes, usize::MAX, out), invalid);
    let nowhere = ptr::null_mut();
    assert_eq!(open(dart_vm::api(), port, bytes, length, nowhere), invalid);
    for strange in dart_vm::strange_apis() {
        assert_eq!(open(strange, port, bytes, length, out), unimplemented);
    }

    let api = functions();
    // Before anything is open, after it is closed, and what never was.
    let (isolate, messages) = welcomed(&core.server);
    isolate.close();
    isolate.close();
    for session in [
        ptr::null_mut(),
        isolate.session,
        ptr::without_provenance_mut(usize::MAX),
    ] {
        assert_eq!(send(session, &ping(1)), unavailable);
        assert_eq!((api.read)(session, 1), unavailable);
        assert_eq!((api.wake)(session), unavailable);
        (api.close)(session);
    }
    assert!(messages.try_recv().is_err());

    let (isolate, messages) = welcomed(&core.server);
    assert_eq!((api.send)(isolate.session, ptr::null_mut(), 0, 0), invalid);
    assert_eq!(
        (api.send)(isolate.session, ptr::dangling_mut(), 9, 0),
        invalid
    );
    // Longer than it is; and then it is gone.
    let memory = (api.allocate)(4);
    assert_eq!((api.send)(isolate.session, memory, 5, 0), invalid);
    assert_eq!((api.send)(isolate.session, memory, 4, 0), invalid);
    // Twice.
    let memory = (api.allocate)(0);
    assert_eq!((api.send)(isolate.session, memory, 0, 0), 0);
    assert_eq!((api.send)(isolate.session, memory, 0, 0), invalid);
    // Twice, in another way.
    let memory = (api.allocate)(100);
    (api.free)(memory);
    (api.free)(memory);
    assert_eq!((api.send)(isolate.session, memory, 100, 0), invalid);
    (api.free)(ptr::null_mut());
    (api.free)(ptr::dangling_mut());
    assert!((api.allocate)(usize::MAX).is_null());
    assert!((api.allocate)(isize::MAX.cast_unsigned()).is_null());
    // More than were posted.
    assert_eq!((api.read)(isolate.session, usize::MAX), 0);
    // No frames at all, and a frame with rubbish behind it; the session lives.
    send(isolate.session, &[0xff; 7]);
    assert_eq!(next_fault(&messages).1, Code::Unimplemented);
    assert_eq!(next_fault(&messages).1, Code::InvalidArgument);
    send(isolate.session, &ping(7));
    assert!(matches!(next(&messages).kind, Some(FromCore::Pong(pong)) if pong.nonce == 7));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_core_that_cannot_start_is_a_fault_and_may_try_again() {
    static TRIES: AtomicUsize = AtomicUsize::new(0);

    static LIBRARY: Library = Library::new(
        |config| match TRIES.fetch_add(1, Ordering::SeqCst) {
            0 => Err("no disk".into()),
            // Not `panic!`, whose backtrace would be counted as large memory.
            1 => std::panic::resume_unwind(Box::new("no luck")),
            _ => dart_vm::start(config),
        },
        Some(tokio::runtime::Handle::current),
    );

    let core = core();
    let config = dart_vm::config(&core.server);
    for (code, said) in [(Code::Unavailable, "no disk"), (Code::Internal, "no luck")] {
        let (port, messages) = dart_vm::open_port();
        let isolate = Isolate::open_library(port, &LIBRARY, &config);
        send(isolate.session, &hello());
        let (id, actual, message) = next_fault(&messages);
        assert_eq!((id, actual), (0, code));
        assert!(message.contains(said), "{message}");
        assert!(matches!(take(&messages), Message::Null));
        eventually("nothing listens", || send(isolate.session, &hello()) == 14).await;
    }
    let (port, messages) = dart_vm::open_port();
    let isolate = Isolate::open_library(port, &LIBRARY, &config);
    send(isolate.session, &hello());
    assert!(matches!(next(&messages).kind, Some(FromCore::Welcome(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_library_has_a_runtime_of_its_own() {
    fn start(config: &[u8]) -> Result<Server, Box<dyn std::error::Error + Send + Sync>> {
        assert!(tokio::runtime::Handle::try_current().is_ok());
        dart_vm::start(config)
    }
    static LIBRARY: Library = Library::new(start, None);

    let core = core();
    let config = dart_vm::config(&core.server);
    let isolates: Vec<_> = thread::scope(|scope| {
        let open = || {
            scope.spawn(|| {
                let (port, messages) = dart_vm::open_port();
                (Isolate::open_library(port, &LIBRARY, &config), messages)
            })
        };
        let opened: Vec<_> = (0..4).map(|_| open()).collect();
        opened
            .into_iter()
            .map(|open| open.join().expect("no panic"))
            .collect()
    });
    let (first, _) = &isolates[0];
    send(first.session, &hello());
    send(first.session, &call(1, "Say", &text("block")));
    eventually("it blocks", || core.probe.blocked.load(Ordering::SeqCst)).await;
    // It has taken a thread of the runtime, and no other isolate's.
    for (isolate, messages) in &isolates[1..] {
        send(isolate.session, &hello());
        send(isolate.session, &call(1, "Nothing", &()));
        assert!(matches!(next(messages).kind, Some(FromCore::Welcome(_))));
        assert!(matches!(next(messages).kind, Some(FromCore::Ok(_))));
    }
    core.probe.unblock();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_session_cancels_its_calls_and_posts_nothing() {
    let core = core();
    let (isolate, messages) = welcomed(&core.server);
    let (other, other_messages) = welcomed(&core.server);
    for id in 1..=20 {
        send(isolate.session, &call(id, "Wait", &()));
    }
    send(isolate.session, &subscribe("Said"));
    send(other.session, &call(1, "Wait", &()));
    eventually("all run", || core.probe.alive() == 21).await;
    eventually("it is subscribed", || {
        core.server.hub().subscription_count() == 1
    })
    .await;
    isolate.close();
    dart_vm::close_port(isolate.port, Refusal::Plain);
    eventually("its calls are dropped", || core.probe.alive() == 1).await;
    eventually("it is gone", || core.server.open_sessions() == 1).await;
    assert_eq!(core.server.hub().subscription_count(), 0);
    core.notifier.said(&text("nobody hears it"));
    core.probe.go.add_permits(1);
    assert!(matches!(next(&other_messages).kind, Some(FromCore::Ok(_))));
    assert!(messages.try_recv().is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_frame_is_freed_exactly_once_and_ends_its_session() {
    let _counts = counts().await;
    let core = core();
    for refusal in [Refusal::Plain, Refusal::Finalizes, Refusal::FinalizesLater] {
        for _ in 0..20 {
            let (isolate, messages) = welcomed(&core.server);
            send(isolate.session, &call(1, "Wait", &()));
            send(isolate.session, &subscribe("Said"));
            eventually("it runs", || core.probe.alive() == 1).await;
            dart_vm::close_port(isolate.port, refusal);
            let large = text("a".repeat(2 * LARGE));
            send(isolate.session, &call(2, "Say", &large));
            drop(large);
            eventually("the session is gone", || core.server.open_sessions() == 0).await;
            eventually("its call is dropped", || core.probe.alive() == 0).await;
            assert_eq!(core.server.hub().subscription_count(), 0);
            assert_eq!(send(isolate.session, &ping(1)), 14);
            assert!(messages.try_recv().is_err());
        }
        eventually(&format!("{refusal:?}: all is freed"), || {
            LARGE_ALIVE.load(Ordering::SeqCst) == 0
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_whose_isolate_is_gone_is_closed_when_another_opens() {
    let core = core();
    let (isolate, _messages) = welcomed(&core.server);
    let (survivor, survivors) = welcomed(&core.server);
    send(isolate.session, &call(1, "Wait", &()));
    eventually("it runs", || core.probe.alive() == 1).await;
    // Killed, and nobody closed its session.
    dart_vm::close_port(isolate.port, Refusal::Plain);
    let (_restarted, _more) = welcomed(&core.server);
    eventually("its call is dropped", || core.probe.alive() == 0).await;
    assert_eq!(core.server.open_sessions(), 2);
    send(survivor.session, &call(1, "Say", &text("still here")));
    assert!(matches!(next(&survivors).kind, Some(FromCore::Ok(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_races_calls() {
    let core = core();
    for round in 0..100 {
        let (isolate, messages) = welcomed(&core.server);
        thread::scope(|scope| {
            let session = isolate.session.addr();
            scope.spawn(move || {
                let session = ptr::without_provenance_mut(session);
                for id in 1..50 {
                    let status = send(session, &call(id, "Say", &text("hello")));
                    assert!(status == 0 || status == 14);
                }
            });
            scope.spawn(move || {
                let session = ptr::without_provenance_mut(session);
                thread::sleep(Duration::from_micros(round * 10));
                (functions().close)(session);
                // From here on nothing is posted.
            });
        });
        dart_vm::close_port(isolate.port, Refusal::FinalizesLater);
        while messages.try_recv().is_ok() {}
    }
    eventually("all are gone", || core.server.open_sessions() == 0).await;
    eventually("nothing runs", || core.server.running_calls() == 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_isolate_that_does_not_read_is_not_flooded() {
    let _counts = counts().await;
    let core = core_with(Limits::default().with_queue_length(10));
    let (isolate, messages) = welcomed(&core.server);
    send(isolate.session, &subscribe("Said"));
    eventually("it is subscribed", || {
        core.server.hub().subscription_count() == 1
    })
    .await;
    let told = |frame: ServerFrame| match frame.kind {
        Some(FromCore::Notification(_)) => 1,
        Some(FromCore::Lagged(lagged)) => lagged.missed,
        other => panic!("{other:?}"),
    };
    for number in 1..=100_000 {
        core.notifier.said(&text(number.to_string()));
        if number % 1_000 == 0 {
            tokio::task::yield_now().await;
        }
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let posted: Vec<_> = messages.try_iter().map(Message::frame).collect();
    assert!(posted.len() <= 256, "{} wait", posted.len());
    let posted = posted.into_iter().map(|frame| frame.read());
    let mut seen: u64 = posted
        .map(|frame| told(ServerFrame::decode(frame).expect("a frame")))
        .sum();
    while seen < 100_000 {
        seen += told(next(&messages));
    }
    assert_eq!(seen, 100_000);
}

/// What comes while the isolate is busy is posted together, once it has taken what it has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_isolate_is_woken_once_for_many_frames() {
    let core = core();
    let (isolate, messages) = welcomed(&core.server);
    for nonce in 0..50 {
        send(isolate.session, &ping(nonce));
    }
    send(isolate.session, &subscribe("Said"));
    eventually("all was said", || {
        core.server.hub().subscription_count() == 1
    })
    .await;
    for nonce in 0..50 {
        assert!(matches!(next(&messages).kind, Some(FromCore::Pong(pong)) if pong.nonce == nonce));
    }
    let welcome_first_pong_and_the_rest = 3;
    assert_eq!(
        dart_vm::posts(isolate.port),
        welcome_first_pong_and_the_rest
    );
}

/// What is allocated for an echo: its input by the client and its output by the handler, each once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_payload_is_not_copied_on_its_way() {
    const SIZE: usize = 1 << 20;
    let _counts = counts().await;
    let core = core();
    let (isolate, messages) = welcomed(&core.server);
    let request = call(
        1,
        "Keep",
        &Blob {
            bytes: vec![7; SIZE].into(),
        },
    );
    let before = LARGE_BYTES.load(Ordering::SeqCst);
    for _ in 0..3 {
        send(isolate.session, &request);
        let answer: Bytes = take(&messages).frame().read();
        assert!(answer.len() > SIZE);
    }
    let allocated = LARGE_BYTES.load(Ordering::SeqCst) - before;
    assert!(allocated < 3 * 2 * (SIZE + 100), "{allocated} bytes");
    drop(request);
    drop(isolate);
    let began = Instant::now();
    while LARGE_ALIVE.load(Ordering::SeqCst) > 0 {
        assert!(began.elapsed() < Duration::from_secs(60), "it is freed");
        tokio::task::yield_now().await;
    }
}

fn subscribe(notification: &str) -> Vec<u8> {
    let subscription = Some(Subscription {
        path: format!("fixture.v1.EchoNotification/{notification}"),
        key: None,
    });
    frame(
        Kind::Subscribe(Subscribe {
            id: 1,
            subscription,
        }),
        &(),
    )
}
