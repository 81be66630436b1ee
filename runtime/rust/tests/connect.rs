//! The Connect protocol over real HTTP, on loopback.

#![cfg(feature = "connect")]

mod fixture;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bellwire::connect::{self, Connect};
use bellwire::wire::bellwire::v1::subscribe_response::Event;
use bellwire::wire::bellwire::v1::{
    Fingerprint, Hello, Lagged, SubscribeRequest, SubscribeResponse, Subscription, UpdateRequest,
    UpdateResponse, Updated,
};
use bellwire::{Limits, Server};
use connectrpc::compression::{CompressionProvider, GzipProvider};
use futures::{FutureExt, StreamExt};
use prost::Message;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

use fixture::generated::common::v1::Problem;
use fixture::generated::fixture::v1::{Blob, CountRequest, EchoEventService, Number, Text};
use fixture::{Core, Echo, core, core_with, eventually, problem, text};

const SAID: &str = "fixture.v1.EchoNotification/Said";
const CHANGED: &str = "fixture.v1.EchoNotification/Changed";

/// A core that is served on a port of its own.
struct Site {
    core: Core,
    base: String,
    http: Client,
}

async fn site() -> Site {
    let core = core();
    let base = listen(connect::router(core.server.clone())).await;
    Site {
        core,
        base,
        http: Client::new(),
    }
}

async fn listen(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

impl Site {
    fn post(
        &self,
        path: &str,
        content: &str,
        body: impl Into<reqwest::Body>,
    ) -> reqwest::RequestBuilder {
        self.http
            .post(format!("{}/{path}", self.base))
            .header("content-type", content)
            .body(body)
    }

    async fn call(&self, event: &str, input: &impl Message) -> Response {
        let path = format!("fixture.v1.EchoEvent/{event}");
        self.post(&path, "application/proto", input.encode_to_vec())
            .send()
            .await
            .expect("an answer")
    }

    async fn open(&self, path: &str, input: &impl Message) -> Messages {
        let body = envelope(&input.encode_to_vec());
        let response = self
            .post(path, "application/connect+proto", body)
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        Messages {
            body: Box::pin(response.bytes_stream()),
            buffer: Vec::new(),
        }
    }

    async fn subscribe(
        &self,
        request: &SubscribeRequest,
    ) -> (Messages, bellwire::wire::bellwire::v1::Welcome) {
        let mut stream = self
            .open("bellwire.v1.Notifications/Subscribe", request)
            .await;
        match stream.event().await {
            Event::Welcome(welcome) => (stream, welcome),
            other => panic!("{other:?}"),
        }
    }

    async fn update(&self, request: &UpdateRequest) -> Response {
        let path = "bellwire.v1.Notifications/Update";
        self.post(path, "application/proto", request.encode_to_vec())
            .send()
            .await
            .expect("an answer")
    }
}

fn envelope(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("short");
    [&[0][..], &length.to_be_bytes(), message].concat()
}

/// The messages of a server stream.
struct Messages {
    body: futures::stream::BoxStream<'static, reqwest::Result<bytes::Bytes>>,
    buffer: Vec<u8>,
}

impl Messages {
    /// The next message, or the JSON that ends the stream.
    async fn next(&mut self) -> Result<Vec<u8>, Value> {
        loop {
            if let Some((head, rest)) = self.buffer.split_first_chunk::<5>() {
                let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
                if rest.len() >= length {
                    let (flags, message) = (head[0], rest[..length].to_vec());
                    self.buffer.drain(..5 + length);
                    return match flags {
                        0 => Ok(message),
                        _ => Err(serde_json::from_slice(&message).expect("JSON")),
                    };
                }
            }
            let chunk = tokio::time::timeout(Duration::from_secs(60), self.body.next())
                .await
                .expect("in time");
            self.buffer.extend_from_slice(
                &chunk
                    .expect("an end before the body's")
                    .expect("a whole body"),
            );
        }
    }

    async fn event(&mut self) -> Event {
        let message = self.next().await.expect("a message");
        SubscribeResponse::decode(&*message)
            .expect("a response")
            .event
            .expect("an event")
    }

    /// The next notification, as path, key and text.
    async fn notification(&mut self) -> (String, Option<String>, String) {
        loop {
            match self.event().await {
                Event::Notification(it) => {
                    return (
                        it.path,
                        it.key,
                        Text::decode(&*it.payload).expect("a text").text,
                    );
                }
                Event::Heartbeat(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

async fn decoded<M: Message + Default>(response: Response) -> M {
    assert_eq!(response.status(), StatusCode::OK);
    M::decode(response.bytes().await.expect("a body")).expect("a message")
}

/// The code and the message of an error.
async fn error(response: Response) -> (String, String) {
    let body: Value = response.json().await.expect("JSON");
    assert_eq!(body.get("details"), None, "a fault has no details");
    (
        body["code"].as_str().expect("a code").to_owned(),
        body["message"].as_str().unwrap_or_default().to_owned(),
    )
}

fn detail(details: &Value) -> Problem {
    let [detail] = details.as_array().expect("details").as_slice() else {
        panic!("not one detail: {details}")
    };
    assert_eq!(detail["type"], "common.v1.Problem");
    let value = STANDARD_NO_PAD
        .decode(detail["value"].as_str().expect("base64"))
        .expect("base64");
    Problem::decode(&*value).expect("a problem")
}

#[tokio::test]
async fn a_call_ends_in_its_output_or_in_its_error() {
    let site = site().await;
    assert_eq!(
        decoded::<Text>(site.call("Say", &text("hello")).await).await,
        text("hello")
    );
    let nothing = site.call("Nothing", &()).await;
    assert_eq!(
        (
            nothing.status(),
            nothing.bytes().await.expect("a body").len()
        ),
        (StatusCode::OK, 0)
    );

    let response = site.call("Say", &text("")).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let body: Value = response.json().await.expect("JSON");
    assert_eq!(body["code"], "failed_precondition");
    assert_eq!(detail(&body["details"]), problem("nothing was said"));
}

#[tokio::test]
async fn json_goes_in_and_comes_out() {
    let site = site().await;
    let call = |event: &str, body: Value| {
        site.post(
            &format!("fixture.v1.EchoEvent/{event}"),
            "application/json",
            body.to_string(),
        )
        .send()
    };
    let response = call("Say", json!({ "text": "hello" }))
        .await
        .expect("an answer");
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(
        response.json::<Value>().await.expect("JSON"),
        json!({ "text": "hello" })
    );
    let response = call("Nothing", json!({})).await.expect("an answer");
    assert_eq!(response.json::<Value>().await.expect("JSON"), json!({}));

    let body: Value = call("Say", json!({}))
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert_eq!(detail(&body["details"]), problem("nothing was said"));
    assert_eq!(
        body["details"][0]["debug"],
        json!({ "reason": "nothing was said" })
    );

    let response = call("Say", json!({ "text": 7 })).await.expect("an answer");
    let (code, message) = error(response).await;
    assert_eq!(code, "invalid_argument");
    assert!(message.contains("fixture.v1.Text"), "{message}");
}

#[tokio::test]
async fn a_stream_speaks_json_too() {
    let site = site().await;
    let body = envelope(json!({ "to": "2" }).to_string().as_bytes());
    let call = site
        .post(
            "fixture.v1.EchoEvent/Count",
            "application/connect+json",
            body,
        )
        .send();
    let response = call.await.expect("an answer");
    let mut numbers = Messages {
        body: Box::pin(response.bytes_stream()),
        buffer: Vec::new(),
    };
    for number in ["1", "2"] {
        let message: Value =
            serde_json::from_slice(&numbers.next().await.expect("a message")).expect("JSON");
        assert_eq!(message, json!({ "number": number }));
    }
    assert_eq!(numbers.next().await, Err(json!({})));
}

#[tokio::test]
async fn grpc_web_is_answered() {
    let site = site().await;
    let body = envelope(&text("hello").encode_to_vec());
    let call = site
        .post(
            "fixture.v1.EchoEvent/Say",
            "application/grpc-web+proto",
            body,
        )
        .send();
    let body = call
        .await
        .expect("an answer")
        .bytes()
        .await
        .expect("a body");
    let message = envelope(&text("hello").encode_to_vec());
    assert!(body.starts_with(&message), "{body:?}");
    let trailers = String::from_utf8_lossy(&body[message.len() + 5..]);
    assert!(trailers.contains("grpc-status: 0"), "{trailers}");

    let call = site.post(
        "fixture.v1.EchoEvent/Panic",
        "application/grpc-web+proto",
        envelope(&[]),
    );
    let response = call.send().await.expect("an answer");
    let in_headers = response.headers().get("grpc-status").cloned();
    let body = response.bytes().await.expect("a body");
    let status = in_headers.map_or_else(
        || String::from_utf8_lossy(&body).into_owned(),
        |status| format!("grpc-status: {}", status.to_str().unwrap_or_default()),
    );
    assert!(status.contains("grpc-status: 13"), "{status}");
}

#[tokio::test]
async fn every_fault_is_told_and_the_next_call_works() {
    let site = site().await;
    let unknown = site.call("Sing", &()).await;
    assert_eq!(error(unknown).await.0, "unimplemented");

    let undecodable = site
        .post(
            "fixture.v1.EchoEvent/Say",
            "application/proto",
            vec![0xff; 3],
        )
        .send()
        .await;
    assert_eq!(
        error(undecodable.expect("an answer")).await.0,
        "invalid_argument"
    );

    for (when, expected) in [
        ("now", "before the first await"),
        ("later", "after the first await: later"),
    ] {
        let (code, message) = error(site.call("Panic", &text(when)).await).await;
        assert_eq!(code, "internal");
        assert!(message.contains(expected), "{message}");
    }
    assert_eq!(
        decoded::<Text>(site.call("Say", &text("still here")).await).await,
        text("still here")
    );
}

#[tokio::test]
async fn a_deadline_comes_from_the_schema_or_from_the_caller() {
    let site = site().await;
    assert_eq!(
        error(site.call("Never", &()).await).await.0,
        "deadline_exceeded"
    );

    let call = site
        .post("fixture.v1.EchoEvent/Wait", "application/proto", "")
        .header("connect-timeout-ms", "20");
    assert_eq!(
        error(call.send().await.expect("an answer")).await.0,
        "deadline_exceeded"
    );
    eventually("both handlers are dropped", || site.core.probe.alive() == 0).await;
}

#[tokio::test]
async fn headers_are_metadata() {
    let site = site().await;
    let call = site
        .post("fixture.v1.EchoEvent/Describe", "application/proto", "")
        .header("x-who", "me")
        .header("connect-timeout-ms", "5000");
    let described: Text = decoded(call.send().await.expect("an answer")).await;
    assert_eq!(
        described,
        text("fixture.v1.EchoEvent/Describe by me with a deadline")
    );
}

#[tokio::test]
async fn an_aborted_request_drops_its_handler() {
    let site = site().await;
    let call = site.post("fixture.v1.EchoEvent/Wait", "application/proto", "");
    let call = tokio::spawn(call.send());
    eventually("it runs", || site.core.probe.alive() == 1).await;
    call.abort();
    eventually("the handler is dropped", || {
        (site.core.probe.alive(), site.core.probe.dropped()) == (0, 1)
    })
    .await;
}

#[tokio::test]
async fn a_waiting_handler_does_not_stop_the_others() {
    let site = site().await;
    let waiting = site
        .post("fixture.v1.EchoEvent/Wait", "application/proto", "")
        .send();
    let waiting = tokio::spawn(waiting);
    eventually("the handler waits", || site.core.probe.alive() == 1).await;
    for _ in 0..20 {
        assert_eq!(
            decoded::<Text>(site.call("Say", &text("quick")).await).await,
            text("quick")
        );
    }
    site.core.probe.go.add_permits(1);
    let waited = waiting.await.expect("no panic").expect("an answer");
    assert_eq!(decoded::<Text>(waited).await, text("done"));
}

#[tokio::test]
async fn a_stream_keeps_its_order_and_ends_in_its_error() {
    let site = site().await;
    let mut numbers = site
        .open(
            "fixture.v1.EchoEvent/Count",
            &CountRequest { to: 50, fail: true },
        )
        .await;
    for number in 1..=50 {
        assert_eq!(numbers.next().await, Ok(Number { number }.encode_to_vec()));
    }
    let end = numbers.next().await.expect_err("the end");
    assert_eq!(end["error"]["code"], "failed_precondition");
    assert_eq!(
        detail(&end["error"]["details"]),
        problem("cannot count further")
    );

    let mut numbers = site
        .open(
            "fixture.v1.EchoEvent/Count",
            &CountRequest { to: 1, fail: false },
        )
        .await;
    assert!(numbers.next().await.is_ok());
    assert_eq!(numbers.next().await, Err(json!({})));
}

#[tokio::test]
async fn a_stream_that_is_stopped_early_is_dropped_in_the_handler() {
    let site = site().await;
    let mut ticks = site.open("fixture.v1.EchoEvent/Tick", &()).await;
    assert!(ticks.next().await.is_ok());
    assert_eq!(site.core.probe.alive(), 1);
    drop(ticks);
    eventually("the handler's stream is dropped", || {
        site.core.probe.alive() == 0
    })
    .await;
}

#[tokio::test]
async fn notifications_reach_every_stream_that_asked_for_them() {
    let site = site().await;
    let everything = SubscribeRequest {
        hello: None,
        subscriptions: vec![subscription(SAID, None), subscription(CHANGED, None)],
    };
    let one_key = SubscribeRequest {
        hello: None,
        subscriptions: vec![subscription(CHANGED, Some("a"))],
    };
    let (mut all, _) = site.subscribe(&everything).await;
    let (mut some, _) = site.subscribe(&one_key).await;
    site.core.notifier.said(&text("hello"));
    site.core.notifier.changed("b", &text("2"));
    site.core.notifier.changed("a", &text("1"));
    assert_eq!(
        all.notification().await,
        (SAID.to_owned(), None, "hello".to_owned())
    );
    assert_eq!(
        all.notification().await,
        (CHANGED.to_owned(), Some("b".to_owned()), "2".to_owned())
    );
    assert_eq!(
        all.notification().await,
        (CHANGED.to_owned(), Some("a".to_owned()), "1".to_owned())
    );
    assert_eq!(
        some.notification().await,
        (CHANGED.to_owned(), Some("a".to_owned()), "1".to_owned())
    );
}

#[tokio::test]
async fn an_update_adds_and_removes_subscriptions() {
    let site = site().await;
    let (mut stream, welcome) = site.subscribe(&SubscribeRequest::default()).await;
    let update = |add: Vec<Subscription>, remove: Vec<Subscription>| UpdateRequest {
        stream_id: welcome.stream_id.clone(),
        add,
        remove,
        ..UpdateRequest::default()
    };
    decoded::<UpdateResponse>(
        site.update(&update(vec![subscription(SAID, None)], vec![]))
            .await,
    )
    .await;
    site.core.notifier.said(&text("1"));
    assert_eq!(stream.notification().await.2, "1");
    let swap = update(
        vec![subscription(CHANGED, Some("a"))],
        vec![subscription(SAID, None)],
    );
    decoded::<UpdateResponse>(site.update(&swap).await).await;
    site.core.notifier.said(&text("2"));
    site.core.notifier.changed("a", &text("3"));
    assert_eq!(stream.notification().await.2, "3");
}

#[tokio::test]
async fn an_update_stands_in_its_stream_where_it_was_made() {
    let site = site().await;
    let request = SubscribeRequest {
        hello: None,
        subscriptions: vec![subscription(SAID, None)],
    };
    let (mut stream, welcome) = site.subscribe(&request).await;
    let numbered = |number| UpdateRequest {
        stream_id: welcome.stream_id.clone(),
        number,
        ..UpdateRequest::default()
    };
    for number in 1..=3 {
        site.core.notifier.said(&text(number.to_string()));
        // One that has no number is not told.
        for number in [0, number] {
            decoded::<UpdateResponse>(site.update(&numbered(number)).await).await;
        }
    }
    for number in 1..=3 {
        assert_eq!(stream.notification().await.2, number.to_string());
        assert_eq!(stream.event().await, Event::Updated(Updated { number }));
    }
}

#[tokio::test]
async fn updates_of_a_stream_that_nobody_reads_are_refused_at_last() {
    let site = site().await;
    let (stream, welcome) = site.subscribe(&SubscribeRequest::default()).await;
    let said = text("a".repeat(1 << 20));
    let add = UpdateRequest {
        stream_id: welcome.stream_id.clone(),
        add: vec![subscription(SAID, None)],
        ..UpdateRequest::default()
    };
    decoded::<UpdateResponse>(site.update(&add).await).await;
    // More than the sockets hold.
    (0..64).for_each(|_| site.core.notifier.said(&said));
    let mut number = 0;
    let (code, message) = loop {
        number += 1;
        let update = UpdateRequest {
            stream_id: welcome.stream_id.clone(),
            number,
            ..UpdateRequest::default()
        };
        let answer = site.update(&update).await;
        if !answer.status().is_success() {
            break error(answer).await;
        }
        assert!(number < 1_000, "there is no bound");
    };
    assert_eq!(code, "resource_exhausted", "{message}");
    drop(stream);
}

#[tokio::test]
async fn a_stream_that_is_gone_is_unknown_and_leaves_nothing_behind() {
    let site = site().await;
    let request = SubscribeRequest {
        hello: None,
        subscriptions: vec![subscription(SAID, None)],
    };
    let (stream, welcome) = site.subscribe(&request).await;
    assert_eq!(site.core.server.hub().subscription_count(), 1);
    drop(stream);
    eventually("the subscription is gone", || {
        site.core.server.hub().subscription_count() == 0
    })
    .await;
    let update = UpdateRequest {
        stream_id: welcome.stream_id,
        ..UpdateRequest::default()
    };
    assert_eq!(
        error(site.update(&update).await).await.0,
        "failed_precondition"
    );
}

#[tokio::test]
async fn a_quiet_stream_shows_that_it_is_alive() {
    let core = core();
    let router = Connect::new(core.server.clone())
        .heartbeat(Duration::from_millis(20))
        .into_router();
    let site = Site {
        core,
        base: listen(router).await,
        http: Client::new(),
    };
    let (mut stream, _) = site.subscribe(&SubscribeRequest::default()).await;
    assert!(matches!(stream.event().await, Event::Heartbeat(_)));
    assert!(matches!(stream.event().await, Event::Heartbeat(_)));
}

#[tokio::test]
async fn a_slow_stream_is_told_what_it_lost() {
    let site = site().await;
    let request = SubscribeRequest {
        hello: None,
        subscriptions: vec![subscription(SAID, None)],
    };
    let (mut stream, _) = site.subscribe(&request).await;
    // In one go, so that the stream is not polled in between.
    for number in 0..300 {
        site.core.notifier.said(&text(number.to_string()));
    }
    let first = stream.event().await;
    assert_eq!(
        first,
        Event::Lagged(Lagged {
            path: SAID.to_owned(),
            missed: 300 - 256
        })
    );
    assert_eq!(stream.notification().await.2, "44");
}

#[tokio::test]
async fn notification_streams_are_limited_by_name() {
    let limits = Limits::default().with_notification_streams(1);
    let server = Server::builder()
        .limits(limits)
        .group(EchoEventService::new(Echo::default()))
        .build();
    let router = connect::router(server.expect("one group"));
    let site = Site {
        core: core(),
        base: listen(router).await,
        http: Client::new(),
    };
    let (_open, _) = site.subscribe(&SubscribeRequest::default()).await;
    let mut refused = site
        .open(
            "bellwire.v1.Notifications/Subscribe",
            &SubscribeRequest::default(),
        )
        .await;
    let end = refused.next().await.expect_err("the end");
    assert_eq!(end["error"]["code"], "resource_exhausted");
    assert!(
        end["error"]["message"]
            .as_str()
            .is_some_and(|message| message.contains("notification_streams"))
    );
}

#[tokio::test]
async fn what_a_notification_stream_holds_is_limited_by_name() {
    let core = core_with(Limits::default().with_subscriptions_per_session(2));
    let base = listen(connect::router(core.server.clone())).await;
    let site = Site {
        core,
        base,
        http: Client::new(),
    };
    let of = |key: &str| subscription(CHANGED, Some(key));
    let request = SubscribeRequest {
        hello: None,
        subscriptions: vec![of("a"), of("b")],
    };
    let (mut stream, welcome) = site.subscribe(&request).await;
    let update = |add: Vec<Subscription>, uses: Vec<Fingerprint>| UpdateRequest {
        stream_id: welcome.stream_id.clone(),
        add,
        uses,
        ..UpdateRequest::default()
    };
    let refused = site.update(&update(vec![of("c")], Vec::new())).await;
    let (code, message) = error(refused).await;
    assert_eq!(code, "resource_exhausted");
    assert!(message.contains("subscriptions_per_session"), "{message}");

    let strange = (0..20_000).map(|number| Fingerprint {
        path: format!("strange.v1.Event/Number{number}"),
        fingerprint: 1,
    });
    let refused = site.update(&update(Vec::new(), strange.collect())).await;
    assert_eq!(error(refused).await.0, "resource_exhausted");
    // What it had, it has.
    site.core.notifier.changed("b", &text("heard"));
    assert_eq!(stream.notification().await.2, "heard");
    assert_eq!(site.core.server.hub().subscription_count(), 2);
}

#[tokio::test]
async fn pages_of_other_origins_are_refused_unless_they_are_allowed() {
    let site = site().await;
    let from = |base: &str, origin: &str| {
        let call = site
            .http
            .post(format!("{base}/fixture.v1.EchoEvent/Nothing"));
        call.header("content-type", "application/proto")
            .header("origin", origin.to_owned())
            .send()
    };
    let same = from(&site.base, &site.base).await.expect("an answer");
    assert_eq!(same.status(), StatusCode::OK);
    let foreign = from(&site.base, "https://evil.example")
        .await
        .expect("an answer");
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);

    let (code, message) = error(foreign).await;
    assert_eq!(code, "permission_denied");
    assert!(message.contains("https://evil.example") && message.contains("allow_origins"));
    // A sandboxed frame, or a file.
    let nowhere = from(&site.base, "null").await.expect("an answer");
    assert_eq!(nowhere.status(), StatusCode::FORBIDDEN);

    let open = Connect::new(site.core.server.clone()).allow_origins(["https://app.example"]);
    let open = listen(open.into_router()).await;
    let allowed = from(&open, "https://app.example").await.expect("an answer");
    assert_eq!(allowed.status(), StatusCode::OK);
    assert_eq!(
        allowed.headers()["access-control-allow-origin"],
        "https://app.example"
    );
    assert_eq!(
        from(&open, "https://evil.example")
            .await
            .expect("an answer")
            .status(),
        StatusCode::FORBIDDEN
    );

    let preflight = site
        .http
        .request(
            reqwest::Method::OPTIONS,
            format!("{open}/fixture.v1.EchoEvent/Nothing"),
        )
        .header("origin", "https://app.example")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "content-type,connect-protocol-version",
        );
    let preflight = preflight.send().await.expect("an answer");
    assert_eq!(preflight.status(), StatusCode::OK);
    assert_eq!(
        preflight.headers()["access-control-allow-headers"],
        "content-type,connect-protocol-version"
    );
}

#[tokio::test]
async fn a_payload_beyond_the_limit_is_refused() {
    let server = Server::builder()
        .limits(Limits::default().with_payload_bytes(1 << 16))
        .group(EchoEventService::new(Echo::default()))
        .build()
        .expect("one group");
    let site = Site {
        core: core(),
        base: listen(connect::router(server)).await,
        http: Client::new(),
    };
    let (code, message) = error(site.call("Say", &text("a".repeat(1 << 16))).await).await;
    assert_eq!(code, "resource_exhausted");
    assert!(message.contains("payload_bytes"), "{message}");
    // What is far beyond it is not even read, and refused by the same name in every form of the protocol.
    let large = text("a".repeat(1 << 20)).encode_to_vec();
    let named = "the limit of 65536 (`payload_bytes`)";
    let whole = |event: &str, content: &str, body: Vec<u8>| {
        let path = format!("fixture.v1.EchoEvent/{event}");
        site.post(&path, content, body)
    };
    let pieces = |event: &str, content: &str, body: Vec<u8>| {
        let pieces: Vec<_> = body.chunks(10_000).map(<[u8]>::to_vec).collect();
        let pieces = futures::stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>));
        let path = format!("fixture.v1.EchoEvent/{event}");
        site.post(&path, content, reqwest::Body::wrap_stream(pieces))
    };
    let json = serde_json::to_vec(&json!({ "text": "a".repeat(1 << 20) })).expect("JSON");
    let gzip = |bytes: &[u8]| GzipProvider::default().compress(bytes).expect("it does");
    // What gzip makes hardly smaller: its beginning was taken before it became too much.
    let noise: Vec<u8> = (0..200_000_u32)
        .map(|number| (number.wrapping_mul(0x9e37_79b9).wrapping_pow(3) >> 24) as u8)
        .collect();
    let noise = gzip(
        &Blob {
            bytes: noise.into(),
        }
        .encode_to_vec(),
    );
    assert!(noise.len() > 2 << 16);
    let mut bomb = envelope(&gzip(&large));
    bomb[0] = 1;
    for request in [
        whole("Say", "application/proto", gzip(&large).into()).header("content-encoding", "gzip"),
        whole("Say", "application/json", gzip(&json).into()).header("content-encoding", "gzip"),
        whole("Count", "application/connect+proto", bomb.clone())
            .header("connect-content-encoding", "gzip"),
        whole("Say", "application/grpc-web+proto", bomb.clone()).header("grpc-encoding", "gzip"),
        pieces("Say", "application/grpc-web+proto", bomb).header("grpc-encoding", "gzip"),
        whole("Say", "application/proto", large.clone()),
        whole("Say", "application/json", json.clone()),
        whole("Say", "application/proto", large.clone()).header("content-encoding", "gzip"),
        whole("Count", "application/connect+proto", envelope(&large)),
        whole("Say", "application/grpc-web+proto", envelope(&large)),
        site.post(
            "bellwire.v1.Notifications/Subscribe",
            "application/connect+proto",
            envelope(&large),
        ),
        pieces("Say", "application/proto", large.clone()),
        pieces("Say", "application/json", json.clone()),
        pieces("Say", "application/proto", gzip(&large).into()).header("content-encoding", "gzip"),
        pieces("Say", "application/json", gzip(&json).into()).header("content-encoding", "gzip"),
        pieces("Keep", "application/proto", noise.into()).header("content-encoding", "gzip"),
        pieces("Count", "application/connect+proto", envelope(&large)),
        pieces("Say", "application/grpc-web+proto", envelope(&large)),
    ] {
        let answer = request.send().await.expect("an answer");
        let body = answer.bytes().await.expect("a body");
        let said = String::from_utf8_lossy(&body);
        assert!(said.contains(named), "{said}");
        let code = ["resource_exhausted", "grpc-status: 8"];
        assert!(code.iter().any(|code| said.contains(code)), "{said}");
    }
    assert!(
        site.call("Say", &text("a".repeat(1 << 15)))
            .await
            .status()
            .is_success()
    );
}

#[tokio::test]
async fn a_name_that_points_here_is_not_taken_for_the_server() {
    let (core, page) = (core(), "http://app.example:8080");
    let closed = Connect::new(core.server.clone()).into_router();
    let open = Connect::new(core.server.clone()).allow_origins([page]);
    let status = async |router: axum::Router, host: &str| {
        let request = axum::extract::Request::post("/fixture.v1.EchoEvent/Nothing")
            .header("content-type", "application/proto")
            .header("host", host)
            .header("origin", format!("http://{host}"))
            .body(axum::body::Body::empty());
        let answer = router.oneshot(request.expect("a request")).await;
        answer.expect("an answer").status()
    };
    for host in [
        "localhost",
        "localhost:8080",
        "a.localhost:1",
        "127.0.0.1:8080",
        "[::1]:8080",
        "10.0.0.7",
    ] {
        assert_eq!(status(closed.clone(), host).await, StatusCode::OK, "{host}");
    }
    for host in [
        "app.example:8080",
        "localhost.example",
        "127.0.0.1.example",
        "[evil]:1",
        "",
    ] {
        assert_eq!(
            status(closed.clone(), host).await,
            StatusCode::FORBIDDEN,
            "{host}"
        );
    }
    let open = open.into_router();
    assert_eq!(status(open, "app.example:8080").await, StatusCode::OK);
}

/// A request that is refused after its first bytes, and goes on for so many parts of which one comes every second.
fn refused(version: http::Version, parts: u64) -> (axum::extract::Request, Arc<AtomicU64>) {
    let sent = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&sent);
    let body = futures::stream::iter(0..parts).then(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_secs(1))
            .map(|()| Ok::<_, std::io::Error>(bytes::Bytes::from(vec![0; 1 << 20])))
    });
    let request = axum::extract::Request::post("/fixture.v1.EchoEvent/Keep")
        .version(version)
        .header("content-type", "application/proto")
        .body(axum::body::Body::from_stream(body));
    (request.expect("a request"), sent)
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_refused_early_is_read_before_it_is_answered() {
    for version in [http::Version::HTTP_11, http::Version::HTTP_2] {
        let (request, sent) = refused(version, 30);
        let router = connect::router(core().server);
        let response = router.oneshot(request).await.expect("an answer");
        assert_eq!(sent.load(Ordering::SeqCst), 30, "{version:?}");
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await;
        assert!(body.is_ok_and(|body| body.starts_with(b"{")), "{version:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_never_ends_is_answered_all_the_same() {
    for (version, whole) in [
        (http::Version::HTTP_11, true),
        // A stream that ends without an error before all was written is nothing that every client sees.
        (http::Version::HTTP_2, false),
    ] {
        let (request, _) = refused(version, u64::MAX);
        let router = connect::router(core().server);
        let response = router.oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await;
        assert_eq!(body.is_ok(), whole, "{version:?}");
    }
}

fn subscription(path: &str, key: Option<&str>) -> Subscription {
    Subscription {
        path: path.to_owned(),
        key: key.map(str::to_owned),
    }
}

#[tokio::test]
async fn a_shutdown_ends_notification_streams_after_the_last_notification() {
    let site = site().await;
    let (mut stream, _) = site
        .subscribe(&SubscribeRequest {
            hello: Some(Hello::default()),
            subscriptions: vec![Subscription {
                path: SAID.to_owned(),
                key: None,
            }],
        })
        .await;
    site.core.notifier.said(&text("goodbye"));
    site.core.server.shutdown(Duration::from_secs(60)).await;
    assert!(matches!(stream.event().await, Event::Notification(_)));
    assert_eq!(stream.next().await, Err(json!({})));
    eventually("it is forgotten", || {
        site.core.server.hub().subscription_count() == 0
    })
    .await;
}
