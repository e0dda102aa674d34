/** The ways in which a photo may come: a body, a form beside a good one, base64 in JSON. */

export interface Way {
  path: string;
  headers?: Record<string, string>;
  body: Uint8Array<ArrayBuffer> | FormData | string;
}

const file = (photo: Uint8Array): File => new File([Uint8Array.from(photo)], "photo.jpg");

export const asBody = (photo: Uint8Array): Way => ({ path: "/classify?trace=1", body: Uint8Array.from(photo) });

/** The good photo comes last: it has its answer whatever the first one is. */
export const inForm = (photo: Uint8Array, good: Uint8Array): Way => {
  const body = new FormData();
  body.append("photo", file(photo));
  body.append("photo", file(good));
  return { path: "/classify?trace=1", body };
};

/** As Hugging Face's clients send it. */
export const inJson = (photo: Uint8Array): Way => ({
  path: "/models/letters",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ inputs: Buffer.from(photo).toString("base64") }),
});
