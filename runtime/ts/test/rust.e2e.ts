// Run by runtime/rust/tests/node.rs, against the core of the Rust runtime's own tests.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { setDefaultTransport, type Transport, unary, type UnaryEvent } from "bellwire";
import { connect } from "bellwire/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { type Problem, ProblemSchema } from "./gen/common/v1/error_pb.js";
import { type Number, NumberSchema, type Text, TextSchema } from "./gen/fixture/v1/echo_pb.js";
import {
  EchoEventCount,
  EchoEventDescribe,
  EchoEventNever,
  EchoEventNothing,
  EchoEventPanic,
  EchoEventSay,
  EchoEventTick,
  EchoEventWait,
  EchoNotificationListener,
} from "./gen/fixture/v1/echo_bellwire.js";
import { settled, until } from "./support.js";

const baseUrl = process.env["BELLWIRE_CORE"] ?? "";
const control = process.env["BELLWIRE_CONTROL"] ?? "";

interface Probe {
  alive: number;
  dropped: number;
  subscriptions: number;
}

async function make(what: string): Promise<void> {
  const response = await fetch(`${control}/${what}`, { method: "POST" });
  assert.equal(response.status, 200);
}

async function probe(): Promise<Probe> {
  return (await (await fetch(`${control}/probe`)).json()) as Probe;
}

async function probed(holds: (probe: Probe) => boolean): Promise<void> {
  while (!holds(await probe())) await new Promise((resolve) => setTimeout(resolve, 5));
}

beforeEach(() => setDefaultTransport(undefined));

const ways: Record<string, () => Transport> = {
  "connect over fetch": () => connect({ baseUrl }),
  "connect with JSON": () => connect({ baseUrl, useBinaryFormat: false }),
  "connect-node": () => connect({ transport: createConnectTransport({ baseUrl, httpVersion: "1.1" }) }),
  "connect-node on HTTP/2": () => connect({ transport: createConnectTransport({ baseUrl, httpVersion: "2" }) }),
  "gRPC-Web": () => connect({ transport: createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }) }),
  gRPC: () => connect({ transport: createGrpcTransport({ baseUrl }) }),
};

for (const [name, way] of Object.entries(ways)) {
  test(`${name}: output and error of the schema`, async () => {
    setDefaultTransport(way());
    const said = await EchoEventSay({ text: "héllo" });
    assert.ok(said.ok);
    assert.equal(said.value.text, "héllo");
    const refused = await EchoEventSay({});
    assert.ok(!refused.ok);
    assert.equal(refused.error.reason, "nothing was said");
    assert.deepEqual(await EchoEventNothing(), { ok: true, value: undefined });
    const described = await EchoEventDescribe({ metadata: { "x-who": "ada" }, timeoutMs: 5000 });
    assert.ok(described.ok);
    assert.equal(described.value.text, "fixture.v1.EchoEvent/Describe by ada with a deadline");
  });

  test(`${name}: a panic is a fault, and the next call works`, async () => {
    setDefaultTransport(way());
    for (const [text, message] of [
      ["now", /before the first await/],
      ["later", /after the first await: later/],
    ] as const) {
      await assert.rejects(EchoEventPanic({ text }), { name: "Fault", code: "INTERNAL", message });
      assert.ok((await EchoEventSay({ text: "still here" })).ok);
    }
  });

  test(`${name}: an unknown event is a fault, and the next call works`, async () => {
    setDefaultTransport(way());
    const Unknown: UnaryEvent<Text, Text, Problem> = unary({
      path: "fixture.v1.EchoEvent/Unheard",
      input: TextSchema,
      output: TextSchema,
      error: ProblemSchema,
      fingerprint: 1n,
    });
    await assert.rejects(Unknown({ text: "x" }), { name: "Fault", code: "UNIMPLEMENTED" });
    assert.ok((await EchoEventSay({ text: "still here" })).ok);
  });

  test(`${name}: deadline and abort drop the handler`, async () => {
    setDefaultTransport(way());
    const { dropped } = await probe();
    await assert.rejects(EchoEventNever({ timeoutMs: 500 }), { code: "DEADLINE_EXCEEDED" });
    await probed((now) => now.dropped === dropped + 1 && now.alive === 0);
    const controller = new AbortController();
    const waiting = assert.rejects(EchoEventWait({ signal: controller.signal }), { code: "CANCELLED" });
    await probed((now) => now.alive === 1);
    controller.abort();
    await waiting;
    await probed((now) => now.dropped === dropped + 2 && now.alive === 0);
    const going = EchoEventWait();
    await make("go");
    assert.ok((await going).ok);
  });

  test(`${name}: streams`, async () => {
    setDefaultTransport(way());
    const counted = await settled(EchoEventCount({ to: 3n }));
    assert.deepEqual(
      counted.map((item) => item.ok && item.value.number),
      [1n, 2n, 3n],
    );
    const failed = await settled(EchoEventCount({ to: 1n, fail: true }));
    assert.deepEqual(
      failed.map((item) => (item.ok ? item.value.number : item.error.reason)),
      [1n, "cannot count further"],
    );
    const refused = await settled(EchoEventCount({}));
    assert.deepEqual(
      refused.map((item) => item.ok || item.error.reason),
      ["nothing to count"],
    );
  });

  test(`${name}: leaving or aborting a stream drops it in the core`, async () => {
    setDefaultTransport(way());
    for await (const item of EchoEventTick()) {
      assert.ok(item.ok);
      if (item.value.number === 3n) break;
    }
    await probed((now) => now.alive === 0);
    const controller = new AbortController();
    const reading = async () => {
      for await (const item of EchoEventTick({ signal: controller.signal })) {
        assert.ok(item.ok);
        if (item.value.number === 3n) setImmediate(() => controller.abort());
      }
    };
    await assert.rejects(reading(), { code: "CANCELLED" });
    await probed((now) => now.alive === 0);
    await assert.rejects(settled(EchoEventTick({ timeoutMs: 50 })), { code: "DEADLINE_EXCEEDED" });
    await probed((now) => now.alive === 0);
  });

  test(`${name}: notifications reach two clients, each what it wants`, async () => {
    const told: string[] = [];
    const listen = (who: string, transport: Transport, key?: string) =>
      new EchoNotificationListener(
        {
          onSaid: ({ text }) => void told.push(`${who} said ${text}`),
          onChanged: ({ text }, of) => void told.push(`${who} ${of} ${text}`),
          onLeaving: () => void told.push(`${who} leaving`),
        },
        { transport, key },
      );
    const [one, two] = [way(), way()];
    const listeners = [listen("one", one, "a"), listen("one", one, "b"), listen("two", two)];
    for (const listener of listeners) await listener.start();
    await make("changed/a/1");
    await make("changed/b/2");
    await make("changed/c/3");
    await make("said/x");
    await make("leaving");
    await until(() => told.length === 11);
    assert.deepEqual(
      told.filter((line) => line.startsWith("two")),
      ["two a 1", "two b 2", "two c 3", "two said x", "two leaving"],
    );
    assert.deepEqual(
      told.filter((line) => line.startsWith("one")),
      ["one a 1", "one b 2", "one said x", "one said x", "one leaving", "one leaving"],
    );
    await listeners[0]?.stop();
    await make("changed/a/4");
    await make("changed/b/5");
    await until(() => told.length === 14);
    assert.deepEqual(told.slice(11).sort(), ["one b 5", "two a 4", "two b 5"]);
    for (const listener of listeners) await listener.stop();
    await probed((now) => now.subscriptions === 0);
  });
}

test("bytes that are no message are a fault, and the next call works", async () => {
  const transport = connect({ baseUrl });
  // A number where the core expects a text.
  const Say: UnaryEvent<Number, Text, Problem> = unary({
    path: "fixture.v1.EchoEvent/Say",
    input: NumberSchema,
    output: TextSchema,
    error: ProblemSchema,
    fingerprint: 1n,
  });
  await assert.rejects(Say({ number: 7n }, { transport }), { name: "Fault", code: "INVALID_ARGUMENT" });
  assert.ok((await EchoEventSay({ text: "still here" }, { transport })).ok);
});
