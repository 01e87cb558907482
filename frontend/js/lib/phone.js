// What this phone holds for us, in its own small database: things not sent yet, things that the
// server has confirmed, modules kept for reading without a network, and whose phone this is.
const STORES = ["unsent", "stored", "kept", "about"];
let opened;

function open() {
  opened = opened || new Promise((resolve, reject) => {
    const asked = indexedDB.open("pegup", 1);
    asked.onupgradeneeded = () => STORES.forEach((name) => asked.result.createObjectStore(name, { keyPath: "key" }));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

// Resolves when the phone has really written, not before.
async function run(names, mode, work) {
  const base = await open();
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(names, mode);
    const found = work(...names.map((name) => transaction.objectStore(name)));
    transaction.oncomplete = () => resolve(found && found.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export const all = (name) => run([name], "readonly", (store) => store.getAll());
export const get = (name, key) => run([name], "readonly", (store) => store.get(key));
export const put = (name, value) => run([name], "readwrite", (store) => store.put(value));
export const remove = (name, key) => run([name], "readwrite", (store) => store.delete(key));

// Forgets whose phone it was and what the server has; what was not sent yet waits for whoever did it.
export const forget = () => run(["stored", "kept", "about"], "readwrite", (...stores) => stores.forEach((store) => store.clear()));

// Puts it at the end of what was done on this phone: its time is later than any before it, also where the
// phone's clock was put back or two things are done within a millisecond.
export const append = (item, newKey) => run(["about", "unsent"], "readwrite", (about, unsent) => {
  const asked = about.get("phone");
  asked.onsuccess = () => {
    const { id, last } = asked.result || { id: newKey(), last: 0 };
    const made = Math.max(Date.now(), last + 1);
    about.put({ key: "phone", id, last: made });
    unsent.put({ ...item, phone: id, made });
  };
});

// The server has it: what was done again since then stays unsent.
export const settle = (item, result) => run(["unsent", "stored"], "readwrite", (unsent, stored) => {
  stored.put({ ...item, ...result });
  const found = unsent.get(item.key);
  found.onsuccess = () => found.result && found.result.id === item.id && unsent.delete(item.key);
});

// The server cannot read it: what was done again since then is another thing.
export const refuse = (item) => run(["unsent"], "readwrite", (unsent) => {
  const found = unsent.get(item.key);
  found.onsuccess = () => found.result && found.result.id === item.id && unsent.put({ ...item, refused: true });
});
