//! The forms of output that are compared and compiled.

use bellwire_build::config::{ImportExtension, TypeScriptTarget};

/// Relative imports end in nothing, as bundlers like it.
pub fn plain() -> TypeScriptTarget {
    TypeScriptTarget::default()
}

/// They end in `.js`, as Node needs it.
pub fn with_js() -> TypeScriptTarget {
    TypeScriptTarget {
        import_extension: ImportExtension::Js,
        ..plain()
    }
}

/// They end in `.ts`.
pub fn with_ts() -> TypeScriptTarget {
    TypeScriptTarget {
        import_extension: ImportExtension::Ts,
        ..plain()
    }
}

/// With the types of JSON.
pub fn with_json(target: TypeScriptTarget) -> TypeScriptTarget {
    TypeScriptTarget {
        json_types: true,
        ..target
    }
}
