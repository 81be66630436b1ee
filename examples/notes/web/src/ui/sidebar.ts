import { Fault } from "bellwire";

import type { Note } from "../gen/notes/v1/note_pb";
import type { SearchHit } from "../gen/notes/v1/notes_pb";
import type { Connection } from "../live";
import type { Change, Notebook } from "../notebook";
import { user } from "../session";
import type { Signal } from "../signal";
import { answered, explain } from "./answer";
import { avatar } from "./avatar";
import { debounced, h } from "./dom";
import { icon } from "./icons";
import { noteItem } from "./note-item";
import { openProfile } from "./profile";
import { toast } from "./toast";

export interface SidebarActions {
  select(id: string): void;
  create(): void;
}

const CONNECTION: Record<Connection, string> = {
  connecting: "Connecting…",
  live: "Live",
  interrupted: "Reconnecting…",
};

/** The list of all notes, or of those that a search found. */
export class Sidebar {
  readonly element: HTMLElement;
  readonly #notebook: Notebook;
  readonly #actions: SidebarActions;
  readonly #list = h("ul", { className: "note-list", attributes: { "aria-label": "Notes" } });
  readonly #empty = h("p", { className: "empty", hidden: true });
  readonly #count = h("span", { className: "count" });
  readonly #search = h("input", {
    type: "search",
    placeholder: "Search",
    autocomplete: "off",
    spellcheck: false,
    attributes: { "aria-label": "Search the notes" },
  });
  readonly #searchSoon = debounced(120, () => void this.#runSearch());
  readonly #endings: (() => void)[];

  #selected: string | undefined;
  /** What the running search has found; `undefined` while nothing is searched for. */
  #hits: SearchHit[] | undefined;
  #searching: AbortController | undefined;

  constructor(notebook: Notebook, connection: Signal<Connection>, actions: SidebarActions) {
    this.#notebook = notebook;
    this.#actions = actions;

    const profile = h("button", { className: "profile-button", type: "button", onclick: openProfile });
    const status = h("span", { className: "connection", attributes: { role: "status" } });
    const download = h("button", {
      className: "icon-button",
      type: "button",
      title: "Download all notes",
      attributes: { "aria-label": "Download all notes" },
    });
    download.append(icon("download"));
    download.addEventListener("click", () => void this.#download(download));

    this.#search.addEventListener("input", () => this.#searchSoon.soon());
    this.#search.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#clearSearch();
    });

    this.element = h(
      "nav",
      { className: "sidebar" },
      h(
        "header",
        {},
        profile,
        h(
          "button",
          { className: "primary new-note", type: "button", title: "New note", onclick: () => actions.create() },
          icon("plus"),
          h("span", {}, "New"),
        ),
      ),
      h("label", { className: "search" }, icon("search"), this.#search),
      this.#list,
      this.#empty,
      h("footer", {}, status, this.#count, download),
    );

    const everyMinute = setInterval(() => this.#render(), 60_000);
    this.#endings = [
      () => clearInterval(everyMinute),
      notebook.watch((change) => this.#changed(change)),
      connection.watch((state) => {
        status.textContent = CONNECTION[state];
        status.dataset["state"] = state;
      }),
      user.watch((profileNow) => {
        if (!profileNow) return;
        profile.replaceChildren(avatar(profileNow), h("span", { className: "name" }, profileNow.name));
        profile.setAttribute("aria-label", `${profileNow.name}: your profile`);
      }),
    ];
    this.#render();
  }

  close(): void {
    this.#searching?.abort();
    this.#searchSoon.cancel();
    for (const end of this.#endings) end();
  }

  /** Marks the note that the editor shows. */
  mark(id: string | undefined): void {
    this.#selected = id;
    for (const item of this.#list.children) {
      const selected = item.getAttribute("data-id") === id;
      item.toggleAttribute("data-selected", selected);
      item.firstElementChild?.setAttribute("aria-current", String(selected));
    }
  }

  focusSearch(): void {
    this.#search.focus();
    this.#search.select();
  }

  #changed(change: Change | undefined): void {
    if (this.#hits) this.#searchSoon.soon();
    this.#render();
    if (change?.elsewhere) {
      const item = this.#list.querySelector(`[data-id="${CSS.escape(change.note.id)}"]`);
      item?.classList.add("flash");
    }
  }

  #render(): void {
    const focused = document.activeElement?.closest("[data-id]")?.getAttribute("data-id");
    const shown: { note: Note; hit?: SearchHit }[] = this.#hits
      ? this.#hits.flatMap((hit) => (hit.note ? [{ note: hit.note, hit }] : []))
      : this.#notebook.notes.map((note) => ({ note }));

    this.#list.replaceChildren(
      ...shown.map(({ note, hit }) => noteItem(note, hit, () => this.#actions.select(note.id))),
    );
    this.mark(this.#selected);
    if (focused) {
      this.#list.querySelector<HTMLElement>(`[data-id="${CSS.escape(focused)}"] button`)?.focus();
    }

    this.#empty.hidden = shown.length > 0;
    this.#empty.textContent = this.#hits ? "No note has these words." : "Nothing here yet. Write the first note.";
    const things = this.#hits ? "found" : shown.length === 1 ? "note" : "notes";
    this.#count.textContent = `${shown.length} ${things}`;
  }

  async #runSearch(): Promise<void> {
    this.#searching?.abort();
    const query = this.#search.value.trim();
    if (query === "") {
      this.#hits = undefined;
      this.#render();
      return;
    }
    const searching = new AbortController();
    this.#searching = searching;
    const found = await answered(this.#notebook.search(query, searching.signal));
    if (found && !searching.signal.aborted) {
      this.#hits = found.value.hits;
      this.#render();
    }
  }

  #clearSearch(): void {
    this.#searchSoon.cancel();
    this.#search.value = "";
    void this.#runSearch();
  }

  /** Fetches all notes as a stream of files, and saves them as one. */
  async #download(button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    const files: Uint8Array<ArrayBuffer>[] = [];
    try {
      for await (const file of this.#notebook.export()) {
        if (!file.ok) {
          toast(file.error.message, { alarming: true });
          return;
        }
        files.push(new Uint8Array(file.value.content), new Uint8Array([10]));
        button.style.setProperty("--progress", String(files.length / 2 / file.value.total));
      }
      save(new Blob(files, { type: "text/markdown" }), "notes.md");
    } catch (error) {
      explain(Fault.from(error));
    } finally {
      button.disabled = false;
      button.style.removeProperty("--progress");
    }
  }
}

/** Offers a file to the browser's downloads. */
function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
