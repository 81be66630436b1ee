//! Generated checks beside an independent implementation: see `tests/rules.rs` and `benches/rules.rs`.
