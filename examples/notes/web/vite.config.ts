import { defineConfig } from "vite";

export default defineConfig({
  // The runtime is linked from this repository; what it imports is found among this page's packages.
  resolve: { preserveSymlinks: true },

  build: { target: "es2023" },

  server: {
    // In development, what is addressed to an event group (`/notes.v1.NotesEvent/List`) goes to the server.
    proxy: { "^/([a-z0-9]+\\.)+[A-Z]\\w+/\\w+$": "http://127.0.0.1:4000" },
  },
});
