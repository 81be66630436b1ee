//! Methods of a service.

use super::{Advice, Site};

pub const FORM: &str = "a method is written `rpc Get(GetRequest) returns (GetResponse);`";

/// `rpc`.
pub fn advise(site: &Site<'_>) -> Option<Advice> {
    let found = site.found();
    if site.statement.inside != "service" {
        return None;
    }
    match site.expected {
        "'returns'" if site.is_name(site.at) => {
            let advice = Advice::new(
                site,
                format!("there is no keyword `{found}` here"),
                "did you mean `returns`?",
            );
            let known = found.to_ascii_lowercase().starts_with("ret");
            Some(if known {
                advice.label("unknown keyword").instead("returns")
            } else {
                advice
            })
        }
        "'returns'" if matches!(found, ";" | "{") => {
            let help = "write `returns (google.protobuf.Empty)`, and import \"google/protobuf/empty.proto\"";
            Some(Advice::new(
                site,
                "a method returns a message, if only an empty one",
                help,
            ))
        }
        "'returns'" => Some(Advice::new(
            site,
            "what a method returns stands behind `returns`",
            FORM,
        )),
        "'('" => Some(Advice::new(
            site,
            "the types of a method stand in parentheses",
            FORM,
        )),
        _ if found == ")" && site.before() == "(" => {
            let help = "write `google.protobuf.Empty`, and import \"google/protobuf/empty.proto\"";
            Some(
                Advice::new(site, "a method takes a message, if only an empty one", help)
                    .label("no type before this"),
            )
        }
        _ if found == "," => {
            let help = "put all that it takes into one message";
            Some(Advice::new(site, "a method takes one message", help))
        }
        _ if site.is_name(site.at) && site.before() != "(" && site.at > 2 => {
            Some(Advice::new(site, "a method names types alone", FORM))
        }
        _ => None,
    }
}
