// Run by runtime/rust/tests/node.rs: the scenarios in Node, over every transport, each with a core of its own.
import { describe, test } from "node:test";
import type { Transport } from "bellwire";
import { connect, connectrpc, type NotificationOptions } from "bellwire/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { createConnectTransport as createWebTransport } from "@connectrpc/connect-web";
import { startCore } from "./rust-core.js";
import { scenarios } from "./scenarios.js";
import { faithfulFetch } from "./support.js";

const ways: Record<string, (baseUrl: string, options: NotificationOptions) => Transport> = {
  "connect over fetch": (baseUrl, options) => connect({ baseUrl, ...options }),
  "connect-web with JSON": (baseUrl, options) =>
    connectrpc(createWebTransport({ baseUrl, fetch: faithfulFetch }), options),
  "connect-node": (baseUrl, options) => connectrpc(createConnectTransport({ baseUrl, httpVersion: "1.1" }), options),
  "connect-node on HTTP/2": (baseUrl, options) =>
    connectrpc(createConnectTransport({ baseUrl, httpVersion: "2" }), options),
  "gRPC-Web": (baseUrl, options) => connectrpc(createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }), options),
  gRPC: (baseUrl, options) => connectrpc(createGrpcTransport({ baseUrl }), options),
};

for (const [name, open] of Object.entries(ways)) {
  describe(name, async () => {
    const { url, control } = await startCore();
    const way = {
      open: (options: NotificationOptions = {}) => open(url, options),
      core: control,
      binary: name !== "connect-web with JSON",
      // Writing so much JSON takes a client minutes.
      largest: name === "connect-web with JSON" ? 6 << 20 : 100 << 20,
      // What HTTP has in its buffers, at a few bytes for an item.
      unread: 500_000,
    };
    for (const [scenario, run] of Object.entries(scenarios)) {
      test(scenario, () => run(way));
    }
  });
}
