/** What {@link h} sets on an element: its own properties, and attributes and listeners by name. */
type Props<E extends HTMLElement> = Partial<Omit<E, "attributes" | "style" | "dataset" | "children">> & {
  /** Attributes that are no properties, such as `aria-label` and `data-…`. */
  attributes?: Record<string, string>;
};

/** Makes an element. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props<HTMLElementTagNameMap[K]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const { attributes = {}, ...properties } = props;
  const element = document.createElement(tag);
  Object.assign(element, properties);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Calls `run` when nobody has asked for it for `ms` milliseconds. */
export function debounced(ms: number, run: () => void): { soon(): void; now(): void; cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const now = () => {
    if (timer !== undefined) {
      cancel();
      run();
    }
  };
  const soon = () => {
    cancel();
    timer = setTimeout(now, ms);
  };
  return { soon, now, cancel };
}
