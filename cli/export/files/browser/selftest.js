// Holds this browser against the probe photos.
import { openModel } from "./whippet.js";

const output = document.querySelector("output");
try {
  const { passed, verdicts } = await (await openModel()).selfTest();
  const lines = verdicts.map(({ file, difference }) =>
    difference ? `FAILED  ${file}: ${difference.stage}: ${difference.detail}` : `ok      ${file}`,
  );
  const agreeing = verdicts.filter(({ difference }) => !difference).length;
  output.value = [
    ...lines,
    "",
    `${agreeing} of ${verdicts.length} probes agree, from the decoded pixels to the scores.`,
  ].join("\n");
  output.dataset.passed = String(passed);
} catch (error) {
  output.value = `FAILED  ${error.message}`;
  output.dataset.passed = "false";
}
