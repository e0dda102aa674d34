/** Work that is given up when it takes too long, so that what answers does not wait for a store that hangs. */

/**
 * @param doing for the message: `reading the pointer of dogs`
 * @throws Error when the time is over; what the work comes to then is nobody's concern
 */
export const inTime = async <T>(work: Promise<T>, milliseconds: number, doing: string): Promise<T> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`${doing} took longer than ${milliseconds / 1000} s`);
    timer = setTimeout(() => reject(error), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
