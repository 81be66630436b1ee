import type { Profile } from "../gen/user/v1/profile_pb";
import { avatar, colored } from "./avatar";
import { h } from "./dom";

interface ToastOptions {
  /** Whose doing it is. */
  by?: Profile | undefined;
  /** What a click can still do about it. */
  action?: { label: string; run: () => void };
  /** It reports something that went wrong. */
  alarming?: boolean;
}

/** How long a toast stays, in milliseconds. */
const SHORT = 4_000;
const WITH_ACTION = 8_000;

const shelf = h("div", { className: "toasts", attributes: { role: "status", "aria-live": "polite" } });

/** Says something in passing, at the lower edge of the page. */
export function toast(text: string, { by, action, alarming = false }: ToastOptions = {}): void {
  if (!shelf.isConnected) document.body.append(shelf);

  const box = h("div", { className: alarming ? "toast alarming" : "toast", attributes: colored(by) });
  const close = () => {
    box.classList.add("leaving");
    box.addEventListener("animationend", () => box.remove());
    setTimeout(() => box.remove(), 400);
  };
  if (by) box.append(avatar(by));
  box.append(h("span", {}, text));
  if (action) {
    const run = () => {
      close();
      action.run();
    };
    box.append(h("button", { className: "toast-action", type: "button", onclick: run }, action.label));
  }
  shelf.append(box);
  setTimeout(close, action ? WITH_ACTION : SHORT);
}
