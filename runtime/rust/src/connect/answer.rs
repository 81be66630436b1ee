//! What the protocol's implementation leaves to be said in the heads of answers.
//!
//! One message says how long it is, so that it needs no chunks.
//!
//! A gRPC failure comes with its status in the headers, and in the trailers with its details as well. A client that sees
//! the status in the headers looks no further and would miss the domain error, so it is told in the trailers alone.

use axum::body::Body;
use axum::http::{self, HeaderMap, HeaderValue, header};
use axum::response::Response;
use connectrpc::ConnectRpcBody;

pub(super) fn complete(response: http::Response<ConnectRpcBody>) -> Response {
    let mut response = response.map(|body| match body {
        ConnectRpcBody::Full(message) => Body::new(message),
        other => Body::new(other),
    });
    if is_grpc(response.headers()) {
        response.headers_mut().remove("grpc-status");
        response.headers_mut().remove("grpc-message");
    }
    response
}

/// gRPC-Web has its trailers in the body, and no status in the headers.
fn is_grpc(headers: &HeaderMap) -> bool {
    let content = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    content.is_some_and(|content| {
        content == b"application/grpc" || content.starts_with(b"application/grpc+")
    })
}
