// Uses the page as a person would, and reports to `window.rs`. It is put into the page before the page's own scripts.
(() => {
  const invoke = (command, input) => window.__TAURI_INTERNALS__.invoke(command, input);

  const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

  /** Waits for what is looked for, and gives it. */
  async function find(what, look) {
    for (let attempt = 0; attempt < 1500; attempt++) {
      const found = look();
      if (found) return found;
      await pause();
    }
    throw new Error(`not within half a minute: ${what}\n${document.body.innerText}`);
  }

  const element = (selector) => find(selector, () => document.querySelector(selector));
  const shown = (text) => find(`"${text}"`, () => document.body.innerText.includes(text));

  async function type(selector, text) {
    const field = await element(selector);
    field.focus();
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const click = async (selector) => (await element(selector)).click();
  const live = () => element(".connection[data-state=live]");

  const steps = {
    async "signs in, and hears the core"() {
      await type("[aria-label='E-mail address']", "ada.lovelace@example.org");
      await click("button[type=submit]");
      await live();
    },
    async "writes a note"() {
      await click(".new-note");
      await find("a new note", () => document.querySelector(".editor [aria-label=Title]")?.value === "New note");
      await type(".editor [aria-label=Title]", "From a window");
      await type(".editor [aria-label=Text]", "No port is open, and no request leaves the process.");
      await shown("Saved");
    },
    async "is told of what somebody else writes"() {
      await invoke("somebody_writes", { title: "On computable numbers" });
      await shown("Alan began a note");
      await find("the note in the list", () =>
        [...document.querySelectorAll(".note-list li")].some((note) => note.innerText.includes("On computable numbers")),
      );
    },
  };

  const afterReload = {
    async "still has its notes after a reload"() {
      await live();
      await shown("From a window");
      await shown("On computable numbers");
    },
    async "carries its calls as bytes"() {
      if (blocked) throw new Error("the policy forbids a scheme");
    },
  };

  let blocked = false;
  addEventListener("securitypolicyviolation", () => (blocked = true));

  async function run(steps) {
    for (const [name, step] of Object.entries(steps)) {
      await step();
      await invoke("report", { line: `ok: ${name}` });
    }
  }

  async function main() {
    if (sessionStorage.getItem("reloaded") === null) {
      await run(steps);
      sessionStorage.setItem("reloaded", "yes");
      location.reload();
      return;
    }
    await run(afterReload);
    await invoke("finish", { passed: true });
  }

  addEventListener("DOMContentLoaded", () => {
    main().catch(async (error) => {
      await invoke("report", { line: `FAILED: ${error}` });
      await invoke("finish", { passed: false });
    });
  });
})();
