//! What rules cost: `make bench`.
//!
//! A message with ten fields, all legal, is checked by generated code and by `prost-protovalidate`, which reads the rules
//! from descriptors, in the same run; and it is dispatched with and without a check. Each line is measured for a tenth of a
//! second, five times over, of which the best counts.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use bellwire::{
    Bytes, CallOptions, EventGroup, EventGroupInfo, EventInfo, EventKind, ReplyFuture, Request,
    Server, Validate, glue,
};
use bellwire_build::load::{Inputs, load};
use compile_rust::rules::rust::account::v1::{Role, Signup};
use futures_executor::block_on;
use prost::Message;
use prost_protovalidate::Validator;
use prost_reflect::{DynamicMessage, ReflectMessage};

fn signup() -> Signup {
    Signup {
        id: "2f1b9c1e-0a52-4d3a-9a3c-0123456789ab".to_owned(),
        email: "ada.lovelace@example.org".to_owned(),
        name: "Ada, Countess of Lovelace".to_owned(),
        language: "en".to_owned(),
        age: 36,
        discount: 0.25,
        role: Role::Member.into(),
        tags: vec!["engine".to_owned(), "analytical".to_owned()],
        referrer: Some("www.example.org".to_owned()),
        accepted: true,
    }
}

/// Nanoseconds of one round, at its best.
fn measure(mut round: impl FnMut()) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..5 {
        let began = Instant::now();
        let mut rounds = 0_u32;
        while began.elapsed() < Duration::from_millis(100) {
            for _ in 0..16 {
                round();
            }
            rounds += 16;
        }
        best = best.min(began.elapsed().as_nanos() as f64 / f64::from(rounds));
    }
    best
}

fn main() {
    let message = signup();
    let generated = measure(|| black_box(&message).validate().expect("it is legal"));

    let dynamic = dynamic(&message);
    let validator = Validator::new();
    let reflected = measure(|| {
        validator
            .validate(black_box(&dynamic))
            .expect("it is legal")
    });
    let transcoded = measure(|| {
        let bytes = black_box(&message).encode_to_vec();
        let dynamic = DynamicMessage::decode(dynamic.descriptor(), bytes.as_slice());
        let dynamic = dynamic.expect("it decodes");
        validator.validate(&dynamic).expect("it is legal");
    });
    println!(
        "{:<58} {generated:>12.0} ns",
        "10 fields checked by generated code"
    );
    for (what, time) in [
        (
            "the same by prost-protovalidate, from a dynamic message",
            reflected,
        ),
        (
            "the same by prost-protovalidate, from prost's message",
            transcoded,
        ),
    ] {
        let ratio = time / generated;
        println!("{what:<58} {time:>12.0} ns {ratio:>9.0} times as long");
    }

    let server = Server::builder().group(Signups).build().expect("one group");
    let payload = Bytes::from(message.encode_to_vec());
    let dispatch = |event: &'static EventInfo| {
        measure(|| {
            let call = server.call(event.path, payload.clone(), CallOptions::default());
            black_box(block_on(call)).expect("a reply");
        })
    };
    let [plain, checked] = [0, 1].map(|index| dispatch(&SIGNUPS.events[index]));
    println!(
        "{:<58} {plain:>12.0} ns",
        "the message dispatched, unchecked"
    );
    println!(
        "{:<58} {checked:>12.0} ns {:>9.0} ns more",
        "the message dispatched, checked",
        checked - plain
    );
}

/// The message with the descriptors of its schema, options included.
fn dynamic(message: &Signup) -> DynamicMessage {
    let schemas = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../golden/rules/schemas");
    let inputs = Inputs {
        roots: vec![schemas],
        files: vec!["account/v1/account.proto".to_owned()],
        ..Inputs::default()
    };
    let mut report = bellwire_build::diagnostic::Report::default();
    let pool = load(&inputs, &mut report).pool;
    let descriptor = pool
        .get_message_by_name("account.v1.Signup")
        .expect("a message");
    DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice()).expect("it decodes")
}

const fn event(path: &'static str) -> EventInfo {
    EventInfo {
        path,
        kind: EventKind::Unary,
        input: Some("account.v1.Signup"),
        output: None,
        timeout: None,
        fingerprint: 0,
    }
}

static SIGNUPS: EventGroupInfo = EventGroupInfo {
    name: "account.v1.Signups",
    error: "account.v1.Problem",
    events: &[
        event("account.v1.Signups/Plain"),
        event("account.v1.Signups/Checked"),
    ],
    descriptors: &[],
};

struct Signups;

impl EventGroup for Signups {
    fn info(&self) -> &'static EventGroupInfo {
        &SIGNUPS
    }

    fn call(&self, request: Request) -> ReplyFuture {
        let handle = |_, input: Signup| async move {
            black_box(input);
            Ok::<(), ()>(())
        };
        match request.event_index() {
            0 => glue::unary(request, handle),
            _ => glue::checked_unary(request, |_| (), handle),
        }
    }
}
