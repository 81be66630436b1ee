//! Mistakes in HTTP, and in what Connect makes of it.

use bellwire::wire::bellwire::v1::unserved::Reason;
use bellwire::wire::bellwire::v1::{Hello, UpdateRequest};
use bellwire::{CallOptions, Code, Server, Transport, connect};
use futures::StreamExt;
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{CHANGED, Protocol, SAID, uses};
use crate::fixture::generated::fixture::v1::{ECHO_EVENT, EchoEventClient};
use crate::fixture::{Core, text};
use crate::http::{Http, UPDATE};
use crate::way::{Heard, subscription};

/// A request as it goes through a socket, which is closed after it.
fn request(method: &str, path: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let length = format!("content-length: {}", body.len());
    let headers = [headers, &[&length, "host: localhost", "connection: close"]].concat();
    let head = format!(
        "{method} /fixture.v1.EchoEvent/{path} HTTP/1.1\r\n{}\r\n\r\n",
        headers.join("\r\n")
    );
    [head.as_bytes(), body].concat()
}

impl Http {
    /// All that a host says to these bytes, until it closes the connection.
    async fn raw(&self, bytes: &[u8]) -> String {
        let mut socket = TcpStream::connect(self.address).await.expect("a host");
        socket.write_all(bytes).await.expect("it takes them");
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).await.expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Protocol for Http {
    async fn malformed(&self) {
        let proto = "content-type: application/proto";
        let json = "content-type: application/json";
        let stream = "content-type: application/connect+proto";
        let grpc = "content-type: application/grpc-web+proto";
        let envelope = [0, 0, 0, 0, 100, 1];
        for (bytes, expected) in [
            (b"\x00\xff no HTTP\r\n\r\n".to_vec(), "400 Bad Request"),
            (
                request("GET", "Say", &[proto], b""),
                "405 Method Not Allowed",
            ),
            (
                request("POST", "Say", &["content-type: text/plain"], b"text"),
                "415 Unsupported Media Type",
            ),
            (
                request("POST", "Say", &[json], b"{\"text\": "),
                "invalid_argument",
            ),
            (
                request("POST", "Say", &[json], b"\xff\xfe"),
                "invalid_argument",
            ),
            (
                request("POST", "Say", &[proto], b"\x0a\xc8"),
                "invalid_argument",
            ),
            (
                request("POST", "Say", &[proto, "content-encoding: gzip"], b"none"),
                "invalid_argument",
            ),
            // Envelopes that are longer than what comes, of which there are too many, and none.
            (
                request("POST", "Count", &[stream], &envelope),
                "invalid_argument",
            ),
            (
                request("POST", "Count", &[stream], &[0; 10]),
                "unimplemented",
            ),
            (request("POST", "Count", &[stream], b""), "unimplemented"),
            (request("POST", "Say", &[grpc], &envelope), "grpc-status: 3"),
        ] {
            let said = self.raw(&bytes).await;
            assert!(said.contains(expected), "{expected} is not in {said:?}");
        }
        let long = self.open(None, vec![subscription(CHANGED, Some(&"k".repeat(257)))]);
        let refused = long.await.err().map(|fault| fault.code);
        assert_eq!(refused, Some(Code::InvalidArgument));
    }

    /// Plain calls need no hello: the first request of a connection is served. A host without groups has no routes.
    async fn too_early(&self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let empty = Self::new(listener.local_addr().expect("bound"));
        let router = connect::router(Server::builder().build().expect("no groups"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let options = CallOptions::default();
        let call = empty.call(&ECHO_EVENT.events[1], bellwire::Bytes::new(), options);
        assert_eq!(call.await.unwrap_err().code, Code::Unimplemented);
    }

    /// The stream of notifications carries the hello. Calls go by their paths alone, and bytes of another shape are
    /// refused.
    async fn different_schemas(&self, core: &Core) {
        let hello = Hello {
            protocol: 1,
            uses: uses(),
        };
        let subscriptions = vec![subscription(SAID, None), subscription(CHANGED, None)];
        let (welcome, mut ears) = self
            .open(Some(hello), subscriptions)
            .await
            .expect("it opens");
        let unserved = welcome.unserved.iter();
        let unserved: Vec<_> = unserved.map(|it| (&*it.path, it.reason())).collect();
        assert_eq!(
            unserved,
            [
                (ECHO_EVENT.events[1].path, Reason::Different),
                ("fixture.v1.EchoEvent/Sing", Reason::Unknown),
                (SAID, Reason::Different)
            ]
        );
        core.notifier.said(&text("it could not read this"));
        core.notifier.changed("key", &text("fits"));
        let fits = Heard::Said(Some("key".to_owned()), "fits".to_owned());
        assert_eq!(ears.next().await, Some(fits));
        let proto = "content-type: application/proto";
        let other = self
            .raw(&request("POST", "Say", &[proto], &[0x08, 7]))
            .await;
        assert!(other.contains("invalid_argument"), "{other}");
    }

    /// A call is cancelled by the end of its connection, or of its stream within one.
    async fn cancel_too_late(&self) {
        let proto = "content-type: application/proto";
        let said = self.raw(&request("POST", "Nothing", &[proto], b"")).await;
        assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
        let another = Self::new(self.address);
        assert_eq!(EchoEventClient::new(another).nothing().await, Ok(()));
    }

    /// HTTP has one answer to a request: nothing follows the first.
    async fn reply_twice(&self, _: &Core) {
        let proto = "content-type: application/proto";
        let body = text("once").encode_to_vec();
        let said = self.raw(&request("POST", "Say", &[proto], &body)).await;
        assert_eq!(said.matches("HTTP/1.1").count(), 1, "{said}");
        assert_eq!(said.matches("once").count(), 1, "{said}");
    }

    /// Only streams of notifications have ids.
    async fn strange_ids(&self, _: &Core) {
        let update = UpdateRequest {
            stream_id: "77".to_owned(),
            add: vec![subscription(SAID, None)],
            ..UpdateRequest::default()
        };
        let payload = update.encode_to_vec().into();
        let update = self.call(&UPDATE, payload, CallOptions::default());
        assert_eq!(update.await.unwrap_err().code, Code::FailedPrecondition);
    }
}
