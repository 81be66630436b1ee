//! Illegal fields never reach a handler, and legal ones reach it as what they are.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use bellwire::{Context, Failure, Server, Stream};
use compile_rust::params::rust::export::v1::{
    BatchParams, BatchPayload, Done, DoneParams, ExportEventClient, ExportEventHandler,
    ExportEventService, ExportParams, ExportPayloadPb, Format, ImportPayload, Place, Plain,
    PlainParams, Problem, Range, export_payload_pb,
};
use futures_executor::block_on;

/// Keeps what it is called with.
#[derive(Default)]
struct Exporter {
    exported: Mutex<Option<ExportParams>>,
    imports: AtomicUsize,
}

impl ExportEventHandler for Exporter {
    async fn export(
        &self,
        _: Context,
        input: ExportParams,
    ) -> Result<impl Stream<Item = Result<Done, Problem>> + Send + use<>, Problem> {
        *self.exported.lock().expect("nobody panicked") = Some(input);
        Ok(Nothing)
    }

    async fn import(&self, _: Context, _: ImportPayload) -> Result<Done, Problem> {
        self.imports.fetch_add(1, Relaxed);
        Ok(Done {})
    }

    async fn say(&self, _: Context, _: PlainParams) -> Result<(), Problem> {
        Ok(())
    }

    async fn stop(&self, _: Context, _: DoneParams) -> Result<(), Problem> {
        Ok(())
    }
}

/// A stream of nothing.
struct Nothing;

impl Stream for Nothing {
    type Item = Result<Done, Problem>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(None)
    }
}

fn core() -> (Arc<Exporter>, ExportEventClient<Server>) {
    let exporter = Arc::new(Exporter::default());
    let service = ExportEventService::shared(Arc::clone(&exporter));
    let server = Server::builder().group(service).build().expect("one group");
    (exporter, ExportEventClient::new(server))
}

fn payload() -> ExportPayloadPb {
    ExportPayloadPb {
        note: "2f1b9c1e-0a52-4d3a-9a3c-0123456789ab".to_owned(),
        format: Format::Pdf.into(),
        preview: Some(Format::Text.into()),
        others: vec![1, 2],
        by_name: [("one".to_owned(), 1)].into(),
        range: Some(Range { from: 0, to: 1 }),
        at: Some(prost_types::Timestamp::default()),
        seal: Some(vec![1]),
        inner: Some(Box::default()),
        target: Some(export_payload_pb::Target::File("a".to_owned())),
        ..ExportPayloadPb::default()
    }
}

fn refused<T: std::fmt::Debug>(result: Result<T, Failure<Problem>>) -> String {
    match result {
        Err(Failure::Error(problem)) => problem.text,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn an_illegal_input_becomes_the_error_of_the_group() {
    let (exporter, client) = core();
    let illegal = ImportPayload {
        url: "not a URI".to_owned(),
    };
    let text = refused(block_on(client.import(&illegal)));
    assert_eq!(text, "url: must be a valid URI");
    assert_eq!(exporter.imports.load(Relaxed), 0);

    let legal = ImportPayload {
        url: "https://example.org".to_owned(),
    };
    block_on(client.import(&legal)).expect("it is legal");
    assert_eq!(exporter.imports.load(Relaxed), 1);
    block_on(client.say(&Plain::default())).expect("nothing can be wrong");
    block_on(client.stop(&Done {})).expect("nothing can be wrong");
}

#[test]
fn a_handler_gets_what_the_rules_promise() {
    let (exporter, client) = core();
    let mut payload = payload();
    // What is inside has rules of its own.
    payload.inner = None;
    block_on(client.export(&payload))
        .map(drop)
        .expect("it is legal");
    let params = exporter.exported.lock().expect("nobody panicked").take();
    let params = params.expect("the handler was called");
    assert_eq!(params.format, Format::Pdf);
    assert_eq!(params.fallback, None);
    assert_eq!(params.preview, Format::Text);
    assert_eq!(params.others, [Format::Text, Format::Pdf]);
    assert_eq!(params.by_name["one"], Format::Text);
    assert_eq!(params.range, Range { from: 0, to: 1 });
    assert_eq!(
        params.target,
        export_payload_pb::Target::File("a".to_owned())
    );
    assert_eq!(params.extra, None);
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let (exporter, client) = core();
    let illegal = ExportPayloadPb {
        format: 9,
        others: vec![1, 7],
        by_name: [("one".to_owned(), 8)].into(),
        range: Some(Range { from: 0, to: 0 }),
        preview: None,
        ..payload()
    };
    let text = refused(block_on(client.export(&illegal)).map(drop));
    let mistakes: Vec<_> = text.split("; ").collect();
    for mistake in [
        "format: value must be one of the defined enum values",
        "preview: value is required",
        "others[1]: value must be one of the defined enum values",
        "by_name[\"one\"]: value must be one of the defined enum values",
        "range.to: must be greater than 0",
        "inner.note: value is empty, which is not a valid UUID",
        "inner.target: exactly one field is required in oneof",
    ] {
        let count = mistakes.iter().filter(|said| **said == mistake).count();
        assert_eq!(count, 1, "{mistake} in {text}");
    }
    assert!(exporter.exported.lock().expect("nobody panicked").is_none());
}

fn place() -> Place {
    Place {
        format: Format::Pdf.into(),
        range: Some(Range { from: 0, to: 1 }),
    }
}

#[test]
fn what_has_parameters_holds_parameters() {
    let mut inner = payload();
    inner.inner = None;
    let mut outer = payload();
    outer.inner = Some(Box::new(inner));
    let params = ExportParams::try_from(outer).expect("it is legal");
    let inner = params.inner.expect("it is set");
    assert_eq!((inner.format, inner.inner), (Format::Pdf, None));

    let unknown = Place {
        format: 9,
        range: None,
    };
    let batch = BatchPayload {
        first: Some(place()),
        second: None,
        others: vec![place(), place()],
        named: [("one".to_owned(), place())].into(),
        unchecked: Some(unknown),
        drafts: vec![unknown],
    };
    let params = BatchParams::try_from(batch).expect("it is legal");
    assert_eq!(params.first.format, Format::Pdf);
    assert_eq!(params.second, None);
    assert_eq!(params.others[1].range, Range { from: 0, to: 1 });
    assert_eq!(params.named["one"].format, Format::Pdf);
    assert_eq!(
        (params.unchecked, params.drafts),
        (Some(unknown), vec![unknown])
    );
}

#[test]
fn what_is_wrong_further_in_is_said_with_its_place() {
    let unknown = || Place {
        format: 9,
        ..place()
    };
    let batch = BatchPayload {
        first: Some(unknown()),
        second: Some(Place::default()),
        others: vec![place(), unknown()],
        named: [("one".to_owned(), unknown())].into(),
        ..BatchPayload::default()
    };
    let found = BatchParams::try_from(batch).expect_err("it is illegal");
    let found: Vec<_> = found
        .iter()
        .map(|one| (one.field.as_str(), one.rule_id))
        .collect();
    assert_eq!(
        found,
        [
            ("second.range", "required"),
            ("first.format", "enum.defined_only"),
            ("others[1].format", "enum.defined_only"),
            ("named[\"one\"].format", "enum.defined_only"),
        ]
    );
}

/// The same group, with `violations: crate::illegal` in its configuration.
mod in_a_foreign_crate {
    use super::{Context, Failure, Server, Stream, block_on};
    use compile_rust::params::rust_function::export::v1::{
        Done, DoneParams, ExportEventClient, ExportEventHandler, ExportEventService, ExportParams,
        ImportPayload, PlainParams, Problem,
    };

    struct Exporter;

    impl ExportEventHandler for Exporter {
        async fn export(
            &self,
            _: Context,
            _: ExportParams,
        ) -> Result<impl Stream<Item = Result<Done, Problem>> + Send + use<>, Problem> {
            Err::<std::pin::Pin<Box<dyn Stream<Item = _> + Send>>, _>(Problem::default())
        }

        async fn import(&self, _: Context, _: ImportPayload) -> Result<Done, Problem> {
            Ok(Done {})
        }

        async fn say(&self, _: Context, _: PlainParams) -> Result<(), Problem> {
            Ok(())
        }

        async fn stop(&self, _: Context, _: DoneParams) -> Result<(), Problem> {
            Ok(())
        }
    }

    #[test]
    fn a_function_makes_the_error_of_the_group() {
        let service = ExportEventService::new(Exporter);
        let server = Server::builder().group(service).build().expect("one group");
        let client = ExportEventClient::new(server);
        let illegal = ImportPayload {
            url: "not a URI".to_owned(),
        };
        match block_on(client.import(&illegal)) {
            Err(Failure::Error(problem)) => assert_eq!(problem.text, "1 mistakes"),
            other => panic!("not refused: {other:?}"),
        }
    }
}
