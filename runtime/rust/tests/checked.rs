//! Inputs with rules, dispatched: what is illegal becomes the group's error, and the rest reaches the handler.

#![cfg(feature = "pattern")]

mod rules;

use bellwire::Failure;
use futures::StreamExt;

use rules::generated::rules::v1::{Forms, Kind, Refusal, RuleEventClient, Sample, Texts};

/// Two things are wrong with it.
fn illegal() -> Sample {
    Sample {
        texts: Some(Texts {
            len: Some("12345".to_owned()),
            needed: "x".to_owned(),
            ..Texts::default()
        }),
        forms: Some(Forms {
            email: Some("nobody".to_owned()),
            ..Forms::default()
        }),
        ..Sample::default()
    }
}

fn found(refusal: &Refusal) -> Vec<(&str, &str, &str)> {
    let breaches = refusal.breaches.iter();
    breaches
        .map(|one| (&*one.field, &*one.rule_id, &*one.message))
        .collect()
}

const WRONG: [(&str, &str, &str); 2] = [
    ("texts.len", "string.len", "must be 4 characters"),
    (
        "forms.email",
        "string.email",
        "must be a valid email address",
    ),
];

#[tokio::test]
async fn everything_that_is_wrong_becomes_the_error_of_the_group() {
    let client = RuleEventClient::new(rules::server());
    match client.check(&illegal()).await {
        Err(Failure::Error(refusal)) => assert_eq!(found(&refusal), WRONG),
        other => panic!("{other:?}"),
    }
    let refused = match client.watch(&illegal()).await {
        Err(failure) => failure,
        Ok(mut items) => match items.next().await {
            Some(Err(failure)) => failure,
            other => panic!("{other:?}"),
        },
    };
    assert_eq!(found(&refused.error().expect("an error")), WRONG);
}

#[tokio::test]
async fn what_is_legal_reaches_the_handler() {
    let client = RuleEventClient::new(rules::server());
    let legal = Sample {
        kind: Kind::Two.into(),
        ..Sample::default()
    };
    client.check(&legal).await.expect("it is legal");
    let items: Vec<_> = client
        .watch(&legal)
        .await
        .expect("it is legal")
        .collect()
        .await;
    assert!(matches!(items.as_slice(), [Ok(sample)] if *sample == legal));
}
