// Says what is on the photo that was chosen.
import { openModel } from "./whippet.js";

const [input, output] = document.querySelectorAll("input, output");
const model = await openModel();
output.value = "Choose a photo.";
input.disabled = false;
input.onchange = async () => {
  const photo = new Uint8Array(await input.files[0].arrayBuffer());
  const { predictions, labels, unknown } = await model.classify(photo, { top: 5 });
  const lines = (unknown || !labels ? predictions : labels).map(
    ({ label, score }) => `${(100 * score).toFixed(1).padStart(5)}%  ${label}`,
  );
  output.value = [...(unknown ? ["None of the things that it knows; closest:"] : []), ...lines].join("\n");
};
