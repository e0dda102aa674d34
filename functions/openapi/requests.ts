/** What the routes read, as the very schemas that validate it. */
import { z } from "zod";
import { trainingRequestSchema } from "../../shared/jobs/request.ts";
import { correction } from "../feedback/feedback.ts";
import { huggingFaceBody } from "../http/query.ts";
import { promotion } from "../owner/promotion.ts";
import { uploadRequest } from "../uploads/uploads.ts";

const photo = z.file().describe("A JPEG, PNG or WebP; the bytes decide, not the content type.");

/** A form is taken apart by the platform's parser (`body/photos.ts`); this is what it then looks for. */
const photoForm = z.object({ photo: z.union([photo, z.array(photo)]) });

const feedbackForm = correction.extend({ photo });

/** By the name that the document gives them. */
export const namedRequests = {
  PhotoForm: photoForm,
  FeedbackForm: feedbackForm,
  HuggingFaceRequest: huggingFaceBody,
  UploadRequest: uploadRequest,
  Promotion: promotion,
  TrainingRequest: trainingRequestSchema,
} as const satisfies Record<string, z.ZodType>;

export type RequestName = keyof typeof namedRequests;
