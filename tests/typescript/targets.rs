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

/// With objects in place of enums.
pub fn with_erasable_syntax(target: TypeScriptTarget) -> TypeScriptTarget {
    TypeScriptTarget {
        erasable_syntax: true,
        ..target
    }
}

/// Without what only options need.
pub fn without_option_imports(target: TypeScriptTarget) -> TypeScriptTarget {
    TypeScriptTarget {
        elide_option_imports: true,
        ..target
    }
}

/// With the types of JSON.
pub fn with_json(target: TypeScriptTarget) -> TypeScriptTarget {
    TypeScriptTarget {
        json_types: true,
        ..target
    }
}
