//! From descriptors and their options to a [`Schema`](crate::schema::Schema).
