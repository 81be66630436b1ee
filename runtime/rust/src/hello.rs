//! What two sides that were built from different schemas tell each other.

use std::collections::BTreeSet;

use crate::wire::bellwire::v1::unserved::Reason;
use crate::wire::bellwire::v1::{Fingerprint, Unserved};
use crate::{Code, Fault, Server};

/// The version of the wire protocol that this core speaks.
pub(crate) const PROTOCOL: u32 = 1;

/// How many events and notifications a client may use that its core cannot serve. One that uses more loses its session, or
/// is refused over HTTP.
pub(crate) const MAX_UNSERVED: usize = 16_384;

pub(crate) fn too_strange() -> Fault {
    let message = format!("the client uses more than {MAX_UNSERVED} strange events");
    Fault::new(Code::ResourceExhausted, message)
}

/// What a client uses and this server cannot serve.
pub(crate) fn unserved(server: &Server, uses: &[Fingerprint]) -> Vec<Unserved> {
    let reason = |used: &Fingerprint| match fingerprint(server, &used.path) {
        None => Some(Reason::Unknown),
        Some(ours) if ours != used.fingerprint => Some(Reason::Different),
        Some(_) => None,
    };
    uses.iter()
        .filter_map(|used| {
            Some(Unserved {
                path: used.path.clone(),
                reason: reason(used)?.into(),
            })
        })
        .collect()
}

/// The paths of these.
pub(crate) fn paths(unserved: &[Unserved]) -> BTreeSet<String> {
    unserved
        .iter()
        .map(|unserved| unserved.path.clone())
        .collect()
}

fn fingerprint(server: &Server, path: &str) -> Option<u64> {
    let event = server.event(path).map(|event| event.fingerprint);
    event.or_else(|| {
        server
            .hub()
            .notification(path)
            .map(|notification| notification.fingerprint)
    })
}
