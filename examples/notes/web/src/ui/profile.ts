import { Fault } from "bellwire";

import { signOut, updateProfile, user } from "../session";
import { answered, explain } from "./answer";
import { avatar, colored, colorName, COLORS } from "./avatar";
import { h } from "./dom";

/** Lets the user choose a name and a colour, or leave. */
export function openProfile(): void {
  const profile = user.value;
  if (!profile) return;

  const dialog = h("dialog", { className: "profile", attributes: { "aria-label": "Your profile" } });
  const error = h("p", { className: "field-error", id: "profile-error", attributes: { role: "alert" } });
  const name = h("input", {
    type: "text",
    name: "name",
    value: profile.name,
    autocomplete: "off",
    attributes: { "aria-describedby": error.id },
  });
  const picture = h("div", { className: "profile-picture" }, avatar(profile));
  let color = profile.color;

  const swatches = COLORS.map((each) => {
    const label = colorName(each);
    const radio = h("input", {
      type: "radio",
      name: "color",
      checked: each === color,
      attributes: { "aria-label": label },
    });
    radio.addEventListener("change", () => {
      color = each;
      picture.replaceChildren(avatar({ ...profile, name: name.value || profile.name, color }));
    });
    return h("label", { className: "swatch", title: label, attributes: colored({ ...profile, color: each }) }, radio);
  });

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const saved = await answered(updateProfile({ name: name.value, color }), ({ message }) => {
      error.textContent = message;
      name.focus();
    });
    if (saved) dialog.close();
  };
  const leave = () => {
    dialog.close();
    signOut().catch((reason: unknown) => explain(Fault.from(reason)));
  };

  dialog.append(
    h(
      "form",
      { onsubmit: submit },
      picture,
      h("p", { className: "small" }, profile.email),
      h("label", { className: "field" }, h("span", {}, "Name"), name, error),
      h("fieldset", {}, h("legend", {}, "Colour"), h("div", { className: "swatches" }, ...swatches)),
      h(
        "div",
        { className: "buttons" },
        h("button", { type: "button", className: "quiet", onclick: leave }, "Sign out"),
        h("button", { type: "button", className: "plain", onclick: () => dialog.close() }, "Cancel"),
        h("button", { type: "submit", className: "primary" }, "Save"),
      ),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}
