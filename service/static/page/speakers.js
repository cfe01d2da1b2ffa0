// The list of speakers, which filters.

import { byId, chip, make, plural } from "./dom.js";
import { enable } from "./article.js";
import { sayers } from "./reading.js";

const NOBODY = "none";

/** Lists the speakers; `changed` is called when another choice is made. */
export function list(reading, changed) {
  const untold = reading.quotations.filter((quotation) => !quotation.speaker);
  const rows = [...reading.byId.values()].map((speaker) => row(speaker.id, speaker, speaker.quotations.length));
  if (untold.length) rows.push(row(NOBODY, { number: null, name: "Speaker not told", role: null, kind: null }, untold.length));
  byId("speakers").replaceChildren(...rows);
  byId("speakers").onclick = ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    changed();
  };
}

function row(id, { number, name, role, kind }, count) {
  const detail = role?.text ?? (kind === "person" ? null : kind);
  return make(
    "li",
    {},
    make(
      "button",
      { type: "button", "aria-pressed": "false", "data-speaker": id },
      chip(number),
      make("span", { class: "who" }, make("b", {}, name), detail ? make("small", {}, detail) : null),
      make("span", { class: "number" }, String(count), make("span", { class: "hidden" }, ` ${plural(count, "quotation").split(" ")[1]}`)),
    ),
  );
}

/** Takes every choice back. */
export function reset() {
  byId("least").value = 0;
  for (const button of byId("speakers").querySelectorAll("button")) button.setAttribute("aria-pressed", "false");
}

/** Shows the marks that fit the speakers chosen and the confidence asked for; returns these quotations. */
export function filter(reading, marks) {
  const chosen = new Set([...byId("speakers").querySelectorAll("[aria-pressed=true]")].map(({ dataset }) => dataset.speaker));
  const least = Number(byId("least").value);
  const fits = (quotation) => {
    const ids = quotation.speaker ? sayers(reading, quotation).map(({ id }) => id) : [NOBODY];
    return quotation.confidence >= least && (!chosen.size || ids.some((id) => chosen.has(id)));
  };
  const shown = reading.quotations.filter(fits);
  const kept = new Set(shown);
  for (const quotation of reading.quotations) enable(marks.get(quotation.id), kept.has(quotation));
  return shown;
}
