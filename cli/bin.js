#!/usr/bin/env node
import module from "node:module";

// `whippet` on the command line. A checkout runs its TypeScript (Node 22.18 strips the types itself); an installed package,
// where Node strips nothing, runs the bundle that `prepack` made.
const installed = /[\\/]node_modules[\\/]/.test(decodeURIComponent(import.meta.url));
const [major, minor] = process.versions.node.split(".").map(Number);
if (!installed && (major < 22 || (major === 22 && minor < 18))) {
  console.error(
    `whippet: a checkout needs Node 22.18 or newer, this is ${process.version}. Run it as \`npx whippet\` (npm ci brought a Node 22), or install the package.`,
  );
  process.exit(1);
}
// since Node 22.1: what the modules compile to is kept in the system's folder for temporary files, and starts a command sooner
module.enableCompileCache?.();
const { main } = await import(installed ? "../dist/cli/main.js" : "./main.ts");
await main(process.argv);
