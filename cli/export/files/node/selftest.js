// Holds this machine against the probe photos: do they give the numbers that they gave where the model was made?
import { openModel } from "./whippet.js";

const model = await openModel();
const { passed, verdicts } = await model.selfTest();
for (const { file, difference } of verdicts)
  console.log(difference ? `FAILED  ${file}: ${difference.stage}: ${difference.detail}` : `ok      ${file}`);
const agreeing = verdicts.filter(({ difference }) => !difference).length;
console.log(`${agreeing} of ${verdicts.length} probes agree, from the decoded pixels to the scores.`);
process.exitCode = passed ? 0 : 1;
