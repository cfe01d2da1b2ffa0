// The call as a command, and copying.

import { byId } from "./dom.js";
import { address, request } from "./service.js";

/** The command that asks the same again; a key stays out of it. */
export function command(text, withKey) {
  const header = withKey ? ' -H "Authorization: Bearer $API_KEY"' : "";
  return [
    `printf %s ${quoted(visible(request(text)))} |`,
    `  curl -sS${header} -H 'Content-Type: application/json' --data-binary @- ${quoted(address("v1/quotations"))}`,
  ].join("\n");
}

/** Quotes a word for the shell: nothing inside single quotes means anything to it. */
const quoted = (word) => `'${word.replaceAll("'", "'\\''")}'`;

/** Writes the control characters that JSON may leave as they are by their numbers: a terminal might obey them. */
const visible = (json) =>
  json.replace(/[\x7f-\x9f]/g, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Copies the words of an element, and says so. */
export async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
  } catch {
    getSelection().selectAllChildren(element); // without HTTPS there is no clipboard to write to
    document.execCommand("copy");
  }
  byId("copied").textContent = "Copied.";
}
