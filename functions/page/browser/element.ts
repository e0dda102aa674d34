/** Elements with text in them. Labels and details come from elsewhere, so text never becomes markup. */

export const element = <Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

export const button = (text: string, onClick: () => void, className = "quiet"): HTMLButtonElement => {
  const made = element("button", { type: "button", className }, text);
  made.addEventListener("click", onClick);
  return made;
};
