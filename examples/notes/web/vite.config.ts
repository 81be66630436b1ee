import { defineConfig } from "vite";

export default defineConfig({
  // The runtime is linked from this repository; what it imports is found among this page's packages.
  resolve: { preserveSymlinks: true },

  build: { target: "es2023" },

  server: {
    proxy: {
      // In development, what is addressed to an event group (`/notes.v1.NotesEvent/List`) goes to the server. It keeps
      // its `Host`, since the server answers only pages of its own.
      "^/([a-z0-9]+\\.)+[A-Z]\\w+/\\w+$": { target: "http://127.0.0.1:4000", changeOrigin: false },
    },
  },
});
