/** Where a model can be taken to, and what its folder says of how it is used there. */
import type { EngineKind } from "../../shared/engine/engine.ts";
import type { Manifest } from "../../shared/manifest.ts";

export const targets = ["browser", "node", "python"] as const;
export type Target = (typeof targets)[number];

interface Way {
  /** Whose form of the model it runs. */
  engine: EngineKind;
  /** Of the README: what to do, and what the pixels are. */
  use: string;
  pixels: string;
  /** The commands that begin it, the last of which is the self-test. */
  commands: readonly string[];
}

const samePixels =
  "It decodes, crops and resizes photos with the code that Whippet's servers run, compiled to JavaScript and WebAssembly, and " +
  "so gives the same answers, to the last bit.";

export const ways: Record<Target, Way> = {
  browser: {
    engine: "web",
    use: "Put the folder on any server of static files and open `index.html`; `example.js` is all that the page does. Browsers run it on pages that come by https, or from localhost.",
    pixels: samePixels,
    commands: ["python3 -m http.server 8000   # any other server will do", "# http://localhost:8000/selftest.html"],
  },
  node: {
    engine: "web",
    use: "It needs Node 20 or newer and no package. `example.js` is a whole program.",
    pixels: samePixels,
    commands: ["node example.js dog.jpg", "node selftest.js"],
  },
  python: {
    engine: "native",
    use: "It needs Python 3.10 or newer, onnxruntime, numpy and Pillow. `example.py` is a whole program.",
    pixels:
      "`pixels.py` decodes, crops and resizes photos with Pillow as Whippet does. With Pillow 13, all sixteen probes and 200 of 200 photos of dogs came " +
      "out the same to the last bit. It resizes along the rows first and then along the columns, in two calls: in one, Pillow picks the order by " +
      "the photo's shape, which moved a probability by up to .05 on 27 of those 200 photos, and one answer with it. The self-test says how it is " +
      "on this machine.",
    commands: [
      "python3 -m venv venv && venv/bin/pip install -r requirements.txt",
      "venv/bin/python example.py dog.jpg",
      "venv/bin/python selftest.py",
    ],
  },
};

/** README.md of an exported folder. */
export const readmeOf = (target: Target, manifest: Manifest): string => {
  const { name, version, labels, backbone, input } = manifest;
  const { engine, use, pixels, commands } = ways[target];
  return [
    `# ${name}`,
    "",
    `Version ${version} of a classifier of ${labels.length} labels, exported for ${target}.`,
    "",
    "```sh",
    ...commands,
    "```",
    "",
    use,
    "",
    `\`${manifest.serve[engine]}\` is the model, on ${input.size} x ${input.size} pixels; \`manifest.json\` says what it was made of, how well it does, and its`,
    "labels; `probes/` holds sixteen drawn photos with the numbers that they gave where it was made, for the self-test.",
    "",
    pixels,
    "",
    "A photo is `unknown` where none of the labels fits, as far as the model can tell; scores are calibrated probabilities.",
    "",
    `Its backbone is ${backbone.name}: ${backbone.licence}, ${backbone.source}.`,
    "",
  ].join("\n");
};
