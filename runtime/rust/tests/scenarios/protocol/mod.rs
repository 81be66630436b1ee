//! What generated clients never send, and what comes of it.
//!
//! Each way has its own form of these mistakes. One that it has no form for says so, and checks what stands in its place.

mod frames;
mod http;
mod in_process;

use bellwire::CallOptions;
use bellwire::wire::bellwire::v1::Fingerprint;

use crate::fixture::generated::fixture::v1::ECHO_EVENT;
use crate::fixture::{Core, eventually, text};
use crate::way::{Listen, Way};

pub const SAID: &str = "fixture.v1.EchoNotification/Said";
pub const CHANGED: &str = "fixture.v1.EchoNotification/Changed";

/// The mistakes of a way. Each checks what is said to them.
pub trait Protocol: Listen {
    /// What is not in the form of the protocol.
    fn malformed(&self) -> impl Future<Output = ()> + Send;

    /// A call before anything else was said.
    fn too_early(&self) -> impl Future<Output = ()> + Send;

    /// A frontend of other schemas: `Say` and `Changed` fit, `Nothing` and `Said` do not, `Sing` is not there at all.
    fn different_schemas(&self, core: &Core) -> impl Future<Output = ()> + Send;

    /// A cancel of a call that has its answer.
    fn cancel_too_late(&self) -> impl Future<Output = ()> + Send;

    /// Two replies to one call.
    fn reply_twice(&self, core: &Core) -> impl Future<Output = ()> + Send;

    /// Ids of calls, streams and subscriptions that are not there, or there already.
    fn strange_ids(&self, core: &Core) -> impl Future<Output = ()> + Send;
}

/// What such a frontend says of itself: paths and fingerprints.
fn uses() -> Vec<Fingerprint> {
    let use_of = |path: &str, fingerprint| Fingerprint {
        path: path.to_owned(),
        fingerprint,
    };
    let [say, nothing, ..] = ECHO_EVENT.events else {
        panic!("it has more")
    };
    vec![
        use_of(say.path, say.fingerprint),
        use_of(nothing.path, 1),
        use_of("fixture.v1.EchoEvent/Sing", 1),
        use_of(SAID, 1),
    ]
}

/// Whatever was done to a core, it serves, and has nothing left of it.
async fn the_core_is_well<T: Protocol>(way: Way<T>) {
    let client = way.client_with(CallOptions::default());
    assert_eq!(
        client.say(&text("still here")).await,
        Ok(text("still here"))
    );
    eventually("no call runs", || way.core.server.running_calls() == 0).await;
    assert_eq!(way.core.probe.alive(), 0);
    assert_eq!(way.core.probe.dropped(), 0, "none was cancelled");
}

pub async fn what_is_malformed_is_a_fault_and_the_next_call_works<T: Protocol>(way: Way<T>) {
    way.transport.malformed().await;
    the_core_is_well(way).await;
}

pub async fn a_call_before_anything_else_has_an_answer<T: Protocol>(way: Way<T>) {
    way.transport.too_early().await;
    the_core_is_well(way).await;
}

pub async fn different_schemas_are_told_by_name_and_the_rest_works<T: Protocol>(way: Way<T>) {
    way.transport.different_schemas(&way.core).await;
    the_core_is_well(way).await;
}

pub async fn a_cancel_of_a_call_that_has_ended_is_ignored<T: Protocol>(way: Way<T>) {
    way.transport.cancel_too_late().await;
    the_core_is_well(way).await;
}

pub async fn a_second_reply_is_ignored<T: Protocol>(way: Way<T>) {
    way.transport.reply_twice(&way.core).await;
    the_core_is_well(way).await;
}

pub async fn an_id_that_nothing_has_is_ignored_or_a_fault<T: Protocol>(way: Way<T>) {
    way.transport.strange_ids(&way.core).await;
    the_core_is_well(way).await;
}
