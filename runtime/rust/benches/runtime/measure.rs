//! How a line of the table is measured, and how it is printed.

use std::alloc::{GlobalAlloc, Layout, System};
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

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

/// What one round of something takes.
pub struct Cost {
    pub nanoseconds: f64,
    pub allocations: f64,
    pub bytes: f64,
    /// Of all threads, in the mean of all windows: what a busy machine changes least. None where nobody counts it.
    pub cpu: Option<f64>,
}

/// How long the threads of this process have run, in nanoseconds, where Linux counts it.
fn cpu_time() -> Option<f64> {
    let threads = std::fs::read_dir("/proc/self/task").ok()?;
    let times = threads.filter_map(|thread| {
        let path = thread.ok()?.path().join("schedstat");
        let stat = std::fs::read_to_string(path).ok()?;
        stat.split_whitespace().next()?.parse::<f64>().ok()
    });
    Some(times.sum())
}

/// The best of many short windows, since another process may have the processor in any of them.
const WINDOWS: u32 = 100;
const WINDOW: Duration = Duration::from_millis(5);

/// One window while it is open.
struct Window {
    count: usize,
    bytes: usize,
    rounds: u32,
    began: Instant,
}

impl Window {
    fn open() -> Self {
        Self {
            count: COUNT.load(Relaxed),
            bytes: BYTES.load(Relaxed),
            rounds: 0,
            began: Instant::now(),
        }
    }

    fn is_open(&self) -> bool {
        self.began.elapsed() < WINDOW
    }

    fn close(self, best: &mut Cost) {
        let nanoseconds = self.began.elapsed().as_nanos() as f64;
        let rounds = f64::from(self.rounds);
        let allocations = (COUNT.load(Relaxed) - self.count) as f64;
        let bytes = (BYTES.load(Relaxed) - self.bytes) as f64;
        best.nanoseconds = best.nanoseconds.min(nanoseconds / rounds);
        best.allocations = best.allocations.min(allocations / rounds);
        best.bytes = best.bytes.min(bytes / rounds);
    }
}

const WORST: Cost = Cost {
    nanoseconds: f64::MAX,
    allocations: f64::MAX,
    bytes: f64::MAX,
    cpu: None,
};

/// Measures something that does not wait.
pub fn measure(mut round: impl FnMut()) -> Cost {
    let mut best = WORST;
    for _ in 0..WINDOWS {
        let mut window = Window::open();
        while window.is_open() {
            for _ in 0..8 {
                round();
            }
            window.rounds += 8;
        }
        window.close(&mut best);
    }
    best
}

/// Measures something that waits, one after the other in one task of the runtime. What other threads allocate for it
/// counts.
pub fn measure_task<F>(runtime: &Runtime, mut round: impl FnMut() -> F + Send + 'static) -> Cost
where
    F: Future<Output = ()> + Send,
{
    let task = runtime.spawn(async move {
        let (mut best, mut rounds, began) = (WORST, 0, cpu_time());
        for _ in 0..WINDOWS {
            let mut window = Window::open();
            while window.is_open() {
                for _ in 0..4 {
                    round().await;
                }
                window.rounds += 4;
            }
            rounds += window.rounds;
            window.close(&mut best);
        }
        let cpu = cpu_time().zip(began).map(|(ended, began)| ended - began);
        best.cpu = cpu.map(|cpu| cpu / f64::from(rounds));
        best
    });
    runtime.block_on(task).expect("no panic")
}

pub fn print(what: &str, cost: &Cost) {
    println!(
        "{what:<64} {:>12} {:>7.1} allocations",
        time(cost.nanoseconds),
        cost.allocations
    );
}

/// A line, and what it is to be at most.
pub fn print_goal(what: &str, cost: &Cost, goal: &str) {
    println!(
        "{what:<64} {:>12} {:>7.1} allocations   goal: {goal}",
        time(cost.nanoseconds),
        cost.allocations
    );
}

/// A line with the processors' time, and how often it fits into a peer's.
pub fn print_beside(what: &str, cost: &Cost, peer: Option<&Cost>) {
    let cpu = cost.cpu.map(time).unwrap_or_default();
    print!(
        "{what:<56} {:>12} {:>7.1} allocations {cpu:>9} of CPU",
        time(cost.nanoseconds),
        cost.allocations
    );
    if let Some(peer) = peer {
        print!(
            "   {:.2} times as fast",
            peer.nanoseconds / cost.nanoseconds
        );
        let cpu = peer.cpu.zip(cost.cpu).map(|(peer, own)| peer / own);
        print!(", by CPU {:.2}", cpu.unwrap_or(f64::NAN));
    }
    println!();
}

/// A line with how often the payload was allocated, in whole, and how many bytes more.
pub fn print_bytes(what: &str, cost: &Cost, payload: usize) {
    let payload = payload as f64;
    let times = (cost.bytes / payload).floor();
    println!(
        "{what:<64} {:>12} {:>7.1} allocations   {times} bytes per payload byte, and {:.0}",
        time(cost.nanoseconds),
        cost.allocations,
        cost.bytes - times * payload
    );
}

/// With `in_flight` calls always in flight, each caller with one, how long a call takes.
pub fn print_latencies<C, F>(what: &str, runtime: &Runtime, in_flight: usize, call: impl Fn() -> C)
where
    C: FnMut() -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    const CALLS: usize = 40_960;
    let callers: Vec<C> = (0..in_flight).map(|_| call()).collect();
    let began = Instant::now();
    let mut times: Vec<Duration> = runtime.block_on(async {
        let callers = callers.into_iter().map(|mut call| {
            tokio::spawn(async move {
                let mut times = Vec::with_capacity(CALLS / in_flight);
                for _ in 0..CALLS / in_flight {
                    let began = Instant::now();
                    call().await;
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
    let took = began.elapsed().as_nanos() as f64 / CALLS as f64;
    times.sort();
    let nanoseconds: Vec<_> = times.iter().map(|time| time.as_nanos() as f64).collect();
    let at = |percent: usize| time(nanoseconds[(nanoseconds.len() - 1) * percent / 100]);
    let mean = nanoseconds.iter().sum::<f64>() / nanoseconds.len() as f64;
    println!(
        "{what:<38} {in_flight:>5} in flight: p50 {:>9}  p99 {:>9}  mean {:>9}  one every {:>9}",
        at(50),
        at(99),
        time(mean),
        time(took)
    );
}

fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        below if below < 10_000.0 => format!("{below:.0} ns"),
        below if below < 10_000_000.0 => format!("{:.1} µs", below / 1e3),
        more => format!("{:.1} ms", more / 1e6),
    }
}
