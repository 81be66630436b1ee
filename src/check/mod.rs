//! Rules over a [`Schema`](crate::schema::Schema): what protoc rejects, what a target could not express.
