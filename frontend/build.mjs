// Joins, shrinks and fingerprints the style sheet and the scripts into pegup/static.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const out = "../pegup/static";
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const result = await build({
  entryPoints: ["css/app.css", ...readdirSync("js").filter((name) => name.endsWith(".js")).map((name) => join("js", name))],
  outdir: out,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  // As written: browsers of 2020 and later understand all that we use.
  target: ["chrome80", "firefox78", "safari14"],
  supported: { nesting: false },
  metafile: true,
});

const manifest = {};
for (const [file, { entryPoint }] of Object.entries(result.metafile.outputs)) {
  if (entryPoint) manifest[basename(entryPoint)] = basename(file);
}
for (const name of readdirSync("images")) {
  copyFileSync(join("images", name), join(out, name));
  manifest[name] = name;
}
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest));
