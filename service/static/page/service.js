// The calls to the service, and what its errors are in words.

const PATIENCE = 120_000; // milliseconds; the service gives up on an article much earlier

/** Why there is no answer, in words for the reader. */
export class Failure extends Error {
  constructor(words, { needsKey = false } = {}) {
    super(words);
    this.needsKey = needsKey;
  }
}

/** Returns the address of a call, whatever path the service stands under. */
export const address = (path) => new URL(path, document.baseURI).href;

/** Asks for the quotations of `text`; the answer counts as JavaScript does. */
export async function quotations(text, key) {
  const response = await reach("v1/quotations", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...authorization(key) },
    body: request(text),
  });
  return response.json();
}

/** The body that asks for the quotations of `text`. */
export const request = (text) => JSON.stringify({ text, offsets: "utf16" });

/** Returns the limits in force, or none where the service does not tell them without a key. */
export async function limits() {
  try {
    return (await (await reach("v1/about")).json()).limits;
  } catch {
    return {};
  }
}

export const sample = async (name) => (await reach(`samples/${name}.txt`)).text();

function authorization(key) {
  if (!key) return {};
  if (!/^[\x21-\x7e]+$/.test(key)) throw new Failure("This is no key: it holds a space or a letter that no key has.", { needsKey: true });
  return { Authorization: `Bearer ${key}` };
}

async function reach(path, options = {}) {
  let response;
  try {
    response = await fetch(address(path), { ...options, signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new Failure("The service cannot be reached. Check the connection and try again.");
  }
  if (!response.ok) throw await failure(response, Boolean(options.headers?.Authorization));
  return response;
}

async function failure(response, hadKey) {
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401) {
    const words = hadKey ? "The service does not know this key." : "This service asks for a key. Enter yours and try again.";
    return new Failure(words, { needsKey: true });
  }
  const title = problem.title ?? `The service answered with status ${response.status}`;
  return new Failure(`${title}. ${advice(response, problem)}`.trim());
}

function advice(response, problem) {
  const seconds = Number(response.headers.get("Retry-After"));
  if (response.status === 503) return `Try again in ${seconds > 1 ? `${seconds} seconds` : "a second"}.`;
  return problem.errors?.[0]?.detail ?? problem.detail ?? "";
}
