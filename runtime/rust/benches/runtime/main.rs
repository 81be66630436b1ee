//! What the runtime costs: `make bench`.
//!
//! One program that prints one table. Each line is measured until half a second has gone by, five times over, of which
//! the best counts.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use bellwire::{
    Bytes, CallOptions, Client, Connection, Delivery, EventGroup, EventGroupInfo, EventInfo,
    EventKind, Hub, NotificationGroupInfo, NotificationInfo, ReplyFuture, Request, Server, glue,
};
use futures::FutureExt;
use prost::Message;
use tokio::runtime::Runtime;

/// The system's allocator, which counts.
struct Counting;

static COUNT: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[allow(unsafe_code, reason = "an allocator cannot be written without")]
// SAFETY: everything is the system's allocator's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Relaxed);
        BYTES.fetch_add(layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// 53 bytes, encoded.
#[derive(Clone, PartialEq, prost::Message)]
struct Credentials {
    #[prost(string, tag = "1")]
    email: String,
    #[prost(string, tag = "2")]
    password: String,
}

/// 89 bytes, encoded.
#[derive(Clone, PartialEq, prost::Message)]
struct Profile {
    #[prost(uint64, tag = "1")]
    id: u64,
    #[prost(string, tag = "2")]
    email: String,
    #[prost(string, tag = "3")]
    name: String,
    #[prost(string, tag = "4")]
    token: String,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Blob {
    #[prost(bytes = "bytes", tag = "1")]
    bytes: Bytes,
}

fn credentials() -> Credentials {
    Credentials {
        email: "ada.lovelace@example.org".to_owned(),
        password: "correct horse battery sta".to_owned(),
    }
}

fn profile() -> Profile {
    Profile {
        id: 300,
        email: "ada.lovelace@example.org".to_owned(),
        name: "Ada, Countess of Lovelace".to_owned(),
        token: "0123456789abcdef0123456789abcde".to_owned(),
    }
}

/// 229 events: the first signs in, the second echoes, the others are there to be looked up.
fn events() -> &'static EventGroupInfo {
    let events = (0..229).map(|number| {
        let path = match number {
            0 => "user.v1.UserEvent/SignIn".to_owned(),
            1 => "user.v1.UserEvent/Echo".to_owned(),
            _ => format!("user.v1.UserEvent/Other{number}"),
        };
        EventInfo {
            path: path.leak(),
            kind: EventKind::Unary,
            input: Some("bench.v1.Input"),
            output: Some("bench.v1.Output"),
            timeout: None,
            fingerprint: number,
        }
    });
    Box::leak(Box::new(EventGroupInfo {
        name: "user.v1.UserEvent",
        error: "bench.v1.Problem",
        events: events.collect::<Vec<_>>().leak(),
        descriptors: &[],
    }))
}

const fn notification() -> NotificationInfo {
    NotificationInfo {
        path: "user.v1.UserNotification/ProfileUpdate",
        payload: Some("bench.v1.Profile"),
        keyed: false,
        delivery: Delivery::Every,
        debounce: None,
        fingerprint: 1,
    }
}

static NOTIFICATIONS: NotificationGroupInfo = NotificationGroupInfo {
    name: "user.v1.UserNotification",
    notifications: &[notification()],
    descriptors: &[],
};

struct Users(&'static EventGroupInfo);

impl EventGroup for Users {
    fn info(&self) -> &'static EventGroupInfo {
        self.0
    }

    fn call(&self, request: Request) -> ReplyFuture {
        match request.event_index() {
            0 => glue::unary(request, |_, input: Credentials| async move {
                match input.email.is_empty() {
                    true => Err(()),
                    false => Ok(profile()),
                }
            }),
            _ => glue::unary(request, |_, input: Blob| async move { Ok::<_, ()>(input) }),
        }
    }
}

/// Nanoseconds, allocations and bytes of one round, at its best.
struct Cost {
    nanoseconds: f64,
    allocations: f64,
    bytes: f64,
}

fn measure(mut round: impl FnMut()) -> Cost {
    let mut best = Cost {
        nanoseconds: f64::MAX,
        allocations: f64::MAX,
        bytes: f64::MAX,
    };
    for _ in 0..5 {
        let (count, bytes, began) = (COUNT.load(Relaxed), BYTES.load(Relaxed), Instant::now());
        let mut rounds = 0_u32;
        while began.elapsed() < Duration::from_millis(100) {
            for _ in 0..16 {
                round();
            }
            rounds += 16;
        }
        let rounds = f64::from(rounds);
        let per_round = |total: usize| total as f64 / rounds;
        best.nanoseconds = best
            .nanoseconds
            .min(began.elapsed().as_nanos() as f64 / rounds);
        best.allocations = best.allocations.min(per_round(COUNT.load(Relaxed) - count));
        best.bytes = best.bytes.min(per_round(BYTES.load(Relaxed) - bytes));
    }
    best
}

fn print(what: &str, cost: &Cost) {
    println!(
        "{what:<58} {:>12.0} ns {:>9.1} allocations",
        cost.nanoseconds, cost.allocations
    );
}

fn main() {
    let events = events();
    let runtime = Runtime::new().expect("a runtime");
    let handle = runtime.handle().clone();
    let server = Server::builder()
        .executor(move |task| drop(handle.spawn(task)))
        .group(Users(events))
        .build()
        .expect("one group");
    dispatch(&server, events);
    frames(&server, events, &runtime);
    fan_out();
    payloads(&server, events, &runtime);
    latencies(&server, events, &runtime);
}

/// (a) A 53-byte request with an 89-byte reply, among 229 events.
fn dispatch(server: &Server, events: &'static EventGroupInfo) {
    let payload = Bytes::from(credentials().encode_to_vec());
    assert_eq!((payload.len(), profile().encoded_len()), (53, 89));
    let codec = measure(|| {
        let input = Credentials::decode(payload.clone()).expect("credentials");
        black_box(input);
        black_box(profile().encode_to_vec());
    });
    let call = measure(|| {
        let call = server.call(
            events.events[0].path,
            payload.clone(),
            CallOptions::default(),
        );
        black_box(call.now_or_never().expect("it does not wait")).expect("a reply");
    });
    print("the codec and the handler alone", &codec);
    print("a dispatched call", &call);
    let over = Cost {
        nanoseconds: call.nanoseconds - codec.nanoseconds,
        allocations: call.allocations - codec.allocations,
        bytes: 0.0,
    };
    print("  over the codec", &over);
}

/// (b) The same through a session of frames, its client's end included, on a tokio runtime.
fn frames(server: &Server, events: &'static EventGroupInfo, runtime: &Runtime) {
    let connection = Connection::in_process(server, |_| {}).expect("it opens");
    let client = Client::new(connection);
    let input = credentials();
    let cost = measure(|| {
        runtime.block_on(async {
            let answer = client.unary::<_, Profile, ()>(&events.events[0], &input);
            black_box(answer.await).expect("a profile");
        });
    });
    print("a call through a session of frames, there and back", &cost);
}

/// (c) One notification to many subscribers, whose queues are full.
fn fan_out() {
    let notification = &NOTIFICATIONS.notifications[0];
    for subscribers in [1, 100, 10_000] {
        let hub = Hub::new();
        hub.register(&NOTIFICATIONS);
        let subscribed: Vec<_> = (0..subscribers)
            .map(|_| {
                let subscriber = hub.subscriber(16);
                subscriber
                    .subscribe(notification.path, None)
                    .expect("known");
                subscriber
            })
            .collect();
        let payload = profile();
        let cost = measure(|| hub.send(notification, None, &payload));
        print(
            &format!("a notification to {subscribers} subscribers"),
            &cost,
        );
        drop(subscribed);
    }
}

/// (d) Bytes allocated per payload byte, of an echo.
fn payloads(server: &Server, events: &'static EventGroupInfo, runtime: &Runtime) {
    let connection = Connection::in_process(server, |_| {}).expect("it opens");
    let client = Client::new(connection);
    for size in [64 << 10, 1 << 20] {
        let input = Blob {
            bytes: vec![7; size].into(),
        };
        let payload = Bytes::from(input.encode_to_vec());
        let cost = measure(|| {
            let call = server.call(
                events.events[1].path,
                payload.clone(),
                CallOptions::default(),
            );
            black_box(call.now_or_never().expect("it does not wait")).expect("a reply");
        });
        print(&format!("{} KiB echoed", size >> 10), &cost);
        println!("  bytes per payload byte: {:.4}", cost.bytes / size as f64);
        let cost = measure(|| {
            runtime.block_on(async {
                let answer = client.unary::<_, Blob, ()>(&events.events[1], &input);
                black_box(answer.await).expect("the same");
            });
        });
        print(
            &format!("{} KiB echoed, frames on both ends", size >> 10),
            &cost,
        );
        println!("  bytes per payload byte: {:.4}", cost.bytes / size as f64);
    }
}

/// (e) How long one call takes with many in flight, through one session of frames.
fn latencies(server: &Server, events: &'static EventGroupInfo, runtime: &Runtime) {
    let connection = Connection::in_process(server, |_| {}).expect("it opens");
    let client = Arc::new(Client::new(connection));
    for in_flight in [1, 64, 1_024] {
        let mut times: Vec<Duration> = runtime.block_on(async {
            let callers = (0..in_flight).map(|_| {
                let client = Arc::clone(&client);
                tokio::spawn(async move {
                    let input = credentials();
                    let mut times = Vec::new();
                    for _ in 0..20_480 / in_flight {
                        let began = Instant::now();
                        let answer = client.unary::<_, Profile, ()>(&events.events[0], &input);
                        black_box(answer.await).expect("a profile");
                        times.push(began.elapsed());
                    }
                    times
                })
            });
            let callers: Vec<_> = callers.collect();
            let mut times = Vec::new();
            for caller in callers {
                times.extend(caller.await.expect("no panic"));
            }
            times
        });
        times.sort();
        let at = |percent: usize| times[(times.len() - 1) * percent / 100];
        println!(
            "{in_flight:>5} calls in flight: p50 {:?}, p99 {:?}",
            at(50),
            at(99)
        );
    }
}
