//! A gRPC client that knows nothing of Bellwire, tonic's, against a core over HTTP/2: status codes and details in trailers,
//! `grpc-timeout`, cancellation, metadata.

#![cfg(feature = "connect")]

mod fixture;

use std::time::Duration;

use bellwire::connect;
use futures::StreamExt;
use http::uri::PathAndQuery;
use prost::Message;
use tonic::client::Grpc;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Response, Status, Streaming};
use tonic_prost::ProstCodec;

use fixture::generated::common::v1::Problem;
use fixture::generated::fixture::v1::{Blob, CountRequest, Number, Text};
use fixture::{Core, core, eventually, problem, text};

/// A core, and a channel to it.
struct Site {
    core: Core,
    channel: Channel,
}

async fn site() -> Site {
    let core = core();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("bound");
    let router = connect::router(core.server.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address");
    let channel = endpoint.connect().await.expect("a server");
    Site { core, channel }
}

fn path(event: &str) -> PathAndQuery {
    let path = format!("/fixture.v1.EchoEvent/{event}");
    path.try_into().expect("a path")
}

impl Site {
    async fn ready(&self) -> Grpc<Channel> {
        let mut client = Grpc::new(self.channel.clone());
        client.ready().await.expect("a server");
        client
    }

    async fn call<I, O>(&self, event: &str, input: Request<I>) -> Result<Response<O>, Status>
    where
        I: Message + 'static,
        O: Message + Default + 'static,
    {
        let codec = ProstCodec::<I, O>::new();
        self.ready().await.unary(input, path(event), codec).await
    }

    async fn open<I, O>(&self, event: &str, input: I) -> Result<Streaming<O>, Status>
    where
        I: Message + 'static,
        O: Message + Default + 'static,
    {
        let (codec, input) = (ProstCodec::<I, O>::new(), Request::new(input));
        let mut client = self.ready().await;
        let stream = client.server_streaming(input, path(event), codec).await?;
        Ok(stream.into_inner())
    }

    async fn say(&self, said: &str) -> Result<Text, Status> {
        let answer = self.call("Say", Request::new(text(said))).await;
        answer.map(Response::into_inner)
    }
}

/// `google.rpc.Status`, which is what `grpc-status-details-bin` holds.
#[derive(Clone, PartialEq, prost::Message)]
struct RpcStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<Any>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Any {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

/// The domain error that a status carries.
#[track_caller]
fn domain_error(status: &Status) -> Problem {
    assert_eq!(status.code(), Code::FailedPrecondition);
    let details = RpcStatus::decode(status.details()).expect("a status");
    assert_eq!(details.code, 9);
    let [detail] = &details.details[..] else {
        panic!("not one detail: {details:?}")
    };
    assert_eq!(detail.type_url, "type.googleapis.com/common.v1.Problem");
    Problem::decode(&*detail.value).expect("a problem")
}

#[tokio::test]
async fn a_call_ends_in_its_output_or_in_its_error() {
    let site = site().await;
    let answer: Response<Text> = site
        .call("Say", Request::new(text("hello")))
        .await
        .expect("an answer");
    let status = answer.metadata().get("grpc-status").expect("trailers");
    assert_eq!(status, "0");
    assert_eq!(answer.into_inner(), text("hello"));
    let status = site.say("").await.unwrap_err();
    assert_eq!(domain_error(&status), problem("nothing was said"));
}

#[tokio::test]
async fn a_fault_is_a_status_without_details() {
    let site = site().await;
    let panicked: Result<Response<()>, _> = site.call("Panic", Request::new(text("now"))).await;
    let unknown: Result<Response<()>, _> = site.call("Sing", Request::new(())).await;
    let misread: Result<Response<Text>, _> = site
        .call(
            "Say",
            Request::new(Blob {
                bytes: vec![0xff].into(),
            }),
        )
        .await;
    for (status, code, message) in [
        (
            panicked.unwrap_err(),
            Code::Internal,
            "before the first await",
        ),
        (unknown.unwrap_err(), Code::Unimplemented, ""),
        (
            misread.unwrap_err(),
            Code::InvalidArgument,
            "fixture.v1.Text",
        ),
    ] {
        assert_eq!(status.code(), code);
        assert!(status.message().contains(message), "{status}");
        let details = RpcStatus::decode(status.details()).expect("a status");
        assert!(details.details.is_empty());
    }
    assert_eq!(
        site.say("still here").await.expect("an answer"),
        text("still here")
    );
}

#[tokio::test]
async fn a_deadline_comes_from_the_schema_or_from_grpc_timeout() {
    let site = site().await;
    let never: Result<Response<()>, _> = site.call("Never", Request::new(())).await;
    assert_eq!(never.unwrap_err().code(), Code::DeadlineExceeded);

    let mut hurried = Request::new(());
    hurried.set_timeout(Duration::from_secs(60));
    let described: Response<Text> = site.call("Describe", hurried).await.expect("an answer");
    assert!(
        described.get_ref().text.ends_with("with a deadline"),
        "{described:?}"
    );

    let mut hurried = Request::new(());
    hurried.set_timeout(Duration::from_millis(20));
    let waited: Result<Response<Text>, _> = site.call("Wait", hurried).await;
    assert!([Code::DeadlineExceeded, Code::Cancelled].contains(&waited.unwrap_err().code()));
    eventually("both are dropped", || site.core.probe.alive() == 0).await;
}

#[tokio::test]
async fn a_cancelled_call_drops_its_handler() {
    let site = site().await;
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let (channel, codec) = (site.channel.clone(), ProstCodec::<(), Text>::new());
            tokio::spawn(async move {
                let mut client = Grpc::new(channel);
                client.ready().await.expect("a server");
                client.unary(Request::new(()), path("Wait"), codec).await
            })
        })
        .collect();
    eventually("all run", || site.core.probe.alive() == 10).await;
    calls.iter().for_each(tokio::task::JoinHandle::abort);
    eventually("all are dropped", || site.core.probe.alive() == 0).await;
    eventually("none runs", || site.core.server.running_calls() == 0).await;
    assert_eq!(site.say("next").await.expect("an answer"), text("next"));
}

#[tokio::test]
async fn a_stream_ends_in_its_trailers() {
    let site = site().await;
    let count = |to, fail| CountRequest { to, fail };
    let mut numbers: Streaming<Number> = site
        .open("Count", count(500, false))
        .await
        .expect("it starts");
    for number in 1..=500 {
        assert_eq!(
            numbers.message().await.expect("whole"),
            Some(Number { number })
        );
    }
    assert_eq!(numbers.message().await.expect("whole"), None);

    let failing: Streaming<Number> = site.open("Count", count(2, true)).await.expect("it starts");
    let items: Vec<_> = failing.collect().await;
    assert_eq!(items.len(), 3);
    let status = items[2].as_ref().unwrap_err();
    assert_eq!(domain_error(status), problem("cannot count further"));

    let refused: Result<Streaming<Number>, _> = site.open("Count", count(0, false)).await;
    let status = match refused {
        Err(status) => status,
        Ok(mut refused) => refused.message().await.unwrap_err(),
    };
    assert_eq!(domain_error(&status), problem("nothing to count"));
}

#[tokio::test]
async fn a_stream_that_is_stopped_early_is_dropped_in_the_handler() {
    let site = site().await;
    let mut ticks: Streaming<Number> = site.open("Tick", ()).await.expect("it starts");
    assert_eq!(
        ticks.message().await.expect("whole"),
        Some(Number { number: 1 })
    );
    drop(ticks);
    eventually("it is dropped", || site.core.probe.alive() == 0).await;
}

#[tokio::test]
async fn metadata_reaches_the_handler() {
    let site = site().await;
    let mut request = Request::new(());
    request
        .metadata_mut()
        .insert("x-who", "ada".parse().expect("text"));
    let described: Response<Text> = site.call("Describe", request).await.expect("an answer");
    assert_eq!(
        described.get_ref().text,
        "fixture.v1.EchoEvent/Describe by ada with no deadline"
    );
}
