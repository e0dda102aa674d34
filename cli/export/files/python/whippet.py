"""The model that lies beside this file: photo in, answer out. Needs onnxruntime, numpy and Pillow."""

import json
from base64 import b64decode
from pathlib import Path

import numpy
import onnxruntime
from pixels import to_tensor

FOLDER = Path(__file__).parent

# a (1 x 64, uint8) times b (64 x 16, int8), as an ONNX graph of one MatMulInteger
PRODUCT = b64decode(
    "CAc6bQopCgFhCgFiEgF5Gg9NYXRNdWxJbnRlZ2VyIHkiDU1hdE11bEludGVnZXISAWdaEwoBYRIOCgwIAhIICgIIAQoCCEBa"
    "EwoBYhIOCgwIAxIICgIIQAoCCBBiEwoBeRIOCgwIBhIICgIIAQoCCBBCBAoAEA0="
)


def int8_saturates():
    """Whether this processor cuts products of uint8 and int8, as x86 without VNNI does; one is computed and looked at."""
    session = onnxruntime.InferenceSession(PRODUCT, providers=["CPUExecutionProvider"])
    largest = {"a": numpy.full((1, 64), 255, numpy.uint8), "b": numpy.full((64, 16), 127, numpy.int8)}
    return bool((session.run(None, largest)[0] != 64 * 255 * 127).any())


class Classifier:
    def __init__(self, folder=FOLDER):
        self.manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        served = self.manifest["serve"]["native"]
        precision = next(file["precision"] for file in self.manifest["files"] if file["path"] == served)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        if precision == "int8-weights":
            # turns them back to float once, not at every photo
            options.add_session_config_entry("session.disable_quant_qdq", "1")
        if precision == "int8" and int8_saturates():
            # turns int8 weights to uint8, which is exact everywhere and takes longer
            options.add_session_config_entry("session.x64quantprecision", "1")
        self.session = onnxruntime.InferenceSession(folder / served, options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0].name

    def logits(self, tensor):
        """One number a label, before calibration."""
        return self.session.run([self.manifest["outputs"]["logits"]], {self.input: tensor})[0].ravel()

    def classify(self, photo, top=5):
        """{"predictions": [(label, score), ...], "unknown": bool}; `photo` is a path or an open file.

        Of a multi-label model also "labels", all that the photo shows.
        """
        return self.answer(self.logits(to_tensor(photo, self.manifest["input"])), top)

    def answer(self, logits, top=5):
        labels = self.manifest["labels"]
        logits = logits.astype(numpy.float64)
        scores = self._calibrated(logits / self.manifest["temperature"])
        ranking = numpy.argsort(-scores, kind="stable")
        best = [(labels[i], float(scores[i])) for i in ranking]
        answer = {"predictions": best[:top]}
        if "thresholds" in self.manifest:
            thresholds = dict(zip(labels, self.manifest["thresholds"]))
            answer["labels"] = [(label, score) for label, score in best if score >= thresholds[label]]
            answer["unknown"] = not answer["labels"]
        else:
            answer["unknown"] = best[0][0] == self.manifest.get("background") or self._strange(logits)
        return answer

    def _calibrated(self, logits):
        if self.manifest["task"] == "multi-label":
            # the sigmoid, without powers that overflow
            return (1 + numpy.tanh(logits / 2)) / 2
        powers = numpy.exp(logits - logits.max())
        return powers / powers.sum()

    def _strange(self, logits):
        """Whether the photo's energy lies below that of nearly all photos whose label the model knows."""
        if "unknown" not in self.manifest:
            return False
        energy = logits.max() + numpy.log(numpy.exp(logits - logits.max()).sum())
        return bool(energy < self.manifest["unknown"]["threshold"])
