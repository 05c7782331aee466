// Bundles src/ into ../assets/built: one script and style for every page, one more for pages that need a heavy library.
// What is written is named by its content, and manifest.json tells the pages the names of today.
import { build } from "esbuild";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";

const OUT = "../assets/built";
const PAGES = "src/pages";

function sprite() {
  const names = readFileSync("src/icons.txt", "utf8").split("\n").map((line) => line.trim()).filter(Boolean);
  const symbols = names.map((name) => {
    const svg = readFileSync(`node_modules/@tabler/icons/icons/outline/${name}.svg`, "utf8");
    const inner = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/<svg[^>]*>/, "").replace("</svg>", "").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
      `stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const pages = readdirSync(PAGES).filter((name) => /\.(js|css)$/.test(name)).map((name) => join(PAGES, name));
const made = await build({
  entryPoints: ["src/console.js", "src/console.css", ...pages],
  outdir: OUT,
  outbase: "src",
  entryNames: "[dir]/[name]-[hash]",
  assetNames: "files/[name]-[hash]",
  bundle: true,
  minify: true,
  metafile: true,
  target: ["chrome88", "firefox78", "safari14.1"],
  supported: { destructuring: true }, // every one of them has it; esbuild holds a rare fault of Safari 14 against it
  format: "iife",
  legalComments: "linked",
  loader: { ".svg": "file", ".woff2": "file" },
  logLevel: "warning",
});
const manifest = {};
for (const [path, { entryPoint }] of Object.entries(made.metafile.outputs)) {
  if (entryPoint) manifest[entryPoint.replace(/^src\//, "")] = path.replace("../assets/", "");
}
writeFileSync(join(OUT, "icons.svg"), sprite());
manifest["icons.svg"] = "built/icons.svg";
for (const name of Object.values(manifest).filter((path) => /\.(js|css|svg)$/.test(path))) {
  const path = join("../assets", name);
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 })); // once here, not at every look
}
writeFileSync(join(OUT, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
console.log(`front: ${Object.keys(manifest).length} files in ${basename(OUT)}`);
