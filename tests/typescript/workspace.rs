//! A folder of generated TypeScript in which the compiler finds the packages that it imports.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use bellwire_build::output::Tree;

use crate::node::{self, Node};

/// As Node resolves modules: relative imports end in `.js`.
pub const NODE: &str = r#""module": "nodenext", "noEmit": true"#;
/// As bundlers do: they end in nothing.
pub const BUNDLER: &str = r#""module": "esnext", "moduleResolution": "bundler", "noEmit": true"#;
/// As runtimes that read TypeScript do: they end in `.ts`.
pub const TYPESCRIPT: &str =
    r#""module": "nodenext", "noEmit": true, "allowImportingTsExtensions": true"#;
/// The same, where types can be erased and nothing else has to be done.
pub const ERASABLE: &str = r#""module": "nodenext", "noEmit": true, "allowImportingTsExtensions": true, "erasableSyntaxOnly": true"#;
/// To JavaScript that Node runs.
pub const RUN: &str = r#""module": "nodenext", "outDir": "built", "rootDir": "source""#;

/// Lies below the target folder, one for each test.
pub struct Workspace(PathBuf);

impl Workspace {
    /// An empty one.
    pub fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("typescript")
            .join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("the old workspace goes");
        }
        let (packages, runtime) = (
            folder.join("node_modules"),
            folder.join("node_modules/bellwire"),
        );
        fs::create_dir_all(&runtime).expect("a workspace");
        symlink(
            node::package().join("node_modules/@bufbuild"),
            packages.join("@bufbuild"),
        )
        .expect("a link");
        // Link by link: the runtime's own packages would be other copies of the same types.
        for part in ["package.json", "dist"] {
            let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
            symlink(repository.join("runtime/ts").join(part), runtime.join(part)).expect("a link");
        }
        fs::write(folder.join("package.json"), r#"{ "type": "module" }"#).expect("a package");
        Self(folder)
    }

    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// Where [`RUN`] puts JavaScript.
    pub fn built(&self) -> PathBuf {
        self.0.join("built")
    }

    /// Writes a tree into a folder of its own.
    pub fn add(&self, name: &str, tree: &Tree) {
        for (path, text) in tree {
            let path = self.0.join("source").join(name).join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file is written");
        }
    }

    /// Runs the compiler as strict as it goes.
    pub fn compile(&self, node: &Node, options: &str) {
        let config = format!(
            r#"{{
  "compilerOptions": {{
    {options},
    "target": "es2022",
    "lib": ["es2022", "dom", "dom.asynciterable"],
    "types": [],
    "strict": true,
    "noUnusedLocals": true,
    "noUnusedParameters": true,
    "noImplicitReturns": true,
    "noImplicitOverride": true,
    "noFallthroughCasesInSwitch": true,
    "noPropertyAccessFromIndexSignature": true,
    "noUncheckedIndexedAccess": true,
    "exactOptionalPropertyTypes": true,
    "verbatimModuleSyntax": true,
    "isolatedModules": true,
    "preserveSymlinks": true,
    "skipLibCheck": true
  }},
  "include": ["source"]
}}
"#
        );
        fs::write(self.0.join("tsconfig.json"), config).expect("a configuration");
        let compiler = node::package().join("node_modules/typescript/bin/tsc");
        node.run(
            &[compiler.as_os_str(), "--project".as_ref(), ".".as_ref()],
            &self.0,
        );
    }
}
