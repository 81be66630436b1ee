//! What a listener grants its connections, seen from the other end of their sockets.

#![cfg(feature = "connect")]

mod fixture;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use bellwire::connect::{self, Listener};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use fixture::{Core, core, eventually};

/// How long a connection may do nothing: long enough for a busy machine to do something meanwhile.
const IDLE: Duration = Duration::from_secs(2);

async fn serve(router: Router) -> SocketAddr {
    let listener = Listener::loopback(0).await.expect("a port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(listener.idle_timeout(IDLE).serve(router));
    address
}

async fn site() -> (Core, TcpStream) {
    let core = core();
    let address = serve(connect::router(core.server.clone())).await;
    (core, TcpStream::connect(address).await.expect("it accepts"))
}

fn post(event: &str, length: usize) -> String {
    format!(
        "POST /fixture.v1.EchoEvent/{event} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/proto\r\n\
         content-length: {length}\r\n\r\n"
    )
}

async fn write(socket: &mut TcpStream, text: &str) {
    socket.write_all(text.as_bytes()).await.expect("written");
}

/// What comes until the other end closes, which it must.
async fn rest(socket: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let read = timeout(Duration::from_secs(60), socket.read_to_end(&mut all)).await;
    // It may also be reset, where it did not read all that was sent.
    let _ = read.expect("it is closed");
    String::from_utf8_lossy(&all).into_owned()
}

/// The head of an answer without a body.
async fn answer(socket: &mut TcpStream) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let byte = timeout(Duration::from_secs(60), socket.read_u8()).await;
        head.push(char::from(byte.expect("in time").expect("a byte")));
    }
    head
}

#[tokio::test]
async fn only_this_machine_reaches_it_unless_it_is_told_otherwise() {
    let free = Listener::loopback(0).await.expect("a port");
    let address = free.local_addr().expect("bound");
    assert_eq!(address.ip(), Ipv4Addr::LOCALHOST);
    drop(free);
    tokio::spawn(connect::serve(
        connect::router(core().server),
        address.port(),
    ));
    eventually("it is served", || {
        std::net::TcpStream::connect(address).is_ok()
    })
    .await;
    // Another address of this machine, which one that listens everywhere would answer at.
    let elsewhere = TcpStream::connect((Ipv4Addr::new(127, 0, 0, 2), address.port())).await;
    assert!(elsewhere.is_err());
    let everywhere = Listener::bind((Ipv4Addr::UNSPECIFIED, 0))
        .await
        .expect("a port");
    assert!(
        everywhere
            .local_addr()
            .expect("bound")
            .ip()
            .is_unspecified()
    );
}

#[tokio::test]
async fn who_says_nothing_is_left() {
    let (_core, mut socket) = site().await;
    assert_eq!(rest(&mut socket).await, "");
}

#[tokio::test]
async fn a_head_that_does_not_come_on_is_not_waited_for() {
    let (_core, socket) = site().await;
    let (mut reader, mut writer) = socket.into_split();
    let dribble = tokio::spawn(async move {
        while writer.write_all(b"x-more: 1\r\n").await.is_ok() {
            sleep(IDLE / 10).await;
        }
    });
    let mut all = Vec::new();
    let closed = timeout(Duration::from_secs(60), reader.read_to_end(&mut all)).await;
    assert!(closed.is_ok(), "it is closed");
    dribble.await.expect("no panic");
}

#[tokio::test]
async fn a_body_that_does_not_come_on_is_not_waited_for() {
    let (core, mut socket) = site().await;
    write(&mut socket, &post("Keep", 1000)).await;
    write(&mut socket, "abc").await;
    let answer = rest(&mut socket).await;
    assert!(
        answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.1 5"),
        "{answer}"
    );
    assert_eq!(core.server.running_calls(), 0);
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request_and_closed_after_the_last() {
    let (_core, mut socket) = site().await;
    for _ in 0..5 {
        write(&mut socket, &post("Nothing", 0)).await;
        let answer = answer(&mut socket).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        sleep(IDLE / 4).await;
    }
    assert_eq!(rest(&mut socket).await, "");
}

#[tokio::test]
async fn a_call_that_takes_long_is_no_idle_connection() {
    let (core, mut socket) = site().await;
    write(&mut socket, &post("Wait", 0)).await;
    sleep(IDLE * 3 / 2).await;
    assert_eq!(core.probe.alive(), 1);
    core.probe.go.add_permits(1);
    assert!(rest(&mut socket).await.contains("done"));
}

#[tokio::test]
async fn a_stream_that_is_quiet_is_no_idle_connection() {
    let (core, mut socket) = site().await;
    let subscribe = "POST /bellwire.v1.Notifications/Subscribe HTTP/1.1\r\nhost: localhost\r\n\
         content-type: application/connect+proto\r\ncontent-length: 5\r\n\r\n\0\0\0\0\0";
    write(&mut socket, subscribe).await;
    assert!(answer(&mut socket).await.starts_with("HTTP/1.1 200"));
    sleep(IDLE * 3 / 2).await;
    core.server.shutdown(Duration::ZERO).await;
    // The end of the stream, which comes only where the connection still stands.
    assert!(rest(&mut socket).await.contains("{}"));
}

/// The preface of HTTP/2 and empty settings.
const HELLO: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

#[tokio::test]
async fn http_2_without_requests_is_told_to_go_away() {
    let (_core, mut socket) = site().await;
    socket.write_all(HELLO).await.expect("written");
    let mut all = Vec::new();
    let closed = timeout(Duration::from_secs(60), socket.read_to_end(&mut all)).await;
    closed.expect("it is closed").expect("in order");
    // Frames: three bytes of length, one of type, of which 7 is GOAWAY.
    let (mut types, mut rest) = (Vec::new(), &all[..]);
    while let Some((head, after)) = rest.split_first_chunk::<9>() {
        types.push(head[3]);
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        rest = after.get(length..).unwrap_or_default();
    }
    assert!(types.contains(&7), "{types:?}");
}

#[tokio::test]
async fn it_stops_when_what_is_under_way_has_ended() {
    let core = core();
    let listener = Listener::loopback(0).await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let (stop, stopped) = oneshot::channel::<()>();
    let router = connect::router(core.server.clone());
    let serving: JoinHandle<()> = tokio::spawn(async move {
        let stopped = async { drop(stopped.await) };
        listener.serve_until(router, stopped).await;
    });
    let mut idle = TcpStream::connect(address).await.expect("it accepts");
    let mut busy = TcpStream::connect(address).await.expect("it accepts");
    write(&mut busy, &post("Wait", 0)).await;
    eventually("it runs", || core.probe.alive() == 1).await;
    stop.send(()).expect("it is served");
    assert_eq!(rest(&mut idle).await, "");
    assert!(TcpStream::connect(address).await.is_err());
    assert!(!serving.is_finished());
    core.probe.go.add_permits(1);
    assert!(rest(&mut busy).await.contains("done"));
    serving.await.expect("no panic");
}

#[tokio::test]
async fn dropping_it_closes_everything() {
    let core = core();
    let listener = Listener::loopback(0).await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let serving = tokio::spawn(listener.serve(connect::router(core.server.clone())));
    let mut busy = TcpStream::connect(address).await.expect("it accepts");
    write(&mut busy, &post("Wait", 0)).await;
    eventually("it runs", || core.probe.alive() == 1).await;
    serving.abort();
    assert_eq!(rest(&mut busy).await, "");
    eventually("the handler is dropped", || core.probe.alive() == 0).await;
}

#[tokio::test]
async fn a_handler_may_know_where_its_caller_is() {
    let router = Router::new().route(
        "/",
        axum::routing::get(
            |axum::extract::ConnectInfo(peer): axum::extract::ConnectInfo<SocketAddr>| async move {
                peer.to_string()
            },
        ),
    );
    let mut socket = TcpStream::connect(serve(router).await)
        .await
        .expect("it accepts");
    let own = socket.local_addr().expect("connected").to_string();
    write(&mut socket, "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(rest(&mut socket).await.ends_with(&own));
}
