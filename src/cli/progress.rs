//! What a person sees while a run takes long.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A run that ends sooner says nothing.
const QUIET: Duration = Duration::from_millis(700);
const REFRESH: Duration = Duration::from_millis(100);

/// A line on the terminal that says what goes on and for how long. It is gone when this is dropped, and there never is
/// one in a pipe.
pub struct Progress(Option<(Sender<()>, JoinHandle<()>)>);

/// Starts to say what goes on.
pub fn progress(what: &'static str) -> Progress {
    if !io::stderr().is_terminal() {
        return Progress(None);
    }
    let (stop, stopped) = mpsc::channel::<()>();
    let started = Instant::now();
    let thread = thread::spawn(move || {
        let mut wait = QUIET;
        while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
            wait = REFRESH;
            say(&format!(
                "{what} … {:.1} s",
                started.elapsed().as_secs_f32()
            ));
        }
        if started.elapsed() >= QUIET {
            say("");
        }
    });
    Progress(Some((stop, thread)))
}

/// Replaces the line. Whoever closed the terminal misses nothing.
fn say(line: &str) {
    let mut terminal = anstream::stderr().lock();
    let _ = write!(terminal, "\r\u{1b}[2K{line}").and_then(|()| terminal.flush());
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.0.take() {
            drop(stop);
            let _ = thread.join();
        }
    }
}
