/**
 * What the page does in a browser: it sends the photo and shows the answer. Labels and details come from elsewhere, so
 * they only ever become text nodes.
 */
export const script = `
  const form = document.querySelector("form");
  const button = form.querySelector("button");
  const image = document.querySelector("#photo");
  const answer = document.querySelector("#answer");

  const element = (name, text, attributes = {}) => {
    const made = Object.assign(document.createElement(name), attributes);
    made.textContent = text;
    return made;
  };

  const bars = (predictions) => {
    const list = document.createElement("dl");
    for (const { label, score } of predictions)
      list.append(
        element("dt", label),
        element("dd", (score * 100).toFixed(1) + " %"),
        element("meter", "", { value: score, ariaLabel: label }),
      );
    return list;
  };

  const ask = async () => {
    const response = await fetch("/classify", { method: "POST", body: new FormData(form) });
    const body = await response.json();
    if (!response.ok) return [element("p", body.title + ": " + body.detail)];
    const doubt = body.unknown ? [element("p", "Probably none of what this model knows. The closest:")] : [];
    return [...doubt, bars(body.predictions)];
  };

  form.elements.photo.addEventListener("change", () => {
    const [file] = form.elements.photo.files;
    URL.revokeObjectURL(image.src);
    image.hidden = !file;
    if (file) image.src = URL.createObjectURL(file);
    answer.replaceChildren();
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    answer.replaceChildren(element("p", "Looking …"));
    const shown = await ask().catch((error) => [element("p", "No answer: " + error.message)]);
    answer.replaceChildren(...shown);
    button.disabled = false;
  });
`;
