"""Writes small networks of timm as PyTorch's two exporters write them, without their weights: the files beside this one.

Made by torch 2.15.0, timm 1.0.31, onnx 1.23.2 and onnxscript 0.7.2: python3 export.py
"""

import gzip
import io
from pathlib import Path

import onnx
import timm
import torch

NETWORKS = {
    "resnet": ("resnet18", {"channels": (32, 64, 96, 128)}),
    "convnext": ("convnext_femto", {"depths": (1, 1, 2, 1), "dims": (24, 48, 64, 96)}),
    "convnextv2": ("convnextv2_atto", {"depths": (1, 1, 2, 1), "dims": (24, 48, 64, 96)}),
    "densenet": ("densenet121", {"growth_rate": 16, "block_config": (2, 2, 2, 2)}),
    "vit": ("vit_tiny_patch16_224", {"img_size": 64, "depth": 2, "embed_dim": 48, "num_heads": 3}),
    "mobilenet": ("mobilenetv3_small_100", {}),
}


def exported(model: torch.nn.Module, dynamo: bool) -> onnx.ModelProto:
    photos = torch.zeros(2, 3, 64, 64)
    names = {"input_names": ["image"], "output_names": ["logits"]}
    if dynamo:
        any_number = ({0: torch.export.Dim("photos")},)
        return torch.onnx.export(model, (photos,), dynamo=True, dynamic_shapes=any_number, **names).model_proto
    file = io.BytesIO()
    torch.onnx.export(model, (photos,), file, dynamo=False, dynamic_axes={"image": {0: "photos"}}, **names)
    return onnx.load_from_string(file.getvalue())


def without_weights(model: onnx.ModelProto) -> bytes:
    """Constants of more than 16 numbers are weights; what PyTorch notes of its own code says nothing of the network."""
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT and len(tensor.raw_data) > 64:
            tensor.ClearField("raw_data")
    graph = model.graph
    for noted in [model, graph, *graph.node, *graph.initializer, *graph.value_info, *graph.input, *graph.output]:
        noted.ClearField("doc_string")
        noted.ClearField("metadata_props")
    return model.SerializeToString()


for name, (architecture, options) in NETWORKS.items():
    network = timm.create_model(architecture, num_classes=10, **options).eval()
    for exporter in ("dynamo", "torchscript"):
        content = without_weights(exported(network, exporter == "dynamo"))
        path = Path(__file__).parent / f"{name}.{exporter}.onnx.gz"
        path.write_bytes(gzip.compress(content, 9, mtime=0))
