import { signIn } from "../session";
import { answered } from "./answer";
import { h } from "./dom";
import { icon } from "./icons";

/** The page's first screen. */
export function signInScreen(): HTMLElement {
  const error = h("p", { className: "field-error", id: "sign-in-error", attributes: { role: "alert" } });
  const email = h("input", {
    type: "text",
    inputMode: "email",
    name: "email",
    autocomplete: "email",
    placeholder: "ada@example.org",
    spellcheck: false,
    autofocus: true,
    attributes: { "aria-label": "E-mail address", "aria-describedby": error.id },
  });
  const button = h("button", { className: "primary", type: "submit" }, "Open the notebook");

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    error.textContent = "";
    button.disabled = true;
    await answered(signIn(email.value), ({ message }) => {
      error.textContent = message;
      email.setAttribute("aria-invalid", "true");
      email.focus();
    });
    button.disabled = false;
  };
  email.addEventListener("input", () => {
    error.textContent = "";
    email.removeAttribute("aria-invalid");
  });

  return h(
    "main",
    { className: "sign-in" },
    h(
      "form",
      { noValidate: true, onsubmit: submit },
      h("span", { className: "mark" }, icon("bell")),
      h("h1", {}, "Notes"),
      h("p", { className: "lead" }, "One notebook that everybody here shares."),
      h("div", { className: "field" }, email, error),
      button,
      h("p", { className: "small" }, "There are no passwords in this example: an address is all it takes."),
    ),
  );
}
