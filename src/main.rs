//! The command line: clap, and one thin function per verb.

mod cli;

use std::process::ExitCode;

/// A compiler allocates small things by the million, in several threads; the system's allocator takes a quarter of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    small_pages();
    let ended = cli::parse().map_or_else(
        |ended| ended,
        |arguments| {
            arguments.color.write_global();
            arguments.run()
        },
    );
    match ended {
        Ok(code) => code,
        // Whoever reads our output has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = std::io::Write::write_fmt(
                &mut anstream::stderr(),
                format_args!("bellwire: cannot write standard output: {error}\n"),
            );
            ExitCode::from(2)
        }
    }
}

/// With huge pages the system clears twice the memory that a run uses. The allocator is built to ask for none, so that
/// the one for its very first allocation, before this runs, is none either; this is for systems that give them to
/// whoever does not ask. Where it cannot be helped, a run takes longer.
fn small_pages() {
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
