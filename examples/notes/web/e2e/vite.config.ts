import { defineConfig } from "vite";

/** The tests, bundled for Node; `node --test` runs them. */
export default defineConfig({
  publicDir: false,
  resolve: { preserveSymlinks: true },
  build: {
    ssr: true,
    target: "node20",
    outDir: "e2e/dist",
    emptyOutDir: true,
    rollupOptions: { input: ["client", "curl", "page", "panic", "protocols"].map((name) => `e2e/${name}.test.ts`) },
  },
  // The generated code and the runtime are sources here; only the browser's remote control stays a package.
  ssr: { noExternal: true, external: ["playwright-core"] },
});
