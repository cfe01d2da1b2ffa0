// Elements are made one by one, and strings become text: nothing of an article is ever read as markup.

export const byId = (id) => document.getElementById(id);

/** Makes an element with attributes (null and false leave one out) and children. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** The number of a speaker in its colour; the number tells what the colour tells. */
export function chip(number) {
  return make("span", { class: "chip", "data-hue": hue(number) }, number ? String(number) : "?");
}

/** The colour of a speaker's number; none for a quotation without a speaker. */
export const hue = (number) => (number ? String((number - 1) % 8) : "none");

export const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

export const percent = (share) => `${Math.round(share * 100)} %`;
