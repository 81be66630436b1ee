import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { Fault, setDefaultTransport } from "bellwire";
import { connect, connectrpc } from "bellwire/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { createConnectTransport as createWebTransport } from "@connectrpc/connect-web";
import { TestCore } from "./core.js";
import {
  UserEventExport,
  UserEventSignIn,
  UserEventSignOut,
  UserNotificationListener,
} from "./gen/user/v1/user_bellwire.js";
import { collectGarbage, faithfulFetch, settled, until } from "./support.js";

let core: TestCore;

before(async () => {
  core = await TestCore.start();
});

after(() => core.stop());

afterEach(() => {
  core.log.length = 0;
  setDefaultTransport(undefined);
});

const web = (useBinaryFormat: boolean) =>
  createWebTransport({ baseUrl: core.url, fetch: faithfulFetch, useBinaryFormat });

/** Every way to the core does the same. */
const ways = {
  "connect over fetch": () => connect({ baseUrl: core.url }),
  "connect-web": () => connectrpc(web(true)),
  "connect-web with JSON": () => connectrpc(web(false)),
  "connect-node": () => connectrpc(createConnectTransport({ baseUrl: core.url, httpVersion: "1.1" })),
  "gRPC-Web": () => connectrpc(createGrpcWebTransport({ baseUrl: core.url, httpVersion: "1.1" })),
};

for (const [name, way] of Object.entries(ways)) {
  test(`${name}: output, error of the schema, fault`, async () => {
    setDefaultTransport(way());
    const result = await UserEventSignIn({ email: "ada" }, { metadata: { "x-tenant": "seven" } });
    assert.ok(result.ok);
    assert.equal(result.value.id, 9007199254740993n);
    assert.equal(core.metadata.at(-1)?.get("x-tenant"), "seven");
    const refused = await UserEventSignIn({ email: "unknown@example.com" });
    assert.ok(!refused.ok);
    assert.equal(refused.error.message, "wrong password");
    assert.equal(refused.error.$typeName, "user.v1.UserError");
    await assert.rejects(UserEventSignIn({ email: "panic@example.com" }), {
      name: "Fault",
      code: "INTERNAL",
      message: "the handler panicked: boom",
    });
    assert.deepEqual(await UserEventSignOut(), { ok: true, value: undefined });
  });

  test(`${name}: one detail of the declared type and code makes an error of the schema, nothing else`, async () => {
    setDefaultTransport(way());
    await assert.rejects(UserEventSignIn({ email: "two@example.com" }), { code: "FAILED_PRECONDITION" });
    await assert.rejects(UserEventSignIn({ email: "type@example.com" }), { code: "FAILED_PRECONDITION" });
    await assert.rejects(UserEventSignIn({ email: "code@example.com" }), { code: "NOT_FOUND" });
  });

  test(`${name}: abort and deadline reach the core`, async () => {
    setDefaultTransport(way());
    const controller = new AbortController();
    const call = UserEventSignIn({ email: "slow@example.com" }, { signal: controller.signal });
    core.saw("slow").then(() => controller.abort());
    await assert.rejects(call, { code: "CANCELLED" });
    await core.saw("dropped");
    core.log.length = 0;
    // On a busy machine its time may be up before the core hears of it.
    while (!core.log.includes("slow")) {
      await assert.rejects(UserEventSignIn({ email: "slow@example.com" }, { timeoutMs: 200 }), {
        code: "DEADLINE_EXCEEDED",
      });
    }
    await core.saw("dropped");
  });

  test(`${name}: streams`, async () => {
    setDefaultTransport(way());
    const items = await settled(UserEventExport({ pieces: 3 }));
    assert.deepEqual(
      items.map((item) => item.ok && item.value.data[0]),
      [0, 1, 2],
    );
    assert.deepEqual(
      (await settled(UserEventExport({ pieces: 0 }))).map((item) => item.ok || item.error.message),
      ["nothing to export"],
    );
    assert.deepEqual(
      (await settled(UserEventExport({ pieces: 99 }))).map((item) => item.ok || item.error.message),
      [true, true, true, "too many"],
    );
  });

  test(`${name}: leaving or aborting a stream reaches the core`, async () => {
    setDefaultTransport(way());
    for await (const item of UserEventExport({ pieces: 10 })) {
      assert.ok(item.ok);
      break;
    }
    await core.saw("export ended");
    core.log.length = 0;
    const controller = new AbortController();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const item of UserEventExport({ pieces: 10 }, { signal: controller.signal })) {
        assert.ok(item.ok);
        seen.push(item.value.data[0] ?? -1);
        if (seen.length === 3) setTimeout(() => controller.abort(), 5);
      }
    })();
    await assert.rejects(reading, { code: "CANCELLED" });
    assert.deepEqual(seen, [0, 1, 2]);
    await core.saw("export ended");
  });

  test(`${name}: an abort reaches the core, however long ago the call was made`, async () => {
    setDefaultTransport(way());
    const controller = new AbortController();
    const call = assert.rejects(UserEventSignIn({ email: "slow@example.com" }, { signal: controller.signal }));
    await core.saw("slow");
    const items = UserEventExport({ pieces: 10 }, { signal: controller.signal })[Symbol.asyncIterator]();
    for (let piece = 0; piece < 3; piece++) await items.next();
    const stuck = assert.rejects(items.next(), { code: "CANCELLED" });
    await collectGarbage();
    controller.abort();
    await Promise.all([call, stuck, core.saw("dropped"), core.saw("export ended")]);

    const listener = new UserNotificationListener({ onSignedOut() {} });
    await listener.start();
    await collectGarbage();
    await listener.stop();
    await until(() => core.streams.size === 0);
  });
}

test("an interceptor adds who is calling", async () => {
  const web = createWebTransport({
    baseUrl: core.url,
    interceptors: [
      (next) => (request) => {
        request.header.set("authorization", "Bearer ada");
        return next(request);
      },
    ],
  });
  const transport = connectrpc(web);
  assert.ok((await UserEventSignIn({ email: "ada" }, { transport })).ok);
  assert.equal(core.metadata.at(-1)?.get("authorization"), "Bearer ada");
});

test("headers are asked for with every request, those of the notifications too", async () => {
  let token = 0;
  const transport = connect({
    baseUrl: `${core.url}/`,
    headers: async () => ({ authorization: `Bearer ${++token}`, "x-tenant": "one" }),
  });
  assert.ok((await UserEventSignIn({ email: "ada" }, { transport })).ok);
  assert.ok((await UserEventSignIn({ email: "ada" }, { transport, metadata: { "x-tenant": "two" } })).ok);
  assert.deepEqual(
    core.metadata.slice(-2).map((headers) => [headers.get("authorization"), headers.get("x-tenant")]),
    [
      ["Bearer 1", "one"],
      ["Bearer 2", "two"],
    ],
  );
  const listener = new UserNotificationListener({ onSignedOut() {} }, { transport });
  await listener.start();
  await listener.stop();
  assert.equal(core.metadata.at(-1)?.get("authorization"), "Bearer 3");
  const refused = connect({
    baseUrl: core.url,
    headers: () => {
      throw new Fault("UNAUTHENTICATED", "nobody signed in");
    },
  });
  await assert.rejects(UserEventSignIn({}, { transport: refused }), { code: "UNAUTHENTICATED" });
});

test("another fetch may be used", async () => {
  const asked: string[] = [];
  const transport = connect({
    baseUrl: `${core.url}/some/path/`,
    fetch: (input, init) => {
      asked.push(String(input));
      return fetch(String(input).replace("/some/path", ""), init);
    },
  });
  assert.ok((await UserEventSignIn({ email: "ada" }, { transport })).ok);
  assert.deepEqual(asked, [`${core.url}/some/path/user.v1.UserEvent/SignIn`]);
});

test("a core that is not there is UNAVAILABLE", async () => {
  for (const transport of [
    connect({ baseUrl: "http://127.0.0.1:1" }),
    connectrpc(createConnectTransport({ baseUrl: "http://127.0.0.1:1", httpVersion: "1.1" })),
  ]) {
    await assert.rejects(UserEventSignIn({}, { transport }), { code: "UNAVAILABLE" });
    await assert.rejects(settled(UserEventExport({}, { transport })), { code: "UNAVAILABLE" });
  }
});

test("a core that vanishes settles what is under way", async () => {
  const doomed = await TestCore.start();
  for (const transport of [
    connect({ baseUrl: doomed.url }),
    connectrpc(createConnectTransport({ baseUrl: doomed.url, httpVersion: "1.1" })),
  ]) {
    const call = assert.rejects(UserEventSignIn({ email: "slow@example.com" }, { transport }), { name: "Fault" });
    await doomed.saw("slow");
    const iterator = UserEventExport({ pieces: 10 }, { transport })[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.next();
    await iterator.next();
    const stuck = assert.rejects(iterator.next(), { name: "Fault", code: "UNAVAILABLE" });
    await doomed.stop();
    await call;
    await stuck;
    doomed.log.length = 0;
    await doomed.listen();
  }
  await doomed.stop();
});
