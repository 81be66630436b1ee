import assert from "node:assert/strict";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { type Browser, type BrowserContext, chromium as playwright, type Page } from "playwright-core";

import { NotesServer } from "./server";

/** Where screenshots go, if anybody wants to look at them. */
const SCREENSHOTS = process.env["NOTES_SCREENSHOTS"];

/** Chromium reaches for nothing but the server under test. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let server: NotesServer;
let chromium: Browser;
/** A browser without any past, for each test. */
let browser: BrowserContext;
let complaints: string[];

before(async () => {
  server = await NotesServer.start();
  chromium = await playwright.launch({ executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: FLAGS });
});

after(async () => {
  await chromium?.close();
  await server?.stop();
});

beforeEach(async () => {
  browser = await chromium.newContext({ viewport: { width: 1180, height: 760 } });
  complaints = [];
});

afterEach(async () => {
  await browser.close();
  assert.deepEqual(complaints, []);
});

/** Opens the page in a new tab. */
async function openTab(path = "/"): Promise<Page> {
  const tab = await browser.newPage();
  tab.setDefaultTimeout(60_000);
  tab.on("pageerror", (error) => complaints.push(error.message));
  await tab.goto(server.url + path);
  return tab;
}

async function signIn(tab: Page, email: string): Promise<void> {
  await tab.getByLabel("E-mail address").fill(email);
  await tab.getByRole("button", { name: "Open the notebook" }).click();
  await live(tab);
}

/** Waits until the page hears the core. */
async function live(tab: Page): Promise<void> {
  await tab.locator(".connection[data-state=live]").waitFor();
}

async function writeNote(tab: Page, title: string, body: string): Promise<void> {
  await tab.getByRole("button", { name: "New", exact: true }).click();
  await tab.getByLabel("Title").fill(title);
  await tab.getByLabel("Text").fill(body);
  await saved(tab);
}

async function saved(tab: Page): Promise<void> {
  await tab.getByText("Saved", { exact: true }).waitFor();
}

/** The note of this title in the list. */
function listed(tab: Page, title: string) {
  return tab.locator(".note-list li", { hasText: title });
}

/** Waits until a field of the page holds a text. */
async function holds(tab: Page, label: string, text: string): Promise<void> {
  await tab.waitForFunction(
    ([label, text]) => document.querySelector<HTMLInputElement>(`.editor [aria-label="${label}"]`)?.value === text,
    [label, text] as const,
  );
}

async function screenshot(tab: Page, name: string): Promise<void> {
  if (SCREENSHOTS) await tab.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

test("a note that one tab makes appears in the other, and so do its edits and its end", async () => {
  const first = await openTab();
  await screenshot(first, "sign-in");
  await signIn(first, "ada.lovelace@example.org");
  const second = await openTab();
  await live(second);

  await writeNote(first, "Garden, spring", "Sow the peas along the south fence.");
  await listed(second, "Garden, spring").click();
  await holds(second, "Text", "Sow the peas along the south fence.");

  await first.getByLabel("Text").fill("Sow the peas, and the beans.");
  await holds(second, "Text", "Sow the peas, and the beans.");
  await second.getByText("Edited in another tab").waitFor();
  await screenshot(second, "edited-elsewhere");

  await second.getByLabel("Title").fill("Garden in spring");
  await holds(first, "Title", "Garden in spring");
  await listed(first, "Garden in spring").waitFor();
  await screenshot(first, "note");

  await first.getByRole("button", { name: "Delete this note" }).click();
  await second.getByText("This note was deleted elsewhere.").waitFor();
  await screenshot(second, "deleted-elsewhere");
  await first.getByRole("button", { name: "Undo" }).click();
  await listed(second, "Garden in spring").waitFor();
});

test("two users see each other", async () => {
  const grace = await openTab();
  await signIn(grace, "grace@example.org");
  const other = await chromium.newContext({ colorScheme: "dark", viewport: { width: 1180, height: 760 } });
  try {
    const alan = await other.newPage();
    await alan.goto(server.url);
    await signIn(alan, "alan@example.org");
    await grace.getByText("Alan signed in").waitFor();

    await writeNote(alan, "On computable numbers", "Some remarks.");
    await grace.getByText("Alan began a note").waitFor();
    await listed(grace, "On computable numbers").click();
    await grace.getByText("by Alan").waitFor();

    await alan.getByRole("button", { name: "your profile" }).click();
    await alan.getByLabel("Name").fill("Alan Turing");
    await alan.getByRole("radio", { name: "green" }).check();
    await screenshot(alan, "profile-dark");
    await alan.getByRole("button", { name: "Save" }).click();
    await grace.getByText("by Alan Turing").waitFor();
    await screenshot(alan, "note-dark");
  } finally {
    await other.close();
  }
});

test("a search shows what has the words, and marks them", async () => {
  const tab = await openTab();
  await signIn(tab, "search@example.org");
  await writeNote(tab, "Omelette", "Three eggs and butter.");
  await writeNote(tab, "Tea", "Water, and time.");

  await tab.getByLabel("Search the notes").fill("egg");
  await tab.locator(".note-list mark", { hasText: "eggs" }).waitFor();
  assert.equal(await listed(tab, "Tea").count(), 0);
  await screenshot(tab, "search");
  await tab.getByLabel("Search the notes").fill("");
  await listed(tab, "Tea").waitFor();
});

test("a bad address is said to be one before it is sent, and by the core in the same words", async () => {
  const said = new Map<string, string | null>();
  for (const [who, path] of [
    ["the page", "/"],
    ["the core", "/?unchecked"],
  ] as const) {
    const tab = await openTab(path);
    let sent = 0;
    tab.on("request", (request) => {
      if (request.url().endsWith("/user.v1.UserEvent/SignIn")) sent++;
    });
    await tab.getByLabel("E-mail address").fill("nobody");
    await tab.getByRole("button", { name: "Open the notebook" }).click();
    await tab.getByRole("alert").filter({ hasText: "email address" }).waitFor();
    said.set(who, await tab.getByRole("alert").textContent());
    assert.equal(sent, who === "the page" ? 0 : 1, who);
    await screenshot(tab, `bad-address-${who.replace("the ", "")}`);
    await signIn(tab, "somebody.else@example.org");
    await tab.evaluate(() => localStorage.clear());
  }
  const words = "This must be a valid email address.";
  assert.deepEqual(
    [...said],
    [
      ["the page", words],
      ["the core", words],
    ],
  );
});

test("what the core refuses is said where it belongs", async () => {
  const tab = await openTab();
  await signIn(tab, "somebody@example.org");

  await writeNote(tab, "Has a title", "");
  await tab.getByLabel("Title").fill("");
  await tab.getByText("A note needs a title.").waitFor();
  await screenshot(tab, "refused");
  await tab.getByLabel("Title").fill("Has one again");
  await saved(tab);
});

test("of two texts at the same time the user says which one stays", async () => {
  const first = await openTab();
  await signIn(first, "both@example.org");
  await writeNote(first, "Contested", "start");
  const second = await openTab();
  await live(second);
  await listed(second, "Contested").click();
  await holds(second, "Text", "start");

  // Both are on their way to the core before either arrives.
  let underWay = 0;
  let open = () => {};
  const bothUnderWay = new Promise<void>((resolve) => (open = resolve));
  for (const tab of [first, second]) {
    await tab.route("**/notes.v1.NotesEvent/Edit", async (route) => {
      if (++underWay === 2) open();
      await bothUnderWay;
      await route.continue();
    });
  }
  await first.getByLabel("Text").fill("written in the first");
  await second.getByLabel("Text").fill("written in the second");
  const asked = (tab: Page) => tab.getByRole("button", { name: "Keep mine" });
  const loser = await Promise.race(
    [first, second].map((tab) =>
      asked(tab)
        .waitFor()
        .then(() => tab),
    ),
  );
  const text = await loser.getByLabel("Text").inputValue();
  await screenshot(loser, "conflict");
  await asked(loser).click();
  await saved(loser);
  for (const tab of [first, second]) await holds(tab, "Text", text);
});

test("the list and the note take turns on a narrow screen", async () => {
  const tab = await openTab();
  await tab.setViewportSize({ width: 390, height: 780 });
  await signIn(tab, "narrow@example.org");
  await screenshot(tab, "narrow-list");
  await writeNote(tab, "In the pocket", "Small.");
  assert.equal(await listed(tab, "In the pocket").isVisible(), false);
  await screenshot(tab, "narrow-note");
  await tab.getByRole("button", { name: "Back to the list" }).click();
  await listed(tab, "In the pocket").waitFor();
});

test("the page is kept over a reload: the session, and the note in the address", async () => {
  const tab = await openTab();
  await signIn(tab, "reload@example.org");
  await writeNote(tab, "Still here", "after a reload");
  await tab.reload();
  await holds(tab, "Text", "after a reload");
});

test("all notes can be downloaded", async () => {
  const tab = await openTab();
  await signIn(tab, "download@example.org");
  await writeNote(tab, "Downloaded", "text");
  const [download] = await Promise.all([
    tab.waitForEvent("download"),
    tab.getByRole("button", { name: "Download all notes" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "notes.md");
});

test("a page whose server goes away says so, and catches up when it is back", async () => {
  const tab = await openTab();
  await signIn(tab, "reconnect@example.org");
  await writeNote(tab, "Before", "the restart");
  const token = await tab.evaluate(() => localStorage.getItem("notes.token"));

  await server.restart(async () => {
    await tab.locator(".connection[data-state=interrupted]").waitFor();
    await screenshot(tab, "interrupted");
  });
  // This may happen before the page hears the core again, or after.
  await fetch(`${server.url}/notes.v1.NotesEvent/Create`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ title: "After" }),
  });
  await listed(tab, "After").waitFor();
  await live(tab);
});
