//! `tower` layers around groups, and what becomes of their errors.

mod fixture;

use std::sync::Arc;
use std::time::Duration;

use bellwire::{
    BuildError, CallOptions, Code, EventGroup, Failure, Fault, HeaderValue, Request, Server,
};
use futures::FutureExt;
use tower::filter::FilterLayer;
use tower::limit::{ConcurrencyLimitLayer, GlobalConcurrencyLimitLayer};
use tower::load_shed::LoadShedLayer;
use tower::timeout::TimeoutLayer;
use tower::util::MapRequestLayer;

use fixture::generated::common::v1::Problem;
use fixture::generated::fixture::v1::{EchoEventClient, EchoEventService};
use fixture::{Echo, Identity, text};

#[track_caller]
fn fault<T: std::fmt::Debug>(result: Result<T, Failure<Problem>>) -> Fault {
    result.unwrap_err().fault().expect("a fault")
}

fn echo() -> EchoEventService<Echo> {
    EchoEventService::new(Echo::default())
}

fn client(server: Result<Server, BuildError>) -> EchoEventClient<Server> {
    EchoEventClient::new(server.expect("one group"))
}

fn authenticate(request: Request) -> Result<Request, Fault> {
    match request.context().metadata().contains_key("x-who") {
        true => Ok(request),
        false => Err(Fault::new(Code::Unauthenticated, "who are you?")),
    }
}

fn me() -> CallOptions {
    CallOptions::default().with_header("x-who", HeaderValue::from_static("me"))
}

#[tokio::test]
async fn a_timeout_is_deadline_exceeded_and_drops_the_handler() {
    let group = Echo::default();
    let probe = Arc::clone(&group.probe);
    let timeout = TimeoutLayer::new(Duration::from_millis(20));
    let server = Server::builder().layer(timeout);
    let client = client(server.group(EchoEventService::new(group)).build());
    assert_eq!(client.nothing().await, Ok(()));
    assert_eq!(fault(client.wait().await).code, Code::DeadlineExceeded);
    assert_eq!(probe.alive(), 0);
}

#[tokio::test]
async fn a_limit_makes_calls_wait_and_with_load_shed_refuses_them() {
    let patient = client(
        Server::builder()
            .layer(ConcurrencyLimitLayer::new(1))
            .group(echo())
            .build(),
    );
    let mut first = Box::pin(patient.wait());
    assert!(first.as_mut().now_or_never().is_none());
    assert!(patient.nothing().now_or_never().is_none(), "it waits");
    drop(first);
    assert_eq!(patient.nothing().await, Ok(()));

    let strict = client(
        Server::builder()
            .layer(LoadShedLayer::new())
            .layer(GlobalConcurrencyLimitLayer::new(1))
            .group(echo())
            .build(),
    );
    let mut first = Box::pin(strict.wait());
    assert!(first.as_mut().now_or_never().is_none());
    let refused = fault(strict.nothing().await);
    assert_eq!(refused.code, Code::ResourceExhausted);
    drop(first);
    assert_eq!(strict.nothing().await, Ok(()));
}

#[tokio::test]
async fn a_check_fails_with_a_fault_of_its_own() {
    let server = Server::builder().layer(FilterLayer::new(authenticate));
    let client = client(server.group(echo()).build());
    let expected = Fault::new(Code::Unauthenticated, "who are you?");
    assert_eq!(fault(client.nothing().await), expected);
    assert_eq!(client.with_options(me()).nothing().await, Ok(()));
}

#[tokio::test]
async fn any_other_error_of_a_layer_is_unknown() {
    let refuse = FilterLayer::new(|_: Request| Err::<Request, _>("the moon is full"));
    let client = client(Server::builder().layer(refuse).group(echo()).build());
    let expected = Fault::new(Code::Unknown, "the moon is full");
    assert_eq!(fault(client.nothing().await), expected);
}

#[tokio::test]
async fn a_layer_that_panics_is_a_fault() {
    let panics = MapRequestLayer::new(|request: Request| match request.event().input {
        None => panic!("a layer's"),
        Some(_) => request,
    });
    let client = client(Server::builder().layer(panics).group(echo()).build());
    let fault = fault(client.nothing().await);
    assert_eq!(fault.code, Code::Internal);
    assert!(fault.message.contains("a layer's"), "{fault}");
    assert_eq!(
        client.say(&text("still here")).await,
        Ok(text("still here"))
    );
}

/// A group like another, under a name of its own.
struct Renamed<G>(G);

impl<G: EventGroup> EventGroup for Renamed<G> {
    fn info(&self) -> &'static bellwire::EventGroupInfo {
        static EVENTS: bellwire::EventGroupInfo = bellwire::EventGroupInfo {
            name: "other.v1.OtherEvent",
            error: "common.v1.Problem",
            events: &[],
            descriptors: &[],
        };
        &EVENTS
    }

    fn call(&self, request: Request) -> bellwire::ReplyFuture {
        self.0.call(request)
    }
}

#[tokio::test]
async fn a_layer_stands_around_what_follows_it_and_a_group_may_have_its_own() {
    // Before the layer: outside of it.
    let server = Server::builder()
        .group(echo())
        .layer(FilterLayer::new(authenticate))
        .group(Renamed(echo()));
    assert_eq!(client(server.build()).nothing().await, Ok(()));

    let identify = MapRequestLayer::new(|mut request: Request| {
        let extensions = request.context_mut().extensions_mut();
        extensions.insert(Identity(" the layer knows"));
        request
    });
    let server = Server::builder()
        .layer(FilterLayer::new(authenticate))
        .group_with(echo(), identify);
    assert_eq!(
        client(server.build()).describe().await,
        Ok(text(
            "fixture.v1.EchoEvent/Describe by nobody the layer knows with no deadline"
        )),
        "a group's own layer stands in place of the others"
    );
}
