//! The core of the runtime's tests as a library for Dart programs, with functions beside it to look into the core and to
//! make it do things.

#[path = "../../fixture/mod.rs"]
mod fixture;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bellwire::{Limits, Server};

use fixture::generated::fixture::v1::Number;
use fixture::{Core, core_with, text};

static CORE: OnceLock<Core> = OnceLock::new();
static STARTS: AtomicUsize = AtomicUsize::new(0);

/// The largest payload that is taken, in bytes: a message with 100 MiB in it.
const LARGEST: usize = (100 << 20) + 5;

fn start(config: &[u8]) -> Result<Server, &'static str> {
    if config == b"fail" {
        return Err("it was told to fail");
    }
    STARTS.fetch_add(1, Ordering::SeqCst);
    let core = CORE.get_or_init(|| core_with(Limits::default().with_payload_bytes(LARGEST)));
    Ok(core.server.clone())
}

bellwire::ffi::export!(start);

/// How many of something there are: handlers alive, handlers dropped, subscriptions, sessions, calls, starts of the core.
#[unsafe(no_mangle)]
extern "C" fn fixture_count(of: u32) -> u64 {
    let Some(core) = CORE.get() else {
        return 0;
    };
    let count = match of {
        0 => core.probe.alive(),
        1 => core.probe.dropped(),
        2 => core.server.hub().subscription_count(),
        3 => core.server.open_sessions(),
        4 => core.server.running_calls(),
        _ => STARTS.load(Ordering::SeqCst),
    };
    count as u64
}

/// Makes the core do something to the thing with this number: 0 lets one `Wait` go on, 1 says the number, 2 changes it, 3
/// says how far it is, 4 leaves, 5 lets `Say` go on where it blocks, 6 says the number again and again, and
/// aborts the process if it does not end within a minute.
#[unsafe(no_mangle)]
extern "C" fn fixture_make(what: u32, number: u32) {
    let Some(core) = CORE.get() else {
        return;
    };
    let said = text(number.to_string());
    match what {
        0 => core.probe.go.add_permits(1),
        1 => core.notifier.said(&said),
        2 => core
            .notifier
            .changed(&format!("key {}", number % 10), &said),
        3 => core.notifier.progress(
            "key",
            &Number {
                number: number.into(),
            },
        ),
        4 => core.notifier.leaving(),
        5 => core.probe.unblock(),
        _ => {
            std::thread::spawn(move || {
                let hangs = Instant::now() + Duration::from_secs(60);
                while Instant::now() < hangs {
                    core.notifier.said(&said);
                    std::thread::sleep(Duration::from_micros(50));
                }
                std::process::abort();
            });
        }
    }
}
