import type { Note } from "../gen/notes/v1/note_pb";
import { Live } from "../live";
import { type Change, Notebook } from "../notebook";
import { user } from "../session";
import { answered } from "./answer";
import { h } from "./dom";
import { Editor } from "./editor";
import { Sidebar } from "./sidebar";
import { toast } from "./toast";

/** A screen of the page. */
export interface Screen {
  readonly element: HTMLElement;
  close(): void;
}

/** The list on the left, a note on the right. The address's fragment names the note. */
export class NotebookScreen implements Screen {
  readonly element: HTMLElement;
  readonly #notebook = new Notebook();
  readonly #live: Live;
  readonly #sidebar: Sidebar;
  readonly #editor: Editor;
  readonly #closing = new AbortController();

  constructor() {
    this.#live = new Live(
      this.#notebook,
      (profile) => {
        if (profile.id !== user.value?.id) toast(`${profile.name} signed in`, { by: profile });
      },
      () => void this.#load(),
    );
    this.#sidebar = new Sidebar(this.#notebook, this.#live.connection, {
      select: (id) => (location.hash = id),
      create: () => void this.#create(),
    });
    this.#editor = new Editor(this.#notebook, {
      delete: (note) => void this.#delete(note),
      back: () => (location.hash = ""),
    });
    this.element = h("div", { className: "notebook" }, this.#sidebar.element, this.#editor.element);

    const { signal } = this.#closing;
    window.addEventListener("hashchange", () => this.#showSelected(), { signal });
    window.addEventListener("keydown", (event) => this.#shortcut(event), { signal });
    this.#notebook.watch((change) => change?.elsewhere && announce(change));
    void this.#begin();
  }

  close(): void {
    this.#closing.abort();
    this.#live.stop();
    this.#sidebar.close();
    this.#editor.close();
  }

  /** Listens first and fetches then, so that no change falls between the two. */
  async #begin(): Promise<void> {
    await this.#live.start();
    await this.#load();
  }

  async #load(): Promise<void> {
    if (await answered(this.#notebook.load())) this.#showSelected();
  }

  #showSelected(): void {
    const note = this.#notebook.get(location.hash.slice(1));
    this.element.classList.toggle("reading", note !== undefined);
    this.#sidebar.mark(note?.id);
    this.#editor.show(note);
  }

  async #create(): Promise<void> {
    // What is typed from now on is not meant for the note that is open.
    this.#editor.show(undefined);
    const created = await answered(this.#notebook.create("New note"));
    if (!created) return this.#showSelected();
    history.pushState(null, "", `#${created.value.id}`);
    this.#showSelected();
    this.#editor.focusTitle();
  }

  async #delete(note: Note): Promise<void> {
    if (!(await answered(this.#notebook.delete(note.id)))) return;
    location.hash = "";
    const restore = async () => {
      if (await answered(this.#notebook.restore(note.id))) location.hash = note.id;
    };
    toast(`“${note.title}” deleted`, { action: { label: "Undo", run: () => void restore() } });
  }

  #shortcut(event: KeyboardEvent): void {
    if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#sidebar.focusSearch();
    }
  }
}

/** Says what somebody else did. An edit is only highlighted: there are many while somebody types. */
function announce({ kind, note }: Change): void {
  const own = note.editor?.id === user.value?.id;
  if (kind === "created" && note.revision === 1) {
    toast(own ? "You began a note in another tab" : `${note.editor?.name} began a note`, { by: note.editor });
  } else if (kind === "created") {
    toast(`“${note.title}” is back`, { by: note.editor });
  } else if (kind === "deleted" && location.hash.slice(1) !== note.id) {
    toast(`“${note.title}” was deleted elsewhere`);
  }
}
