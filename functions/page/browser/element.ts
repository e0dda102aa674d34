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

export const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

/** "340 ms", "2.1 s" */
export const milliseconds = (time: number): string =>
  time < 1000 ? `${time < 10 ? time.toFixed(1) : Math.round(time)} ms` : `${(time / 1000).toFixed(1)} s`;
