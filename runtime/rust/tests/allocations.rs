//! What a call costs beyond its codec, in allocations.

mod fixture;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

use bellwire::{Bytes, CallOptions, Server, testing};
use futures::FutureExt;
use prost::Message;

use fixture::generated::fixture::v1::{EchoEventService, Text};
use fixture::{Echo, text};

/// The system's allocator, which counts for each thread.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[allow(unsafe_code, reason = "an allocator cannot be written without")]
// SAFETY: everything is the system's allocator's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

fn allocations(work: impl Fn()) -> usize {
    work();
    let before = COUNT.get();
    work();
    COUNT.get() - before
}

fn over_the_codec(server: &Server) -> usize {
    let payload =
        Bytes::from(text("fifty bytes, more or less, as requests often have.").encode_to_vec());
    let codec = allocations(|| {
        let input = Text::decode(payload.clone()).expect("a text");
        black_box(input.encode_to_vec());
    });
    let call = allocations(|| {
        let call = server.call(
            "fixture.v1.EchoEvent/Say",
            payload.clone(),
            CallOptions::default(),
        );
        black_box(
            call.now_or_never()
                .expect("it does not wait")
                .expect("a reply"),
        );
    });
    call - codec
}

#[test]
fn a_call_allocates_once() {
    let server = testing::server(EchoEventService::new(Echo::default()));
    assert!(
        over_the_codec(&server) <= 2,
        "{} allocations",
        over_the_codec(&server)
    );
}

#[test]
fn a_call_through_layers_allocates_at_most_three_times() {
    let server = Server::builder()
        .layer(tower::limit::ConcurrencyLimitLayer::new(8))
        .layer(tower::util::MapRequestLayer::new(
            |request: bellwire::Request| request,
        ))
        .group(EchoEventService::new(Echo::default()))
        .build()
        .expect("one group");
    assert_eq!(over_the_codec(&server), 2);
}
