//! Generated checks and an independent implementation of protovalidate find the same in random messages.

mod random;

use std::path::PathBuf;

use bellwire::Validate;
use bellwire_build::load::{Inputs, load};
use compile_rust::rules::rust::account::v1::{Account, Limits, Signup, Subscription, Team};
use prost::Message;
use prost_protovalidate::{Error, Validator};
use prost_reflect::{DescriptorPool, DynamicMessage};
use random::Random;

/// Messages of each type.
const RUNS: u32 = 400;

#[test]
fn random_messages_break_the_same_rules() {
    let pool = pool();
    let validator = Validator::new();
    compare::<Account>(&pool, &validator, "account.v1.Account");
    compare::<Subscription>(&pool, &validator, "account.v1.Subscription");
    compare::<Signup>(&pool, &validator, "account.v1.Signup");
    compare::<Limits>(&pool, &validator, "account.v1.Limits");
    compare::<Team>(&pool, &validator, "account.v1.Team");
}

fn pool() -> DescriptorPool {
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../golden/rules/schemas");
    let inputs = Inputs {
        roots: vec![golden],
        files: vec!["account/v1/account.proto".to_owned()],
        ..Inputs::default()
    };
    let mut report = bellwire_build::diagnostic::Report::default();
    let loaded = load(&inputs, &mut report);
    assert!(!report.has_errors(), "{}", report.plain());
    loaded.pool
}

/// Rule and field of everything that is wrong.
type Found = Vec<(String, String)>;

fn compare<M: Message + Default + Validate>(pool: &DescriptorPool, oracle: &Validator, name: &str) {
    let descriptor = pool.get_message_by_name(name).expect("a message");
    let mut random = Random::new(name);
    let mut illegal = 0;
    for run in 0..RUNS {
        let message = random.message(&descriptor, 3);
        let expected = theirs(oracle, &message);
        let found = without_known_differences(ours::<M>(&message), &expected);
        assert_eq!(found, expected, "{name}, run {run}: {message}");
        illegal += usize::from(!found.is_empty());
    }
    assert!(
        illegal > 100,
        "{name}: only {illegal} of {RUNS} were illegal"
    );
}

fn ours<M: Message + Default + Validate>(message: &DynamicMessage) -> Found {
    let message = M::decode(message.encode_to_vec().as_slice()).expect("it decodes");
    let violations = message.validate().err().unwrap_or_default();
    sorted(
        violations
            .into_iter()
            .map(|one| (one.rule_id.to_owned(), one.field)),
    )
}

fn theirs(oracle: &Validator, message: &DynamicMessage) -> Found {
    match oracle.validate(message) {
        Ok(()) => Vec::new(),
        Err(Error::Validation(error)) => sorted(
            error
                .violations()
                .iter()
                .map(|one| (one.rule_id().to_owned(), one.field_path())),
        ),
        Err(error) => panic!("the oracle cannot say: {error}"),
    }
}

/// Where the oracle departs from protovalidate's definition: it stops at a number that is not finite, although the bounds
/// hold too; its `\w` has the letters of all languages, where RE2's has those of ASCII; and in a oneof of a message it does
/// not see that `IGNORE_UNSPECIFIED` was said (`Limits.most`).
fn without_known_differences(mut found: Found, expected: &Found) -> Found {
    let infinite: Vec<_> = found
        .iter()
        .filter(|(rule, _)| rule == "double.finite")
        .map(|(_, field)| field.clone())
        .collect();
    found.retain(|one| match one.0.as_str() {
        "double.gt_lte" => !infinite.contains(&one.1),
        "string.pattern" | "uint32.gt_lte" => expected.contains(one),
        _ => true,
    });
    found
}

fn sorted(found: impl Iterator<Item = (String, String)>) -> Found {
    let mut found: Vec<_> = found.collect();
    found.sort();
    found
}
