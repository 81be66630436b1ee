//! With the feature `dart` or `ts`, a build first brings the generated code up to date: all Rust code of the app, and
//! the code of that frontend. Without them, `bellwire gen --config examples/notes/bellwire.yaml` does.
//!
//! This crate does it for the whole app, since every other crate is built after it.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=build.rs");

    #[cfg(any(feature = "dart", feature = "ts"))]
    bellwire_build::Config::from_file("../bellwire.yaml")
        .dart_needs_feature("dart")
        .typescript_needs_feature("ts")
        .compile()?;

    Ok(())
}
