/** The photos in a request's body: the body itself, or every multipart field called `photo`. */
import { PHOTOS_PER_REQUEST } from "../../shared/limits.ts";
import { Problem } from "../../shared/problem.ts";
import { withLongBoundary } from "./boundary.ts";

/** Beyond the photos' own bytes: boundaries and part headers. */
export const MULTIPART_OVERHEAD = 64 * 1024;

export const isMultipart = (request: Request): boolean =>
  /^multipart\/form-data\b/i.test(request.headers.get("content-type") ?? "");

/**
 * @param whole the whole body of `request`
 * @throws Problem 400 when it is no form, or a malformed one
 */
export const formIn = async (request: Request, whole: Uint8Array<ArrayBuffer>): Promise<FormData> => {
  const { type, body } = withLongBoundary(request.headers.get("content-type") ?? "", whole);
  return new Response(body, { headers: { "content-type": type } }).formData().catch((cause: unknown) => {
    throw new Problem(400, "the multipart body is malformed; send it as `curl -F photo=@dog.jpg` does", {
      title: "Bad request",
      cause,
    });
  });
};

const bytesOf = async (photo: FormDataEntryValue): Promise<Uint8Array> =>
  // a field without a file name is text to the parser
  typeof photo === "string" ? new TextEncoder().encode(photo) : new Uint8Array(await photo.arrayBuffer());

/** @throws Problem 400 when there is no field photo, or several */
export const onePhoto = (form: FormData): Promise<Uint8Array> => {
  const [photo, ...more] = form.getAll("photo");
  if (photo === undefined || more.length > 0)
    throw fieldProblem([...new Set(form.keys())], more.length && more.length + 1, 1);
  return bytesOf(photo);
};

/**
 * @param body the whole body of `request`
 * @throws Problem 400 when multipart is malformed or has no photo, or too many
 */
export const photosIn = async (request: Request, body: Uint8Array<ArrayBuffer>): Promise<Uint8Array[]> => {
  if (!isMultipart(request)) return [body];
  const form = await formIn(request, body);
  const photos = form.getAll("photo");
  if (photos.length === 0 || photos.length > PHOTOS_PER_REQUEST)
    throw fieldProblem([...new Set(form.keys())], photos.length, PHOTOS_PER_REQUEST);
  return Promise.all(photos.map(bytesOf));
};

const fieldProblem = (fields: string[], photos: number, most: number): Problem =>
  new Problem(
    400,
    photos === 0
      ? `the form has ${fields.length ? `the fields ${fields.join(", ")}` : "no fields"}, and no field photo; send the file in a field called photo`
      : `the form has ${photos} photos; send at most ${most} in one request`,
    { title: "Bad request" },
  );
