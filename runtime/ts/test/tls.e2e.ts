// Run by runtime/rust/tests/tls.rs: calls and notifications over TLS, with an authority that Node is told of.
import assert from "node:assert/strict";
import { Agent } from "node:https";
import { test } from "node:test";
import { connect, connectrpc } from "bellwire/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { all, faultOf } from "./check.js";
import { EchoEventCount, EchoEventSay, EchoNotificationListener } from "./gen/fixture/v1/echo_bellwire.js";

const baseUrl = process.env["BELLWIRE_CORE"] ?? "";

const ways = {
  fetch: connect({ baseUrl }),
  "HTTP/1.1": connectrpc(createConnectTransport({ baseUrl, httpVersion: "1.1" })),
  "HTTP/2": connectrpc(createConnectTransport({ baseUrl, httpVersion: "2" })),
  gRPC: connectrpc(createGrpcTransport({ baseUrl })),
};

for (const [name, transport] of Object.entries(ways)) {
  test(`${name} over TLS`, async () => {
    const said = await EchoEventSay({ text: "secret" }, { transport });
    assert.equal(said.ok && said.value.text, "secret");
    assert.equal((await all(EchoEventCount({ to: 100n }, { transport }))).length, 100);
    const listener = new EchoNotificationListener({ onSaid() {} }, { transport });
    await listener.start();
    await listener.stop();
  });
}

test("a server that nobody vouches for is UNAVAILABLE", async () => {
  // An agent of its own: that of all would take a connection of before, which it cannot tell from one without authorities.
  const nodeOptions = { ca: [], agent: new Agent() };
  const transports = [
    // The certificate is for localhost.
    connect({ baseUrl: baseUrl.replace("localhost", "127.0.0.1") }),
    connectrpc(createConnectTransport({ baseUrl, httpVersion: "1.1", nodeOptions })),
    connectrpc(createConnectTransport({ baseUrl, httpVersion: "2", nodeOptions })),
  ];
  for (const transport of transports) {
    await faultOf(EchoEventSay({ text: "secret" }, { transport }), "UNAVAILABLE");
  }
});
