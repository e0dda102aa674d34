/** The ways in which photos may come: a body, a form beside a good one, base64 in JSON, feedback. */

export interface Way {
  path: string;
  headers?: Record<string, string>;
  body: Uint8Array<ArrayBuffer> | FormData | string;
  /** With it there are several answers. */
  batch?: true;
}

const file = (photo: Uint8Array): File => new File([Uint8Array.from(photo)], "photo.jpg");

export const asBody = (photo: Uint8Array): Way => ({ path: "/classify?trace=1", body: Uint8Array.from(photo) });

/** The good photo comes last: it has its answer whatever the others are. */
export const inForm = (photos: readonly Uint8Array[], good: Uint8Array): Way => {
  const body = new FormData();
  for (const photo of [...photos, good]) body.append("photo", file(photo));
  return { path: "/classify?trace=1", body, batch: true };
};

/** As Hugging Face's clients send it. */
export const inJson = (photo: Uint8Array): Way => ({
  path: "/models/letters",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ inputs: Buffer.from(photo).toString("base64") }),
});

/** What is kept of it has nothing in it but pixels. */
export const asFeedback = (photo: Uint8Array, label: string): Way => {
  const body = new FormData();
  body.append("label", label);
  body.append("photo", file(photo));
  return { path: "/models/letters/feedback", body };
};
