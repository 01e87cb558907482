// Things done on this phone go to the server from here, each once, in their order. Something counts as
// stored only when the server's answer names its key and the person: a portal's page does neither.
import { all, append, refuse, settle } from "./phone.js";

const BATCH = 50;
const PATIENCE = 20000;
let sending;

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// `key` says what is done, and by whom: doing it again replaces what was not sent yet.
export async function note(person, { key, kind, data, label }) {
  await append({ key, kind, data, label, person, id: newKey() }, newKey);
}

// Resolves to "empty", or why something still waits: "waiting", "signed-out", "other-person".
export function send(person, address) {
  sending = sending || deliver(person, address).finally(() => { sending = null; });
  return sending;
}

async function deliver(person, address) {
  for (;;) {
    const mine = (await all("unsent")).filter((item) => item.person === person && !item.refused);
    const items = mine.sort((one, other) => one.made - other.made).slice(0, BATCH);
    if (!items.length) return "empty";
    const state = await hand(person, address, items);
    if (state !== "taken") return state;
  }
}

async function hand(person, address, items) {
  let response;
  try {
    response = await post(person, address, items);
    if (response.status === 401) return "signed-out";
    if (response.status === 409) return "other-person";
    if (response.status === 413 || response.status === 422) return oneByOne(person, address, items);
    const { person: taker, taken } = await response.json();
    if (!response.ok || taker !== person || !items.every((item) => taken[item.id])) return "waiting";
    for (const item of items) await settle(item, taken[item.id]);
    return "taken";
  } catch {
    return "waiting";
  }
}

// One thing that cannot be read must not hold up the others.
async function oneByOne(person, address, items) {
  if (items.length === 1) {
    await refuse(items[0]);
    return "taken";
  }
  for (const item of items) {
    const state = await hand(person, address, [item]);
    if (state !== "taken") return state;
  }
  return "taken";
}

async function post(person, address, items) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  const sent = items.map(({ id, kind, data, phone, made }) => ({ id, kind, data, phone, made, age: Math.max(0, Date.now() - made) }));
  try {
    return await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ person, items: sent }),
      redirect: "error",
      signal: abort.signal,
    });
  } finally {
    clearTimeout(timer);
  }
}
