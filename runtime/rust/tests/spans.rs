//! Each call has a span, which says how it ended.

mod fixture;

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bellwire::{CallOptions, Connection};
use tracing_subscriber::fmt::format::FmtSpan;

use fixture::generated::fixture::v1::EchoEventClient;
use fixture::{core, text};

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("whole").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_call_has_a_span_with_its_event_session_outcome_and_duration() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let core = core();
    let connection = Connection::in_process(&core.server, |_| {}).expect("it opens");
    let framed = EchoEventClient::new(connection);
    framed.say(&text("hello")).await.expect("it works");
    framed.say(&text("")).await.expect_err("it says nothing");

    let client = EchoEventClient::new(core.server.clone());
    let hurried = CallOptions::default().with_timeout(Duration::from_millis(5));
    client
        .with_options(hurried)
        .never()
        .await
        .expect_err("it is late");
    let dropped = tokio::time::timeout(Duration::from_millis(5), client.wait()).await;
    assert!(dropped.is_err());

    let log = String::from_utf8(log.0.lock().expect("whole").clone()).expect("text");
    let spans: Vec<_> = log
        .lines()
        .filter_map(|line| {
            let (_, span) = line.split_once("call{")?;
            let (fields, _) = span.split_once(" duration_us=")?;
            Some(fields)
        })
        .collect();
    assert_eq!(
        spans,
        [
            r#"event="fixture.v1.EchoEvent/Say" session=1 outcome="OK""#,
            r#"event="fixture.v1.EchoEvent/Say" session=1 outcome="ERROR""#,
            r#"event="fixture.v1.EchoEvent/Never" outcome="DEADLINE_EXCEEDED" fault="the deadline of the call has passed""#,
            r#"event="fixture.v1.EchoEvent/Wait" outcome="CANCELLED""#,
        ]
    );
}
