// Pages kept for reading without a network.
import { all, get, put, remove } from "./phone.js";

export const KEPT = "pegup-kept";
const FILES = /(?:href|src)="([^"]*\/(?:static|media)\/[^"]+)"/g;

// Only a page that we made, whole and not redirected, is worth keeping.
export const isOurs = (response) => response.ok && !response.redirected && response.headers.get("Pegup-Page") === "1";

// A copy says when it was made; the body is told apart from the line's compression.
export async function store(cache, address, response) {
  const headers = new Headers(response.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  headers.set("Pegup-Kept", Date.now());
  const body = await response.blob();
  await cache.put(address, new Response(body, { headers }));
  return body;
}

// All of a theme or nothing: what stopped half way, as on a full phone, leaves no page behind.
export async function keep(theme, address, progress) {
  const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, redirect: "error" });
  if (!isOurs(answer)) throw new Error(String(answer.status));
  const pack = await answer.json();
  const urls = [];
  try {
    const bytes = await fill(pack, urls, progress);
    await put("kept", { key: theme, title: pack.title, address: pack.address, bytes, at: Date.now(), urls });
  } catch (error) {
    await clear(urls);
    throw error;
  }
}

export async function drop(theme) {
  const mine = await get("kept", theme);
  if (!mine) return;
  await remove("kept", theme);
  await clear(mine.urls);
}

// Stores the pages, what they show and the way to their questions, each named in `urls`; gives their bytes.
async function fill({ pages, lessons }, urls, progress) {
  const cache = await caches.open(KEPT);
  const wanted = [...pages, ...lessons.flatMap(({ page, questions }) => (questions ? [page, questions] : [page]))];
  const files = new Set();
  let bytes = 0;
  for (const [place, page] of wanted.entries()) {
    progress(Math.round((place * 100) / wanted.length));
    urls.push(page);
    const response = await fetch(page, { headers: { Accept: "text/html" } });
    if (!isOurs(response)) throw new Error(page);
    const text = await (await store(cache, page, response)).text();
    for (const [, file] of text.matchAll(FILES)) {
      const { origin, href } = new URL(file, new URL(page, location.href)); // a lesson's pictures are relative to it
      if (origin === location.origin) files.add(href);
    }
    bytes += text.length;
  }
  for (const file of files) {
    urls.push(file);
    const response = await fetch(file);
    if (!response.ok) throw new Error(file);
    bytes += (await store(cache, file, response)).size;
  }
  for (const { questions, start } of lessons) {
    if (!questions) continue;
    urls.push(start);
    await cache.put(start, new Response(questions));
  }
  return bytes;
}

// What another theme shows too stays.
async function clear(urls) {
  const others = new Set((await all("kept")).flatMap((each) => each.urls));
  const cache = await caches.open(KEPT);
  for (const url of urls) if (!others.has(url)) await cache.delete(url, { ignoreVary: true });
}
