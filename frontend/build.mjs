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

const result = await build({
  entryPoints: ["css/app.css", "css/preview.css", "css/editor.css", ...readdirSync("js").filter((name) => name.endsWith(".js")).map((name) => join("js", name))],
  outdir: out,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome80", "firefox78", "safari14"],
  // Safari 14 errs only where a default value calls a function.
  supported: { destructuring: true },
  write: false,
  plugins: [forOldPhones],
  metafile: true,
});

// Only now: a build that fails leaves the last one in place.
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const { path, contents } of result.outputFiles) writeFileSync(path, contents);

const manifest = {};
for (const [file, { entryPoint }] of Object.entries(result.metafile.outputs)) {
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
