//! What Bellwire is measured beside: tonic, and connectrpc's own server without Bellwire in it.

use std::convert::Infallible;
use std::future::{Future, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use bellwire::Bytes;
use connectrpc::dispatcher::{
    RequestStream, StreamingResult, UnaryResult, unimplemented_streaming, unimplemented_unary,
};
use connectrpc::{
    CodecFormat, ConnectError, ConnectRpcService, Dispatcher, MethodDescriptor, Payload,
    RequestContext, Response,
};
use http::uri::PathAndQuery;
use hyper_util::rt::TokioIo;
use prost::Message;
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::transport::{Channel, Endpoint};
use tonic_prost::ProstCodec;

use crate::subject::{Credentials, Profile, SIGN_IN, sign_in};

/// Serves on a port of this machine, and gives the address.
pub async fn listen(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// The event as tonic's generated code would serve it.
#[derive(Clone)]
struct Users;

impl NamedService for Users {
    const NAME: &'static str = "user.v1.UserEvent";
}

type Answer<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

impl tower::Service<http::Request<Body>> for Users {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answer<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async move {
            assert_eq!(&request.uri().path()[1..], SIGN_IN);
            let codec = ProstCodec::<Profile, Credentials>::new();
            Ok(tonic::server::Grpc::new(codec).unary(SignIn, request).await)
        })
    }
}

struct SignIn;

impl tower::Service<tonic::Request<Credentials>> for SignIn {
    type Response = tonic::Response<Profile>;
    type Error = tonic::Status;
    type Future = Answer<Self::Response, tonic::Status>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), tonic::Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: tonic::Request<Credentials>) -> Self::Future {
        Box::pin(async move {
            let profile = sign_in(request.get_ref());
            let profile = profile.ok_or_else(|| tonic::Status::failed_precondition("no email"))?;
            Ok(tonic::Response::new(profile))
        })
    }
}

/// A client and a server of tonic in this process, with a pipe in memory between them.
pub async fn tonic_in_process() -> Channel {
    let (client, server) = tokio::io::duplex(64 << 10);
    tokio::spawn(
        tonic::transport::Server::builder()
            .add_service(Users)
            .serve_with_incoming(futures::stream::iter([Ok::<_, Infallible>(server)])),
    );
    let mut client = Some(client);
    let connect = tower::service_fn(move |_| {
        let client = client.take().map(TokioIo::new);
        ready(client.ok_or(std::io::ErrorKind::NotConnected))
    });
    let connect = tower::util::MapErr::new(connect, std::io::Error::from);
    Endpoint::from_static("http://in.process")
        .connect_with_connector(connect)
        .await
        .expect("a pipe")
}

/// tonic over the loopback interface.
pub async fn tonic_over_loopback() -> Channel {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let incoming = futures::stream::unfold(listener, |listener| async {
        let accepted = listener.accept().await.map(|(socket, _)| {
            socket.set_nodelay(true).expect("a socket");
            socket
        });
        Some((accepted, listener))
    });
    tokio::spawn(
        tonic::transport::Server::builder()
            .add_service(Users)
            .serve_with_incoming(incoming),
    );
    tonic_client(&format!("http://{address}")).await
}

pub async fn tonic_client(address: &str) -> Channel {
    let endpoint = Endpoint::from_shared(address.to_owned()).expect("an address");
    endpoint.connect().await.expect("a server")
}

/// A call as tonic's generated client makes it.
pub async fn tonic_call(channel: Channel, input: Credentials) -> Profile {
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await.expect("a server");
    let path = PathAndQuery::from_static("/user.v1.UserEvent/SignIn");
    let codec = ProstCodec::<Credentials, Profile>::new();
    let answer = client.unary(tonic::Request::new(input), path, codec).await;
    answer.expect("a profile").into_inner()
}

/// connectrpc's server with a method in it, as thin as its interface allows.
pub fn connectrpc_server() -> Router {
    Router::new().fallback_service(ConnectRpcService::new(Users))
}

impl Dispatcher for Users {
    fn lookup(&self, path: &str) -> Option<MethodDescriptor> {
        (path == SIGN_IN).then(|| MethodDescriptor::unary(false))
    }

    fn call_unary(
        &self,
        _: &str,
        _: RequestContext,
        request: Payload,
        _: CodecFormat,
    ) -> UnaryResult {
        Box::pin(async move {
            let input = Credentials::decode(request.encoded()?)
                .map_err(|error| ConnectError::invalid_argument(error.to_string()))?;
            let profile = sign_in(&input);
            let profile = profile.ok_or_else(|| ConnectError::invalid_argument("no email"))?;
            Ok(Response::new(Bytes::from(profile.encode_to_vec()).into()))
        })
    }

    fn call_server_streaming(
        &self,
        path: &str,
        _: RequestContext,
        _: Bytes,
        _: CodecFormat,
    ) -> StreamingResult {
        unimplemented_streaming(path)
    }

    fn call_client_streaming(
        &self,
        path: &str,
        _: RequestContext,
        _: RequestStream,
        _: CodecFormat,
    ) -> UnaryResult {
        unimplemented_unary(path)
    }

    fn call_bidi_streaming(
        &self,
        path: &str,
        _: RequestContext,
        _: RequestStream,
        _: CodecFormat,
    ) -> StreamingResult {
        unimplemented_streaming(path)
    }
}

/// A unary call in the Connect protocol.
pub async fn connect_call(http: reqwest::Client, url: String, input: Credentials) -> Profile {
    let request = http.post(url).header("content-type", "application/proto");
    let response = request.body(input.encode_to_vec()).send().await;
    let body = response.expect("an answer").bytes().await;
    Profile::decode(body.expect("a body")).expect("a profile")
}
