// A page may hold this package twice: two versions in a workspace, or a bundle within a bundle.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { Fault, ok } from "bellwire";
import { build } from "esbuild";
import { UserEventSignIn, UserEventSignOut } from "./gen/user/v1/user_bellwire.js";

/** The package again, with a protobuf runtime of its own. */
async function copy(): Promise<typeof import("bellwire") & typeof import("bellwire/testing")> {
  const result = await build({
    stdin: {
      contents: `export * from "bellwire"; export * from "bellwire/testing";`,
      resolveDir: fileURLToPath(new URL("..", import.meta.url)),
    },
    bundle: true,
    write: false,
    format: "esm",
  });
  const text = result.outputFiles[0]?.text ?? "";
  return (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as Awaited<ReturnType<typeof copy>>;
}

test("a call goes over a transport of another copy", async () => {
  const other = await copy();
  assert.notEqual(other.Fault, Fault);
  const transport = new other.FakeTransport();
  transport.on(UserEventSignIn, ({ email }) => ok({ name: email }));
  const result = await UserEventSignIn({ email: "ada" }, { transport });
  assert.ok(result.ok && result.value.name === "ada");
});

test("a fault of another copy is a fault, and keeps its code", async () => {
  const other = await copy();
  const transport = new other.FakeTransport();
  await assert.rejects(UserEventSignOut({ transport }), (reason) => {
    assert.ok(reason instanceof Fault && reason instanceof other.Fault);
    return reason.code === "UNIMPLEMENTED";
  });
  transport.on(UserEventSignOut, () => {
    throw new Fault("ABORTED", "not now");
  });
  await assert.rejects(UserEventSignOut({ transport }), { name: "Fault", code: "ABORTED", message: "not now" });
});

test("what only looks like a fault is none", () => {
  const alike = Object.assign(new Error("not now"), { name: "Fault", code: "ABORTED" });
  assert.ok(!(alike instanceof Fault));
  assert.equal(Fault.from(alike).code, "UNKNOWN");
  for (const other of [undefined, null, "ABORTED", {}]) assert.ok(!((other as unknown) instanceof Fault));
});

test("a kind of fault is told from other faults", () => {
  class Quota extends Fault {}
  const quota = new Quota("RESOURCE_EXHAUSTED", "enough");
  assert.ok(quota instanceof Quota && quota instanceof Fault);
  assert.ok(!(new Fault("ABORTED", "not now") instanceof Quota));
});
