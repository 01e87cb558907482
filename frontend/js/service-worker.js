// Answers where the network does not. Kept pages come from the phone when the line is gone or slow;
// everything else goes to the server as if this were not here. PEGUP stands in front, from the server.
import { KEPT, isOurs, store } from "./lib/copies.js";
import { send } from "./lib/outbox.js";
import { forget, get } from "./lib/phone.js";

const SHELL = `pegup-shell-${PEGUP.version}`;
const PATIENCE = 4000;

addEventListener("install", (event) => event.waitUntil(prepare()));
addEventListener("activate", (event) => event.waitUntil(tidy()));
addEventListener("message", ({ data }) => data === "renew" && renew());
addEventListener("sync", (event) => event.waitUntil(deliver()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "POST" && pathname === PEGUP.signOut) event.respondWith(leave(request));
  else if (request.mode === "navigate") event.respondWith(request.method === "GET" ? page(event) : post(request));
  else if (request.method === "GET" && (pathname.startsWith(PEGUP.files) || pathname.includes("/media/"))) event.respondWith(file(request));
});

async function prepare() {
  await (await caches.open(SHELL)).addAll(PEGUP.shell);
  await renew();
  await skipWaiting();
}

async function renew() {
  const response = await fetch(PEGUP.phone);
  if (isOurs(response)) await (await caches.open(SHELL)).put(PEGUP.phone, response);
}

async function tidy() {
  for (const name of await caches.keys()) {
    if (name.startsWith("pegup-shell-") && name !== SHELL) await caches.delete(name);
  }
  await clients.claim();
}

const copyOf = (request) => caches.match(request, { ignoreVary: true });

// Of a photo one variant is kept; it stands for whichever the browser would choose.
const keptName = ({ url }) => url.replace(/-[pw]\.(?:avif|webp)$/, "-p.jpg");

async function file(request) {
  return (await copyOf(request)) || (await copyOf(keptName(request))) || fetch(request);
}

async function page(event) {
  const { request } = event;
  const address = request.url.split("#")[0];
  const kept = await caches.open(KEPT).then((cache) => cache.match(address, { ignoreVary: true }));
  const asked = fetch(request).then(async (response) => {
    const copy = kept && isOurs(response) && response.clone();
    if (copy) await store(await caches.open(KEPT), address, copy).catch(() => {}); // a full phone keeps the old one
    return response;
  });
  event.waitUntil(asked.catch(() => {}));
  if (!kept) return asked.catch(() => offline(request));
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const response = await Promise.race([asked.catch(() => null), late]);
  const isPortal = response && response.type === "basic" && !response.headers.get("Pegup-Page");
  return response && !isPortal ? response : marked(kept);
}

// The copy says that it is one, and of when.
async function marked(copy) {
  const text = await copy.text();
  return new Response(text.replace("<html ", `<html data-copied="${copy.headers.get("Pegup-Kept")}" `), { headers: copy.headers });
}

// A form that cannot be sent: the questions of a kept lesson open all the same.
async function post(request) {
  try {
    return await fetch(request);
  } catch {
    const kept = await caches.open(KEPT).then((cache) => cache.match(request.url));
    return kept ? Response.redirect(await kept.text(), 303) : offline(request);
  }
}

async function offline() {
  return (await copyOf(PEGUP.phone)) || Response.error();
}

async function leave(request) {
  const response = await fetch(request);
  await caches.delete(KEPT);
  await forget();
  await renew().catch(() => {});
  return response;
}

async function deliver() {
  const owner = await get("about", "owner");
  const state = owner ? await send(owner.person, PEGUP.outbox) : "empty";
  if (state === "waiting") throw new Error("later");
}
