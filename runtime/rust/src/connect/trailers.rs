//! Where a gRPC client looks for how a call failed.
//!
//! A failure comes with its status in the headers, and in the trailers with its details as well. A client that sees the
//! status in the headers looks no further and would miss the domain error, so it is told in the trailers alone.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

pub(super) fn tell_status_last(mut response: Response) -> Response {
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
