// The outline of a country as [longitude, latitude] corners, few enough for a small map.
// Source: Natural Earth 1:50m (public domain), packed by world-atlas.
import { readFileSync } from "node:fs";
import { feature } from "topojson-client";

const TOLERANCE = 0.045; // degrees: about one pixel of the map on a phone

export function outline(country) {
  const atlas = JSON.parse(readFileSync("node_modules/world-atlas/countries-50m.json", "utf8"));
  const found = atlas.objects.countries.geometries.find(({ properties }) => properties.name === country);
  const corners = feature(atlas, found).geometry.coordinates[0];
  const half = Math.floor(corners.length / 2);
  const simple = [...simplified(corners.slice(0, half + 1)), ...simplified(corners.slice(half)).slice(1, -1)];
  return simple.map((corner) => corner.map((degrees) => Number(degrees.toFixed(2))));
}

// Ramer, Douglas and Peucker: keeps the corner farthest from the line between the ends, and so on.
function simplified(corners) {
  const [first, last] = [corners[0], corners.at(-1)];
  let farthest = 0;
  let where = 0;
  corners.forEach((corner, index) => {
    const away = distance(corner, first, last);
    if (away > farthest) [farthest, where] = [away, index];
  });
  if (farthest <= TOLERANCE) return [first, last];
  return [...simplified(corners.slice(0, where + 1)).slice(0, -1), ...simplified(corners.slice(where))];
}

function distance([x, y], [ax, ay], [bx, by]) {
  const length = Math.hypot(bx - ax, by - ay);
  return length ? Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length : Math.hypot(x - ax, y - ay);
}
