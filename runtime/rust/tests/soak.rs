//! Frontends that come and go, cancel, read slowly or not at all, in-process, over frames and over Connect at once; in the
//! end nothing is left of them.
//!
//! A few seconds by default, as many rounds as it takes. `make soak` runs it for ten minutes, or for `SECONDS=…`.

#![cfg(feature = "connect")]

mod fixture;
#[path = "scenarios/http.rs"]
mod http;
#[path = "scenarios/way.rs"]
mod way;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering};
use std::time::{Duration, Instant};

use bellwire::{CallOptions, Limits, connect};
use futures::StreamExt;
use futures::future::BoxFuture;
use tokio::net::TcpListener;
use tokio::time::timeout;

use fixture::generated::fixture::v1::{Blob, CountRequest, EchoEventClient, Number};
use fixture::{Core, core_with, eventually, text};
use http::Http;
use way::{Frames, Listen};

/// The system's allocator, which counts what is alive.
struct Counting;

static LIVE: AtomicIsize = AtomicIsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[allow(unsafe_code, reason = "an allocator cannot be written without")]
// SAFETY: everything is the system's allocator's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size().cast_signed(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size().cast_signed(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// How many frontends there are at once, of each way.
const FRONTENDS: u64 = 8;

/// What each of them does in an epoch.
const ROUNDS: u32 = 25;

/// How many epochs there are at least. The first ones fill what is never given back: caches, pools of threads.
const EPOCHS: u32 = 5;
const WARM_UP: u32 = 2;

/// By how much memory may grow after that, whatever the number of epochs: by less than one leaked byte for each call.
const SLACK: isize = 64 << 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_of_frontends_that_come_and_go() {
    let seconds = std::env::var("BELLWIRE_SOAK_SECONDS").ok();
    let seconds = seconds
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or(0);
    let until = Instant::now() + Duration::from_secs(seconds);
    silence_handlers();
    let site = Arc::new(Site::new().await);
    let (mut epoch, mut settled, mut live) = (0, 0, 0);
    while epoch < EPOCHS || Instant::now() < until {
        site.epoch(u64::from(epoch)).await;
        live = LIVE.load(Ordering::Relaxed);
        epoch += 1;
        if epoch == WARM_UP {
            settled = live;
        }
        if seconds > 0 && epoch % 20 == 0 {
            println!("epoch {epoch}: {live} bytes are alive");
        }
    }
    println!("{epoch} epochs; {settled} bytes were alive after {WARM_UP}, {live} at the end");
    assert!(live <= settled + SLACK, "{settled} bytes became {live}");
}

/// A handler that panics is a part of the soak; its backtrace would be most of the work.
fn silence_handlers() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let said = panic.payload().downcast_ref::<String>();
        if !said.is_some_and(|said| said.starts_with("after the first await")) {
            hook(panic);
        }
    }));
}

struct Site {
    core: Core,
    address: std::net::SocketAddr,
}

impl Site {
    async fn new() -> Self {
        let core = core_with(Limits::default().with_queue_length(16));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let router = connect::router(core.server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { core, address }
    }

    /// Frontends over every way at once, while notifications are sent; then nobody is left.
    async fn epoch(self: &Arc<Self>, epoch: u64) {
        let stop = Arc::new(AtomicBool::new(false));
        let sender = tokio::spawn({
            let (site, stop) = (Arc::clone(self), Arc::clone(&stop));
            async move { site.tell(&stop).await }
        });
        let frontends = (0..3 * FRONTENDS).map(|number| {
            let random = Random::new(epoch * 1_000 + number);
            let frontend: BoxFuture<'static, ()> = match number % 3 {
                0 => Box::pin(live(self.core.server.clone(), random)),
                1 => Box::pin(live(Frames::to(&self.core.server), random)),
                _ => Box::pin(live(Http::new(self.address), random)),
            };
            tokio::spawn(frontend)
        });
        for frontend in frontends.collect::<Vec<_>>() {
            frontend.await.expect("no panic");
        }
        stop.store(true, Ordering::SeqCst);
        sender.await.expect("no panic");
        self.nobody_is_left().await;
    }

    async fn tell(&self, stop: &AtomicBool) {
        let mut number = 0;
        while !stop.load(Ordering::SeqCst) {
            number += 1;
            self.core.notifier.said(&text("a".repeat(200)));
            let key = (number % 3).to_string();
            self.core.notifier.changed(&key, &text(&key));
            self.core.notifier.progress(&key, &Number { number });
            self.core.notifier.typed(&key, &text(&key));
            if number % 20 == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    }

    async fn nobody_is_left(&self) {
        let server = &self.core.server;
        eventually("no call runs", || server.running_calls() == 0).await;
        eventually("no handler is alive", || self.core.probe.alive() == 0).await;
        eventually("no session is open", || server.open_sessions() == 0).await;
        eventually("nobody is subscribed", || {
            // Over HTTP, that somebody is gone shows when something is written.
            self.core.notifier.leaving();
            self.core.notifier.said(&text(""));
            server.hub().subscription_count() == 0
        })
        .await;
    }
}

/// One frontend, which at last goes away with whatever it has.
async fn live(transport: impl Listen, mut random: Random) {
    let client = EchoEventClient::new(transport.clone());
    let mut listening = Vec::new();
    for _ in 0..ROUNDS {
        let patience = Duration::from_micros(random.below(6_000));
        match random.below(10) {
            0 => drop(client.say(&text("hello")).await),
            1 => drop(client.panic(&text("later")).await),
            // Given up before it is answered, or not.
            2 => drop(timeout(patience, client.wait()).await),
            3 => drop(timeout(patience, client.keep(&blob(random.below(100_000)))).await),
            4 => {
                let hurry = CallOptions::default().with_timeout(patience);
                drop(client.with_options(hurry).never().await);
            }
            5 => {
                let to = 1 + random.below(300);
                let count = CountRequest {
                    to,
                    fail: to.is_multiple_of(2),
                };
                if let Ok(items) = client.count(&count).await {
                    let some = usize::try_from(random.below(400)).expect("few");
                    items.take(some).collect::<Vec<_>>().await;
                }
            }
            6 => {
                if let Ok(ticks) = client.tick().await {
                    drop(timeout(patience, ticks.collect::<Vec<_>>()).await);
                }
            }
            7 => listening.push(
                transport
                    .listen("fixture.v1.EchoNotification/Said", None)
                    .await,
            ),
            8 => {
                let path = match random.below(3) {
                    0 => "fixture.v1.EchoNotification/Changed",
                    1 => "fixture.v1.EchoNotification/Progress",
                    _ => "fixture.v1.EchoNotification/Typed",
                };
                listening.push(transport.listen(path, Some("1")).await);
            }
            _ => {
                // One that read nothing for a while reads a little, or goes.
                if let Some(mut ears) = listening.pop() {
                    drop(timeout(patience, ears.next()).await);
                    if random.below(2) == 0 {
                        listening.push(ears);
                    }
                }
            }
        }
    }
}

fn blob(length: u64) -> Blob {
    let length = usize::try_from(length).expect("short");
    Blob {
        bytes: vec![7; length].into(),
    }
}

/// Numbers without order, the same for every run (xorshift).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}
