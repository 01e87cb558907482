// Joins, shrinks and fingerprints the style sheet and the scripts into pegup/static.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { plainColors } from "./colors.mjs";
import { outline } from "./outline.mjs";

const out = "../pegup/static";

// Phones whose browser stopped in 2020 drop what stands in a layer, and know no OKLCH.
const forOldPhones = {
  name: "for-old-phones",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, ({ path }) => ({
      contents: plainColors(readFileSync(path, "utf8")).replace(/@layer [^;{]+;|(?<=") layer\(\w+\)/g, ""),
      loader: "css",
    }));
  },
};

const common = {
  outdir: out,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  target: ["chrome80", "firefox78", "safari14"],
  // Safari 14 errs only where a default value calls a function.
  supported: { destructuring: true },
  write: false,
  plugins: [forOldPhones],
  metafile: true,
};
const scripts = (folder) => readdirSync(folder).filter((name) => name.endsWith(".js")).map((name) => join(folder, name));
const results = await Promise.all([
  build({
    ...common,
    entryPoints: ["css/app.css", "css/preview.css", "css/editor.css", "css/handout.css", ...scripts("js")],
    format: "esm",
  }),
  // Stand in a file that is opened without a server, where a browser loads no module.
  build({ ...common, entryPoints: scripts("carried"), format: "iife", charset: "utf8" }),
]);

// Only now: a build that fails leaves the last one in place.
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const { path, contents } of results.flatMap(({ outputFiles }) => outputFiles)) writeFileSync(path, contents);

const manifest = {};
for (const [file, { entryPoint }] of results.flatMap(({ metafile }) => Object.entries(metafile.outputs))) {
  if (entryPoint) manifest[basename(entryPoint)] = basename(file);
}
for (const name of readdirSync("images")) {
  const content = readFileSync(join("images", name));
  const [stem, ending] = name.split(".");
  manifest[name] = `${stem}-${createHash("sha256").update(content).digest("hex").slice(0, 8)}.${ending}`;
  writeFileSync(join(out, manifest[name]), content);
}
writeFileSync(join(out, "peru.json"), JSON.stringify(outline("Peru")));
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest));
