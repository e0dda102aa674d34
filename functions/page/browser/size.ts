/** How large a photo is, upright and in pixels. */

export interface Size {
  width: number;
  height: number;
}

/** @returns undefined where this browser cannot read it */
export const sizeOf = async (photo: Blob): Promise<Size | undefined> => {
  const image = new Image();
  // reads the header, and decodes nothing
  image.src = URL.createObjectURL(photo);
  const loaded = await new Promise<boolean>((resolve) => {
    image.onload = () => resolve(true);
    image.onerror = () => resolve(false);
  });
  URL.revokeObjectURL(image.src);
  return loaded ? { width: image.naturalWidth, height: image.naturalHeight } : undefined;
};
