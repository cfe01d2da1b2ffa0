// The article with its quotations marked. The text stays as it is: marks are wrapped around its pieces.

import { hue, make } from "./dom.js";
import { inWords, label, sayers } from "./reading.js";

/** Fills `container` with the text and its marks, and returns what can be done with them. */
export function mark(container, text, reading) {
  const marks = new Map();
  const pieces = [];

  function fill(parent, start, end, spans) {
    let at = start;
    for (const span of spans) {
      write(parent, at, span.start);
      const element = span.make();
      fill(element, span.start, span.end, span.inside);
      parent.append(element);
      at = span.end;
    }
    write(parent, at, end);
  }

  function write(parent, start, end) {
    if (start >= end) return;
    const node = document.createTextNode(text.slice(start, end));
    pieces.push({ start, node });
    parent.append(node);
  }

  const spans = reading.quotations.flatMap((quotation) => [
    span(quotation, () => {
      const element = outer(reading, quotation);
      marks.set(quotation.id, element);
      return element;
    }),
    ...quotation.nested.map((nested) => span(nested, () => inner(reading, nested))),
  ]);
  const filled = document.createDocumentFragment();
  fill(filled, 0, text.length, tree(spans));
  container.replaceChildren(filled);
  return { marks, range: (span) => range(pieces, span) };
}

/** Makes a mark one of those shown, or mere text. */
export function enable(element, on) {
  element.classList.toggle("off", !on);
  for (const [name, value] of [["tabindex", "0"], ["role", "button"]]) {
    if (on) element.setAttribute(name, value);
    else element.removeAttribute(name);
  }
}

const span = ({ start, end }, makes) => ({ start, end, make: makes, inside: [] });

function outer(reading, quotation) {
  const speakers = sayers(reading, quotation);
  return make("mark", {
    class: "quotation",
    "data-id": quotation.id,
    "data-hue": hue(speakers[0]?.number),
    "data-label": label(speakers),
    "aria-description": inWords(reading, quotation),
    "aria-controls": "card",
    role: "button",
    tabindex: 0,
  });
}

function inner(reading, nested) {
  const speaker = reading.byId.get(nested.speaker);
  return make("mark", { class: "nested", "data-hue": hue(speaker?.number), "data-label": speaker ? label([speaker]) : null });
}

/** Puts the spans that lie in others into these, and returns the outermost. */
function tree(spans) {
  const outermost = [];
  const open = [];
  for (const one of spans.sort((a, b) => a.start - b.start || b.end - a.end)) {
    while (open.length && open.at(-1).end <= one.start) open.pop();
    (open.at(-1)?.inside ?? outermost).push(one);
    open.push(one);
  }
  return outermost;
}

/** The place of `start`–`end` in the document. */
function range(pieces, { start, end }) {
  const found = document.createRange();
  const [first, last] = [piece(pieces, start), piece(pieces, end - 1)];
  found.setStart(first.node, start - first.start);
  found.setEnd(last.node, end - last.start);
  return found;
}

/** The last piece that does not begin after `offset`. */
function piece(pieces, offset) {
  let [low, high] = [0, pieces.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (pieces[middle].start <= offset) low = middle;
    else high = middle - 1;
  }
  return pieces[low];
}
