"""Writes the topologies in this folder: what Keras' own to_json() says of its models, without what only training needs.

    pip install tensorflow-cpu==2.15.1        (Python 3.9 to 3.11; the last TensorFlow with Keras 2, which the weights were saved by)
    python make.py FOLDER

Photos of any size, as Keras builds them for input_shape=(None, None, 3).
"""

import json
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
from keras import applications, backend
from keras.src.applications import efficientnet
from keras.src.engine import training

# What changes no answer.
LEFT_OUT = ("initializer", "regularizer", "constraint")
UNUSED = {"name", "trainable", "dtype", "momentum", "noise_shape", "rate", "seed", "sparse", "ragged", "filters"}
# Of Keras; topology.ts knows them too.
DEFAULTS = {
    "activation": "linear",
    "center": True,
    "data_format": "channels_last",
    "dilation_rate": [1, 1],
    "groups": 1,
    "invert": False,
    "keepdims": False,
    "offset": 0.0,
    "padding": "valid",
    "strides": [1, 1],
    "use_bias": True,
}


def for_imagenet():
    """EfficientNetB0 rescales its input once more with the published weights; they need not be there for its topology."""
    efficientnet.data_utils.get_file = lambda *_, **__: ""
    training.Model.load_weights = lambda *_, **__: None
    return applications.EfficientNetB0(include_top=False, weights="imagenet", input_shape=(None, None, 3))


def any_size(model):
    return lambda: model(include_top=False, weights=None, input_shape=(None, None, 3))


MODELS = {
    "inception-resnet-v2": any_size(applications.InceptionResNetV2),
    "resnet50": any_size(applications.ResNet50),
    "mobilenet-v2": any_size(applications.MobileNetV2),
    "efficientnet-b0": for_imagenet,
}


def small(layer):
    config = {
        name: value
        for name, value in layer["config"].items()
        if name not in UNUSED and not name.endswith(LEFT_OUT) and value is not None and value != DEFAULTS.get(name)
    }
    nodes = [[[of[0], of[1], of[2], {}] for of in node] for node in layer["inbound_nodes"]]
    return {"class_name": layer["class_name"], "name": layer["name"], "config": config, "inbound_nodes": nodes}


def text(model):
    whole = json.loads(model.to_json())
    config = whole["config"]
    layers = ",\n".join(json.dumps(small(layer), separators=(",", ":")) for layer in config["layers"])
    ends = {name: config[name] for name in ("input_layers", "output_layers")}
    head = json.dumps({"class_name": whole["class_name"], "keras_version": whole["keras_version"]}, separators=(",", ":"))
    return f'{head[:-1]},"config":{json.dumps(ends, separators=(",", ":"))[:-1]},"layers":[\n{layers}\n]}}}}\n'


if __name__ == "__main__":
    for name, build in MODELS.items():
        backend.clear_session()
        pathlib.Path(sys.argv[1], f"{name}.json").write_text(text(build()))
