// The code in which reading and answers come back from a handout: what pegup/handouts/codes.py reads.
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const VERSION = 1;
const SIGNATURE = 8;
const COPY = 5;
const LINE = 8;
export const MOST_DIGITS = 12;
const MINUS = MOST_DIGITS;

// `done`: for each lesson { read, given: {place: answer} }; `lessons`: its questions { kind, keys, own }.
export function writeCode({ number, key, copy }, done, lessons) {
  const body = copy + pack(done, lessons);
  const letters = body + sign(number, body, key);
  const lines = [number];
  for (let at = 0; at < letters.length; at += LINE - 1) {
    const part = letters.slice(at, at + LINE - 1);
    lines.push(part + check(part, lines.length + 1));
  }
  return lines;
}

// The mark by which this phone's copy of a file for anybody is told from others'.
export function newCopy() {
  return [...crypto.getRandomValues(new Uint8Array(COPY))].map((byte) => ALPHABET[byte & 31]).join("");
}

export function pack(done, lessons) {
  const digits = [];
  lessons.forEach((asked, place) => {
    const { read, given } = done[place];
    const gaps = asked.some((each, at) => isOpen(each, given[at])) ? 1 : 0;
    const tried = Object.keys(given).length ? 1 + gaps : 0;
    digits.push([2 * tried + (read ? 1 : 0), 6]);
    if (tried) asked.forEach((each, at) => digits.push(...write(each, given[at], gaps)));
  });
  let value = 0n;
  for (const [digit, radix] of digits.reverse()) value = value * BigInt(radix) + BigInt(digit);
  let letters = "";
  do {
    letters = ALPHABET[Number(value & 31n)] + letters;
    value >>= 5n;
  } while (value);
  return letters;
}

export function isOpen(asked, given) {
  return given === undefined || (asked.kind === "match" && Object.keys(given).length < asked.own.length);
}

function write(asked, given, gaps) {
  if (asked.kind === "match") return writeMatch(asked, given || {}, gaps);
  if (given === undefined) return [[0, firstRadix(asked) + 1]];
  const digits = writers[asked.kind](asked, given);
  digits[0] = [digits[0][0] + gaps, digits[0][1] + gaps];
  return digits;
}

const writers = {
  single: ({ keys }, given) => [[keys.indexOf(given), keys.length]],
  multiple: ({ keys }, given) => [
    [keys.reduce((sum, key, place) => sum + (given.includes(key) ? 2 ** place : 0), 0) - 1, 2 ** keys.length - 1],
  ],
  numeric(_asked, text) {
    const [whole, decimals = ""] = text.replace("-", "").split(".");
    const count = whole.length + decimals.length;
    const rest = [[decimals.length, count], [Number(whole + decimals), 10 ** count]];
    if (text.startsWith("-")) return [[MINUS, MOST_DIGITS + 1], [count - 1, MOST_DIGITS], ...rest];
    return [[count - 1, MOST_DIGITS + 1], ...rest];
  },
  order({ own }, given) {
    const left = own.map((_key, place) => place + 1);
    return own.map((key) => take(left, given[key], 0));
  },
};

function writeMatch({ keys, own }, given, gaps) {
  const left = [...keys];
  return own.map((key) => (given[key] ? take(left, given[key], gaps) : [0, left.length + gaps]));
}

function take(left, wanted, gaps) {
  const place = left.indexOf(wanted);
  const digit = [place + gaps, left.length + gaps];
  left.splice(place, 1);
  return digit;
}

function firstRadix({ kind, keys, own }) {
  if (kind === "numeric") return MOST_DIGITS + 1;
  if (kind === "order") return own.length;
  return kind === "multiple" ? 2 ** keys.length - 1 : keys.length;
}

function sign(number, body, key) {
  const words = new TextEncoder().encode(`pegup handout ${VERSION}:${number}:${body}`);
  const bytes = key.match(/../g).map((pair) => parseInt(pair, 16));
  let bits = 0n;
  for (const byte of hmac(sha256, new Uint8Array(bytes), words).slice(0, 5)) bits = (bits << 8n) | BigInt(byte);
  let letters = "";
  for (let place = SIGNATURE - 1; place >= 0; place--) letters += ALPHABET[Number((bits >> BigInt(5 * place)) & 31n)];
  return letters;
}

function check(letters, line) {
  let total = line % 32;
  let weight = 1;
  for (const letter of letters) {
    weight = times(weight, 2);
    total ^= times(weight, ALPHABET.indexOf(letter));
  }
  return ALPHABET[total];
}

// In GF(32), by x⁵ + x² + 1.
function times(one, other) {
  let product = 0;
  for (; other; other >>= 1) {
    if (other & 1) product ^= one;
    one <<= 1;
    if (one & 32) one ^= 37;
  }
  return product;
}
