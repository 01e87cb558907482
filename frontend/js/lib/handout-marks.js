// What an answer is worth, 0 to 1, as pegup/assessments/kinds.py says; numbers are compared as whole
// numbers, since 0.1 + 0.2 is not 0.3 here.
import { MOST_DIGITS } from "./handout-code.js";

export const points = {
  single: ({ right }, given) => (right.includes(given) ? 1 : 0),
  multiple({ right }, given = []) {
    const hits = given.filter((key) => right.includes(key)).length;
    return Math.max(2 * hits - given.length, 0) / right.length;
  },
  numeric: ({ answer, tolerance }, given) => (given !== undefined && isNear(given, answer, tolerance) ? 1 : 0),
  match: ({ own, same }, given = {}) => own.filter((key) => given[key] && same[given[key]] === same[key]).length / own.length,
  order: ({ own }, given = {}) => own.filter((key, place) => given[key] === place + 1).length / own.length,
};

// A typed number as it is kept: `67.7`; undefined where it is none, or too long.
// "1.187" may mean 1187 or 1,187: the reading that is right counts, as on the site.
export function readNumber(typed, { answer, tolerance }) {
  const found = readings(typed).filter((each) => each.replace(/[-.]/g, "").length <= MOST_DIGITS);
  return found.find((each) => isNear(each, answer, tolerance)) || found[0];
}

const ONE = /(^|[^\p{L}\p{N}])((?:-\s?)?(?:\d{1,3}(?:\s\d{3})+(?:[.,]\d+)?|\d(?:[\d.,]*\d)?))(?!\d|[eE][+-]?\d)/gu;

function readings(typed) {
  const tidy = typed.replace(/\u2212/g, "-").replace(/(\d)['\u2019](?=\d{3})/g, "$1");
  const found = [...tidy.matchAll(ONE)];
  if (found.length !== 1) return [];
  const digits = found[0][2].replace(/\s/g, "");
  return [reading(digits, ".", ","), reading(digits, ",", ".")].filter((each) => each !== undefined);
}

function reading(digits, point, thousands) {
  if (!new RegExp(`^-?\\d+(?:\\${thousands}\\d{3})*(?:\\${point}\\d+)?$`).test(digits)) return undefined;
  const [whole, decimals] = digits.split(thousands).join("").split(point);
  const sign = whole.startsWith("-") ? "-" : "";
  const kept = whole.replace("-", "").replace(/^0+(?=\d)/, "");
  return sign + kept + (decimals ? `.${decimals}` : "");
}

function isNear(one, other, tolerance) {
  const places = Math.max(...[one, other, tolerance].map((each) => (each.split(".")[1] || "").length));
  const whole = (text) => {
    const [before, after = ""] = text.split(".");
    return BigInt(before + after.padEnd(places, "0"));
  };
  const far = whole(one) - whole(other);
  return (far < 0n ? -far : far) <= whole(tolerance);
}
