import type { Note } from "../gen/notes/v1/note_pb";
import type { SearchHit } from "../gen/notes/v1/notes_pb";
import { avatar, colored } from "./avatar";
import { h } from "./dom";
import { timeAgo } from "./time";

/** One note in the list. */
export function noteItem(note: Note, hit: SearchHit | undefined, select: () => void): HTMLLIElement {
  const excerpt = h("span", { className: "excerpt" }, ...(hit ? matches(hit) : [beginning(note.body)]));
  return h(
    "li",
    { attributes: { "data-id": note.id, ...colored(note.editor) } },
    h(
      "button",
      { type: "button", onclick: select },
      h("span", { className: "note-title" }, note.title),
      excerpt,
      h("span", { className: "note-meta" }, avatar(note.editor), h("span", {}, timeAgo(note.updatedAt))),
    ),
  );
}

/** An excerpt with the words that were searched for marked. */
function matches({ excerpt }: SearchHit): (Node | string)[] {
  return excerpt.map(({ text, matched }) => (matched ? h("mark", {}, text) : text));
}

/** The first words of a body, without Markdown's marks. */
function beginning(body: string): string {
  const text = body
    .slice(0, 240)
    .replace(/[#*_>`~-]+/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return text === "" ? "No text yet" : text;
}
