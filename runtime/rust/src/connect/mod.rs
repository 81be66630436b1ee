//! Serves a [`Server`](crate::Server) over HTTP: the Connect, gRPC and gRPC-Web protocols, on axum.
