/** Photos that benches send: noise where cameras have it, so that they weigh as much and decode as slowly. */
import sharp from "sharp";

/** As a telephone's messenger sends it: 1280 x 960, some 160 kB. */
export const messengerPhoto = async (): Promise<Uint8Array<ArrayBuffer>> => {
  const noise = { type: "gaussian", mean: 128, sigma: 20 } as const;
  const image = sharp({ create: { width: 1280, height: 960, channels: 3, background: "black", noise } });
  return new Uint8Array(await image.blur(1).jpeg({ quality: 80 }).toBuffer());
};
