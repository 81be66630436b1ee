//! A core whose inputs have rules, of every kind.

#![allow(dead_code, reason = "no test uses all of it")]

#[path = "generated/mod.rs"]
pub mod generated;

use bellwire::{Context, Server, Stream, Violation, Violations};
use futures::stream;

use generated::rules::v1::{Breach, Refusal, RuleEventHandler, RuleEventService, Sample};

struct Rules;

impl RuleEventHandler for Rules {
    async fn check(&self, _: Context, _: Sample) -> Result<(), Refusal> {
        Ok(())
    }

    async fn watch(
        &self,
        _: Context,
        input: Sample,
    ) -> Result<impl Stream<Item = Result<Sample, Refusal>> + Send + use<>, Refusal> {
        Ok(stream::iter([Ok(input)]))
    }
}

#[cfg(not(misfit = "violations"))]
impl From<Violations> for Refusal {
    fn from(violations: Violations) -> Self {
        Self {
            breaches: violations.into_iter().map(breach).collect(),
        }
    }
}

fn breach(violation: Violation) -> Breach {
    Breach {
        field: violation.field,
        rule_id: violation.rule_id.to_owned(),
        message: violation.message.to_owned(),
        for_key: violation.for_key,
    }
}

pub fn server() -> Server {
    Server::builder()
        .group(RuleEventService::new(Rules))
        .build()
        .expect("one group")
}
