//! What two sides that were built from different schemas tell each other.

use std::collections::BTreeSet;

use crate::Server;
use crate::wire::bellwire::v1::unserved::Reason;
use crate::wire::bellwire::v1::{Fingerprint, Unserved};

/// The version of the wire protocol that this core speaks.
pub(crate) const PROTOCOL: u32 = 1;

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
