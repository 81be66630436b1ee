import { Fault, setDefaultTransport } from "bellwire";
import { connect } from "bellwire/connect";
import { isTauri, tauri } from "bellwire/tauri";

import { refusal } from "./refusal";
import { resumeSession, user } from "./session";
import { explain } from "./ui/answer";
import { colored } from "./ui/avatar";
import { NotebookScreen, type Screen } from "./ui/notebook-screen";
import { signInScreen } from "./ui/sign-in";

// What checks inputs is larger than all the rest, so it is a chunk of its own.
const { validating } = await import("bellwire/validate");
const core = isTauri() ? tauri() : connect({ baseUrl: location.origin });
/** With `?unchecked` behind its address, the page leaves it to the core to find out what is wrong with an input. */
const validate = !new URLSearchParams(location.search).has("unchecked");
setDefaultTransport(validating(core, { validate, refuse: refusal }));

let screen: Screen | undefined;
let signedInAs: string | undefined;

/** Shows the screen that fits who is signed in. */
function show(): void {
  if (screen && user.value?.id === signedInAs) return;
  screen?.close();
  signedInAs = user.value?.id;
  screen = user.value ? new NotebookScreen() : { element: signInScreen(), close() {} };
  document.body.replaceChildren(screen.element);
}

await resumeSession().catch((reason: unknown) => explain(Fault.from(reason)));
user.watch((profile) => {
  for (const [name, value] of Object.entries(colored(profile))) document.body.setAttribute(name, value);
  show();
});
