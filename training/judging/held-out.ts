/**
 * What a form of a model would answer on photos that the model had not learned from. The published head learned from all
 * photos, so its own answers on them flatter it; but how far quantization moves each logit can be measured on it all the same.
 */

/**
 * Per view: the held-out logits, moved as far as the form's lie from the float model's. Where there are none, the form's own.
 *
 * @param heldOut of a head that has not learned from the view's photo
 * @param float of the published model
 * @param form the same model's logits, quantized
 */
export const moveHeldOut = (
  heldOut: readonly (Float32Array | undefined)[],
  float: readonly Float32Array[],
  form: readonly Float32Array[],
): Float32Array[] =>
  form.map((logits, view) => {
    const [unseen, learned] = [heldOut[view], float[view]!];
    return unseen ? unseen.map((logit, label) => logit + (logits[label]! - learned[label]!)) : logits;
  });
