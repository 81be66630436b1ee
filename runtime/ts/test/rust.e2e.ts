// Run by runtime/rust/tests/node.rs: the scenarios in Node, over every transport, each with a core of its own.
import { describe, test } from "node:test";
import type { Unserved } from "bellwire";
import { connect, type ConnectOptions } from "bellwire/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { createConnectTransport as createWebTransport } from "@connectrpc/connect-web";
import { startCore } from "./rust-core.js";
import { scenarios } from "./scenarios.js";

const ways: Record<string, (baseUrl: string) => ConnectOptions> = {
  "connect over fetch": (baseUrl) => ({ baseUrl }),
  "connect-web with JSON": (baseUrl) => ({ transport: createWebTransport({ baseUrl }) }),
  "connect-node": (baseUrl) => ({ transport: createConnectTransport({ baseUrl, httpVersion: "1.1" }) }),
  "connect-node on HTTP/2": (baseUrl) => ({ transport: createConnectTransport({ baseUrl, httpVersion: "2" }) }),
  "gRPC-Web": (baseUrl) => ({ transport: createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }) }),
  gRPC: (baseUrl) => ({ transport: createGrpcTransport({ baseUrl }) }),
};

for (const [name, options] of Object.entries(ways)) {
  describe(name, async () => {
    const { url, control } = await startCore();
    const way = {
      open: (more: { onUnserved?: (unserved: Unserved) => void } = {}) => connect({ ...options(url), ...more }),
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
