"""From a photo to the numbers that the model sees, as it was trained: decode, crop, resize, turn upright, normalise."""

import numpy
from PIL import Image

# A crop is decoded at this many times the model's input or more, where a JPEG can be decoded smaller.
MARGIN = 2

# Red, green and blue of 255, less: cyan, magenta, yellow, black (0 to 1 each), then cc cm cy ck mm my mk yy yk kk.
INKS = numpy.array(
    [
        [-248, -12, -17, -174, -64, 93, 22, 205, -10, -3, -8, 8, 6, -48],
        [-96, -178, -44, -172, 3, 60, 14, 55, -38, 24, 145, 9, 21, -50],
        [-41, -119, -185, -169, 7, 8, 47, 15, 8, 78, 67, -39, 132, -51],
    ],
    dtype=numpy.float64,
)

ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def to_tensor(photo, spec):
    """1 x 3 x size x size, float32. `photo` is a path or a file; `spec` is the manifest's input."""
    with Image.open(photo, formats=["JPEG", "PNG", "WEBP"]) as image:
        turn = image.getexif().get(ORIENTATION, 1)
        width, height = image.size
        scale = _decode_scale(image, spec)
        pixels = _rgb(image)
    if turn in TURNS:
        pixels = pixels.transpose(TURNS[turn])
    if turn >= 5:
        width, height = height, width
    # a scaled decode rounds up at its right and bottom, which turning may have moved to the left or the top
    left = pixels.width - width / scale if turn in (2, 3, 6, 7) else 0
    top = pixels.height - height / scale if turn in (3, 4, 7, 8) else 0
    side = min(width, height) * spec["crop"]
    x, y, extent = left + (width - side) / 2 / scale, top + (height - side) / 2 / scale, side / scale
    values = numpy.asarray(_resize(pixels, x, y, extent, spec["size"]), dtype=numpy.float64)
    tensor = (values - numpy.array(spec["mean"])) / numpy.array(spec["std"])
    return numpy.ascontiguousarray(tensor.transpose(2, 0, 1)[None], dtype=numpy.float32)


def _resize(pixels, x, y, extent, size):
    """Along the rows first, whatever the photo's shape: in one call Pillow chooses, and rounds otherwise where it goes the other way."""
    right, bottom = min(x + extent, pixels.width), min(y + extent, pixels.height)
    narrow = pixels.resize((size, pixels.height), Image.Resampling.BICUBIC, box=(x, 0, right, pixels.height))
    return narrow.resize((size, size), Image.Resampling.BICUBIC, box=(0, y, size, bottom))


def _decode_scale(image, spec):
    """Has a JPEG decoded at 1/8, 1/4 or 1/2 of its size where that leaves enough; says what it is divided by."""
    width, height = image.size
    if image.format != "JPEG":
        return 1
    side = min(width, height) * spec["crop"]
    scale = next((s for s in (8, 4, 2) if side / s >= MARGIN * spec["size"]), 1)
    if scale > 1:
        image.draft(None, (width // scale, height // scale))
    return scale


def _rgb(image):
    """Colour profiles are ignored, alpha is laid over white."""
    if image.mode == "CMYK":
        return _from_inks(numpy.asarray(image), "adobe" in image.info)
    if image.has_transparency_data:
        rgba = numpy.asarray(image.convert("RGBA")).astype(numpy.uint16)
        colour, alpha = rgba[..., :3], rgba[..., 3:]
        return Image.fromarray(((colour * alpha + 255 * (255 - alpha)) // 255).astype(numpy.uint8))
    if image.mode.startswith("I;16"):
        return Image.fromarray((numpy.asarray(image) >> 8).astype(numpy.uint8)).convert("RGB")
    return image.convert("RGB")


def _from_inks(inks, adobe):
    """Pillow takes every CMYK JPEG for Adobe's, whose inks are stored inverted."""
    c, m, y, k = numpy.moveaxis((inks if adobe else 255 - inks) / 255, -1, 0)
    rows = []
    for C, M, Y, K, CC, CM, CY, CK, MM, MY, MK, YY, YK, KK in INKS:
        light = 255 + c * (C + CC * c + CM * m + CY * y + CK * k)
        light = light + m * (M + MM * m + MY * y + MK * k) + y * (Y + YY * y + YK * k) + k * (K + KK * k)
        rows.append(numpy.clip(numpy.floor(light + 0.5), 0, 255))
    return Image.fromarray(numpy.stack(rows, axis=-1).astype(numpy.uint8))
