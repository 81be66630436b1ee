import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { build } from "esbuild";

const generated = fileURLToPath(new URL("../test/gen/user/v1/user_bellwire.ts", import.meta.url));

/** What a bundler makes of a page, minified. */
async function bundle(page: string): Promise<string> {
  const result = await build({
    stdin: { contents: page, resolveDir: fileURLToPath(new URL("..", import.meta.url)) },
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    treeShaking: true,
  });
  return result.outputFiles[0]?.text ?? "";
}

test("a page that calls one event bundles that event alone", async () => {
  const page = await bundle(`import { UserEventSignIn } from ${JSON.stringify(generated)}; UserEventSignIn({});`);
  assert.ok(page.includes("user.v1.UserEvent/SignIn"));
  for (const other of ["UserEvent/SignOut", "UserEvent/Export", "UserNotification/", "listener"]) {
    assert.ok(!page.includes(other), `${other} is bundled`);
  }
});

test("a page that only listens bundles no event", async () => {
  const page = await bundle(
    `import { UserNotificationListener } from ${JSON.stringify(generated)}; new UserNotificationListener({});`,
  );
  assert.ok(page.includes("user.v1.UserNotification/SignedIn"));
  assert.ok(!page.includes("user.v1.UserEvent/"));
});

test("a page that imports and uses nothing bundles nothing", async () => {
  const page = await bundle(`import "bellwire"; import "bellwire/connect"; import ${JSON.stringify(generated)};`);
  assert.equal(page.trim(), "");
});

test("a page without checks bundles nothing of what checks", async () => {
  const page = await bundle(
    `import { setDefaultTransport } from "bellwire"; import { connect } from "bellwire/connect"; import "bellwire/validate";
     import { UserEventSignIn } from ${JSON.stringify(generated)};
     setDefaultTransport(connect({ baseUrl: "" })); UserEventSignIn({});`,
  );
  assert.ok(page.includes("user.v1.UserEvent/SignIn"));
  for (const part of ["IllegalInput", "google.api.expr", "string.email"]) {
    assert.ok(!page.includes(part), `${part} is bundled`);
  }
});
