//! The services that the configuration names.

use crate::config::Config;
use crate::diagnostic::{Report, code};
use crate::load::{Kind, Loaded};
use crate::names::nearest;

/// Each must exist.
pub fn check(loaded: &Loaded, config: &Config, report: &mut Report) {
    // It may be in a file that could not be read, which is reported already.
    if loaded.files.iter().any(|file| !file.linked) {
        return;
    }
    for name in config.services.keys() {
        let found = loaded.symbols.get(name);
        let message = match found.map(|definition| definition.kind) {
            Some(Kind::Service) => continue,
            Some(kind) => format!(
                "`{name}` under `services:` is {}, not a service",
                kind.describe()
            ),
            None => format!("there is no service `{name}`, which `services:` names"),
        };
        let near = nearest(name, loaded.symbols.all(Kind::Service));
        let help = match near.as_slice() {
            [] => "write a service's full name with its package, and check that `schemas:` covers its file".to_owned(),
            near => format!("did you mean {}?", near.join(" or ")),
        };
        report.push(
            config
                .error_at_key(&["services", name], code::CONFIG_UNKNOWN_SERVICE, message)
                .help(help),
        );
    }
}
