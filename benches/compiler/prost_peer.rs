//! What a build script with prost-build does, as a program: a peer for `benches/compiler/run`.
//!
//! usage: prost_peer OUT INCLUDE… -- FILE…, with `PROTOC` in the environment

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut parts = arguments.split(|argument| argument == "--");
    let (Some([out, includes @ ..]), Some(files)) = (parts.next(), parts.next()) else {
        return Err(std::io::Error::other(
            "usage: prost_peer OUT INCLUDE… -- FILE…",
        ));
    };
    std::fs::create_dir_all(out)?;
    prost_build::Config::new()
        .out_dir(out)
        .compile_protos(files, includes)
}
