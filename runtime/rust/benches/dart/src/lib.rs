//! The core that `runtime/dart/benchmark/ffi.dart` calls, and the same behind a port per call. Both run on one runtime.

#[path = "../../../tests/fixture/mod.rs"]
mod fixture;
mod port_per_call;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use bellwire::{Limits, Server};
use tokio::runtime::{Builder, Handle, Runtime};

use fixture::core_with;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(threads.max(2)).enable_all();
    builder.build().expect("threads")
});

fn runtime() -> Handle {
    RUNTIME.handle().clone()
}

fn start(_config: &[u8]) -> Result<Server, std::convert::Infallible> {
    Ok(core_with(Limits::default()).server)
}

bellwire::ffi::export!(start, runtime = runtime);

/// The system's allocator, which counts bytes.
struct Counting;

static BYTES: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: everything is the system's allocator's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// How many bytes were allocated so far, beyond what a counter holds.
#[unsafe(no_mangle)]
extern "C" fn bench_allocated() -> usize {
    BYTES.load(Ordering::Relaxed)
}
