import { type AppError, ErrorCode } from "../gen/app/v1/error_pb";
import type { Note } from "../gen/notes/v1/note_pb";
import { Color } from "../gen/user/v1/profile_pb";
import type { Change, Notebook } from "../notebook";
import { user } from "../session";
import { answered } from "./answer";
import { avatar, colorName } from "./avatar";
import { debounced, h } from "./dom";
import { icon } from "./icons";
import { fullTime, timeAgo } from "./time";

export interface EditorActions {
  delete(note: Note): void;
  back(): void;
}

/** How long the user has to pause before what was typed is saved, in milliseconds. */
const AUTOSAVE = 400;

/** Shows one note, and saves what is typed. */
export class Editor {
  readonly element: HTMLElement;
  readonly #notebook: Notebook;
  readonly #actions: EditorActions;
  readonly #title = h("input", {
    className: "title",
    type: "text",
    placeholder: "Title",
    autocomplete: "off",
    attributes: { "aria-label": "Title", "aria-describedby": "title-error" },
  });
  readonly #titleError = h("p", { className: "field-error", id: "title-error", attributes: { role: "alert" } });
  readonly #body = h("textarea", {
    className: "body",
    placeholder: "Write…",
    attributes: { "aria-label": "Text" },
  });
  readonly #meta = h("p", { className: "meta" });
  readonly #status = h("span", { className: "status", attributes: { role: "status" } });
  readonly #banner = h("div", { className: "banner", hidden: true, attributes: { role: "alert" } });
  readonly #page: HTMLElement;
  readonly #blank: HTMLElement;
  readonly #autosave = debounced(AUTOSAVE, () => void this.#save());
  readonly #endings: (() => void)[];

  /** The note as the core last gave it. */
  #note: Note | undefined;
  /** What stood in the fields when they last agreed with the core. */
  #agreed = { title: "", body: "" };
  #saving = false;
  /** Somebody else was faster, and the user has not yet said whose text is to stay. */
  #conflict = false;

  constructor(notebook: Notebook, actions: EditorActions) {
    this.#notebook = notebook;
    this.#actions = actions;

    for (const field of [this.#title, this.#body]) field.addEventListener("input", () => this.#typed());
    this.#title.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) this.#body.focus();
    });

    this.#page = h("article", { hidden: true }, this.#toolbar(), this.#banner, this.#sheet());
    this.#blank = h("div", { className: "blank" }, icon("bell"), h("p", {}, "Choose a note, or write a new one."));
    this.element = h("main", { className: "editor" }, this.#page, this.#blank);

    const saveNow = () => this.#autosave.now();
    const everyMinute = setInterval(() => this.#renderMeta(), 30_000);
    window.addEventListener("pagehide", saveNow);
    this.#endings = [
      () => clearInterval(everyMinute),
      () => window.removeEventListener("pagehide", saveNow),
      notebook.watch((change) => this.#changed(change)),
    ];
  }

  close(): void {
    this.#autosave.now();
    for (const end of this.#endings) end();
  }

  /** Shows a note, or none. */
  show(note: Note | undefined): void {
    if (note && note.id === this.#note?.id) return;
    this.#autosave.now();
    this.#note = note;
    this.#page.hidden = !note;
    this.#blank.hidden = note !== undefined;
    this.#settle();
    this.#status.textContent = "";
    if (note) this.#fill(note);
  }

  /** Puts the cursor where a new note begins. */
  focusTitle(): void {
    this.#title.focus();
    this.#title.select();
  }

  #toolbar(): HTMLElement {
    const back = h("button", {
      className: "icon-button back",
      type: "button",
      onclick: () => this.#actions.back(),
      attributes: { "aria-label": "Back to the list" },
    });
    back.append(icon("back"));
    const remove = h("button", {
      className: "icon-button delete",
      type: "button",
      title: "Delete this note",
      onclick: () => this.#note && this.#actions.delete(this.#note),
      attributes: { "aria-label": "Delete this note" },
    });
    remove.append(icon("trash"));
    return h("header", { className: "toolbar" }, back, this.#meta, this.#status, remove);
  }

  #sheet(): HTMLElement {
    return h("div", { className: "sheet" }, this.#title, this.#titleError, this.#body);
  }

  get #dirty(): boolean {
    return this.#title.value !== this.#agreed.title || this.#body.value !== this.#agreed.body;
  }

  #typed(): void {
    this.#titleError.textContent = "";
    this.#status.textContent = "";
    this.#autosave.soon();
  }

  async #save(): Promise<void> {
    const note = this.#note;
    if (!note || this.#saving || this.#conflict || !this.#dirty) return;

    const title = this.#title.value;
    const body = this.#body.value;
    this.#saving = true;
    this.#status.textContent = "Saving…";
    const saved = await answered(
      this.#notebook.edit({ id: note.id, title, body, revision: note.revision }),
      (error) => this.#note?.id === note.id && this.#refused(error),
    );
    this.#saving = false;

    if (this.#note?.id !== note.id) return;
    if (!saved) {
      this.#status.textContent = "Not saved";
      return;
    }
    this.#note = saved.value;
    this.#agreed = { title, body };
    this.#status.textContent = "Saved";
    this.#renderMeta();
    if (this.#dirty) this.#autosave.soon();
  }

  #refused(error: AppError): void {
    if (error.code === ErrorCode.CONFLICT) {
      this.#conflict = true;
      this.#ask(error.message, [
        ["Show theirs", () => void this.#resolve("theirs")],
        ["Keep mine", () => void this.#resolve("mine")],
      ]);
    } else if (error.fieldName === "title") {
      this.#titleError.textContent = error.message;
    } else {
      this.#ask(error.message, []);
    }
  }

  async #resolve(whose: "mine" | "theirs"): Promise<void> {
    const note = this.#note;
    if (!note) return;
    const fresh = await answered(this.#notebook.refresh(note.id), (error) => this.#ask(error.message, []));
    if (!fresh || this.#note?.id !== note.id) return;
    this.#settle();
    if (whose === "theirs") {
      this.#fill(fresh.value);
    } else {
      this.#note = fresh.value;
      await this.#save();
    }
  }

  /** Something happened to the notes; this one may be among them. */
  #changed(change: Change | undefined): void {
    const id = this.#note?.id;
    if (!id) return;
    if (!change) {
      const fresh = this.#notebook.get(id);
      if (fresh) this.#adopt(fresh);
    } else if (change.elsewhere && change.note.id === id) {
      if (change.kind === "deleted") this.#gone(change.note);
      else this.#adopt(change.note, true);
    }
  }

  /** Takes over a state of the note from elsewhere, unless the user is typing: then saving will tell. */
  #adopt(note: Note, highlight = false): void {
    if (this.#dirty || this.#saving || this.#conflict) return;
    this.#settle();
    this.#fill(note);
    if (highlight) {
      this.#status.textContent = note.editor?.id === user.value?.id ? "Edited in another tab" : "";
      this.#page.classList.remove("flash");
      void this.#page.offsetWidth; // Lets the animation start anew.
      this.#page.classList.add("flash");
    }
  }

  #gone(note: Note): void {
    this.#ask("This note was deleted elsewhere.", [
      ["Restore", () => void this.#restore(note)],
      ["Close", () => this.#actions.back()],
    ]);
  }

  async #restore({ id }: Note): Promise<void> {
    const restored = await answered(this.#notebook.restore(id), (error) => this.#ask(error.message, []));
    if (!restored || this.#note?.id !== id) return;
    this.#settle();
    this.#fill(restored.value);
  }

  #fill(note: Note): void {
    this.#note = note;
    this.#agreed = { title: note.title, body: note.body };
    replaceText(this.#title, note.title);
    replaceText(this.#body, note.body);
    this.#titleError.textContent = "";
    this.#renderMeta();
  }

  #renderMeta(): void {
    const note = this.#note;
    if (!note) return;
    const by = note.editor?.id === user.value?.id ? "you" : (note.editor?.name ?? "somebody");
    this.#page.dataset["color"] = colorName(note.editor?.color ?? Color.UNSPECIFIED);
    this.#meta.title = fullTime(note.updatedAt);
    this.#meta.replaceChildren(avatar(note.editor), h("span", {}, `Edited ${timeAgo(note.updatedAt)} by ${by}`));
  }

  #ask(text: string, choices: [label: string, choose: () => void][]): void {
    const buttons = choices.map(([label, choose]) =>
      h("button", { type: "button", className: "plain", onclick: choose }, label),
    );
    this.#banner.replaceChildren(h("span", {}, text), ...buttons);
    this.#banner.hidden = false;
  }

  /** Nothing is in doubt any longer. */
  #settle(): void {
    this.#conflict = false;
    this.#banner.hidden = true;
  }
}

/** Sets the text of a field, and leaves the cursor where it stands. */
function replaceText(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  if (field.value === text) return;
  const { selectionStart, selectionEnd, scrollTop } = field;
  field.value = text;
  if (document.activeElement === field) field.setSelectionRange(selectionStart, selectionEnd);
  field.scrollTop = scrollTop;
}
