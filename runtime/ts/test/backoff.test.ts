import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { type ConnectRpcTransport, connectrpc } from "bellwire/connect";
import { SubscribeResponseSchema } from "../dist/wire/bellwire/wire_pb.js";
import { faultOf } from "./check.js";
import { UserNotificationListener } from "./gen/user/v1/user_bellwire.js";

const SILENCE_MS = 1_000_003;

/** The real one, whatever a test puts in its place. */
const { setTimeout } = globalThis;

/** A core that welcomes a subscriber so many times, hanging up at once, and is away afterwards. */
function coreThatWelcomes(times: number): ConnectRpcTransport {
  return {
    unary: () => Promise.reject(new Error("nothing is asked")),
    async stream() {
      if (times-- <= 0) throw new Error("away");
      const welcome = create(SubscribeResponseSchema, { event: { case: "welcome", value: { streamId: "1" } } });
      return {
        message: (async function* () {
          yield welcome;
        })(),
      };
    },
  };
}

/** The first so many delays of a listener that reconnects, with `Math.random()` fixed; none of them is waited for. */
async function delays(context: TestContext, random: number, count: number, welcomes = 1): Promise<number[]> {
  const told: number[] = [];
  context.mock.method(Math, "random", () => random);
  context.mock.method(globalThis, "setTimeout", (callback: () => void, ms: number) => {
    if (ms !== SILENCE_MS) told.push(ms);
    return setTimeout(callback, ms === SILENCE_MS ? ms : 0);
  });
  const options = { reconnectDelayMs: 100, maxReconnectDelayMs: 1000, heartbeatTimeoutMs: SILENCE_MS };
  const transport = connectrpc(coreThatWelcomes(welcomes), options);
  const listener = new UserNotificationListener({ onSignedOut() {} }, { transport });
  await listener.start();
  while (told.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
  await listener.stop();
  context.mock.reset();
  return told.slice(0, count);
}

test("each attempt to reconnect waits twice as long as the one before, up to a limit, and between half and all of it", async (context) => {
  assert.deepEqual(await delays(context, 0, 6), [100, 200, 400, 500, 500, 500]);
  assert.deepEqual(await delays(context, 0.5, 6), [150, 300, 600, 750, 750, 750]);
  // All but the whole: Math.random() is never 1.
  const longest = await delays(context, 1 - Number.EPSILON, 6);
  assert.deepEqual(longest.map(Math.round), [200, 400, 800, 1000, 1000, 1000]);
});

test("a core that welcomes and hangs up is not besieged", async (context) => {
  assert.deepEqual(await delays(context, 0, 6, Infinity), [100, 200, 400, 500, 500, 500]);
});

test("a start that fails is not tried again by itself", async (context) => {
  const told: number[] = [];
  context.mock.method(globalThis, "setTimeout", (callback: () => void, ms: number) => {
    if (ms !== SILENCE_MS) told.push(ms);
    return setTimeout(callback, ms);
  });
  const transport = connectrpc(coreThatWelcomes(0), { heartbeatTimeoutMs: SILENCE_MS });
  await faultOf(new UserNotificationListener({ onSignedOut() {} }, { transport }).start(), "UNKNOWN");
  assert.deepEqual(told, []);
});
