use tauri_build::{Attributes, InlinedPlugin};

fn main() {
    // A command of the app itself passes no access control; one of a plugin, as Bellwire's are, does.
    let peer = InlinedPlugin::new().commands(&["raw"]);
    let attributes = Attributes::new().plugin("peer", peer);
    tauri_build::try_build(attributes).expect("the app's configuration");
}
