import { Color, type Profile } from "../gen/user/v1/profile_pb";
import { h } from "./dom";

/** The colours that a user can choose, in the order in which they are offered. */
export const COLORS = [
  Color.RED,
  Color.ORANGE,
  Color.YELLOW,
  Color.GREEN,
  Color.TEAL,
  Color.BLUE,
  Color.VIOLET,
  Color.PINK,
];

/** The name of a colour, as `color.css` knows it. One that a newer core sends is grey. */
export function colorName(color: Color): string {
  return (Color[color] ?? "unspecified").toLowerCase();
}

/** The first letter of a user's name on a disc of the user's colour. */
export function avatar(profile: Profile | undefined): HTMLElement {
  const initial = [...(profile?.name ?? "?")][0] ?? "?";
  return h(
    "span",
    { className: "avatar", attributes: colored(profile), title: profile?.name ?? "" },
    initial.toUpperCase(),
  );
}

/** The attribute that gives an element, and all inside it, the colour of a user. */
export function colored(profile: Profile | undefined): Record<string, string> {
  return { "data-color": colorName(profile?.color ?? Color.UNSPECIFIED) };
}
