"""Holds this machine against the probe photos: do they give the numbers that they gave where the model was made?"""

import hashlib
import json
import sys

from pixels import to_tensor
from whippet import FOLDER, Classifier

classifier = Classifier()
expected = json.loads((FOLDER / "probes" / "probes.json").read_text("utf-8"))
tolerance = expected["tolerance"]["native"]
same = failed = 0
largest = 0.0
for probe in expected["probes"]:
    tensor = to_tensor(FOLDER / "probes" / probe["file"], classifier.manifest["input"])
    same_pixels = hashlib.sha256(tensor.astype("<f4").tobytes()).hexdigest() == probe["tensor"]
    shift = float(abs(classifier.logits(tensor) - probe["logits"]["native"]).max())
    passed = shift <= tolerance
    same += same_pixels
    failed += not passed
    largest = max(largest, shift)
    pixels = "same pixels" if same_pixels else "other pixels"
    print(f"{'ok    ' if passed else 'FAILED'}  {probe['file']:32} {pixels:13} logits off by {shift:.4f}")
count = len(expected["probes"])
print(
    f"{count - failed} of {count} probes agree, {same} of them with every pixel the same; "
    f"the largest shift of a logit is {largest:.4f} (at most {tolerance:.4f} is allowed)."
)
sys.exit(1 if failed else 0)
