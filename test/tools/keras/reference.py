"""Keras models with random weights, and what Keras itself answers: what the import of its weights is held against.

    python reference.py small FOLDER                    reduced models: the fixtures of test/backbone/keras
    python reference.py published FOLDER NAME SIZE      one of those in training/backbone/keras/topologies, whole
    python reference.py published FOLDER NAME SIZE BYTES   the same, in a file of so many bytes

Writes NAME.h5 (weights), NAME.json (the answer to one photo and, of reduced models, their whole to_json()).
"""

import json
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import numpy
from keras import Input, Model, applications, layers
from keras.src.applications.inception_resnet_v2 import CustomScaleLayer

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "training/backbone/keras/topologies"))
import make

SMALL_SIZE = 33


def photo(size):
    """The same that the tests draw: no two rows, columns or colours are alike."""
    y, x, colour = numpy.indices((size, size, 3))
    return ((7 * x + 13 * y + 29 * colour + x * y) % 256).astype("float32")[None]


def random_weights(model):
    """Moving statistics too, each layer's numbers about as large as those before it."""
    generator = numpy.random.default_rng(7)

    def drawn(name, old):
        if "variance" in name:
            return generator.uniform(0.5, 2, old.shape)
        if "gamma" in name:
            return generator.uniform(0.5, 1.5, old.shape)
        if "kernel" in name:
            products = numpy.prod(old.shape[:2] if "depthwise" in name else old.shape[:-1])
            return generator.normal(0, (2 / products) ** 0.5, old.shape)
        return old if "count" in name else generator.normal(0, 0.2, old.shape)

    for layer in model.layers:
        layer.set_weights([drawn(weight.name, old) for weight, old in zip(layer.weights, layer.get_weights())])


def norm(x, **options):
    return layers.BatchNormalization(**options)(x)


def inception():
    """Branches, poolings of both kinds, and a scaled residual."""

    def conv(x, filters, size, **options):
        return layers.Activation("relu")(norm(layers.Conv2D(filters, size, use_bias=False, **options)(x), scale=False))

    image = Input((None, None, 3))
    x = conv(image, 6, 3, strides=2)
    pooled = layers.MaxPooling2D(3, strides=2)(x)
    averaged = layers.AveragePooling2D(3, strides=1, padding="same")(pooled)
    branches = [conv(pooled, 4, 1), conv(pooled, 4, (1, 7), padding="same"), conv(averaged, 3, (7, 1), padding="same")]
    x = layers.Concatenate(axis=3)(branches)
    up = layers.Conv2D(11, 1, padding="same")(conv(x, 5, 3, padding="same"))
    x = layers.Activation("relu")(CustomScaleLayer(0.17)([x, up]))
    up = layers.Conv2D(11, 1, padding="same")(conv(x, 5, 3, padding="same"))
    return Model(image, conv(CustomScaleLayer(1.0)([x, up]), 12, 1))


def resnet():
    """Zeros before the stem and the pooling, blue first, a shortcut that strides."""
    image = Input((None, None, 3))
    x = layers.Conv2D(6, 7, strides=2)(layers.ZeroPadding2D(3)(image))
    x = layers.Activation("relu")(norm(x, epsilon=1.001e-5))
    x = layers.MaxPooling2D(3, strides=2)(layers.ZeroPadding2D(1)(x))
    shortcut = norm(layers.Conv2D(10, 1, strides=2)(x))
    x = layers.Activation("relu")(norm(layers.Conv2D(5, 1, strides=2)(x)))
    x = layers.Activation("relu")(norm(layers.Conv2D(5, 3, padding="same")(x)))
    return Model(image, layers.Activation("relu")(layers.Add()([shortcut, norm(layers.Conv2D(10, 1)(x))])))


def mobilenet():
    """Depthwise convolutions, bounds at six, zeros that only the right and the bottom get."""
    image = Input((None, None, 3))
    x = layers.ReLU(6.0)(norm(layers.Conv2D(6, 3, strides=2, padding="same", use_bias=False)(image), momentum=0.999))
    wide = layers.ReLU(6.0)(norm(layers.Conv2D(12, 1, use_bias=False)(x)))
    deep = layers.DepthwiseConv2D(3, strides=2, use_bias=False)(layers.ZeroPadding2D(((0, 1), (0, 1)))(wide))
    narrow = norm(layers.Conv2D(6, 1, use_bias=False)(layers.ReLU(6.0)(norm(deep))))
    deep = layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same", dilation_rate=2)(narrow)
    again = norm(layers.Conv2D(6, 1, groups=2, use_bias=False)(norm(deep)))
    return Model(image, layers.Activation("relu6")(layers.Add()([narrow, again, narrow])))


def efficientnet():
    """The photo's preparation inside, swish, squeeze and excitation, dropout."""
    image = Input((None, None, 3))
    x = layers.Rescaling(1 / 255)(image)
    x = layers.Rescaling([2.0, 2.5, 3.0], offset=0.25)(layers.Normalization(axis=3)(x))
    x = layers.Conv2D(6, 3, strides=2, use_bias=False)(layers.ZeroPadding2D(((0, 1), (0, 1)))(x))
    x = layers.Activation("swish")(norm(x))
    x = layers.Activation("swish")(norm(layers.DepthwiseConv2D(5, strides=2, padding="same", use_bias=False)(x)))
    squeezed = layers.Reshape((1, 1, 6))(layers.GlobalAveragePooling2D()(x))
    squeezed = layers.Conv2D(3, 1, padding="same", activation="swish")(squeezed)
    excited = layers.Multiply()([x, layers.Conv2D(6, 1, padding="same", activation="sigmoid")(squeezed)])
    narrow = layers.Dropout(0.2, noise_shape=(None, 1, 1, 1))(norm(layers.Conv2D(6, 1, use_bias=False)(excited)))
    return Model(image, layers.Add()([narrow, x]))


SMALL = {"inception": inception, "resnet": resnet, "mobilenet": mobilenet, "efficientnet": efficientnet}
PREPARED = {
    "inception": applications.inception_resnet_v2,
    "resnet": applications.resnet,
    "mobilenet": applications.mobilenet_v2,
    "efficientnet": applications.efficientnet,
}


def write(name, model, size, folder, topology):
    random_weights(model)
    model.save_weights(folder / f"{name}.h5")
    prepare = PREPARED[name.split("-")[0].rstrip("50")].preprocess_input
    answer = model.predict(prepare(photo(size)), verbose=0)[0]
    document = {"size": size, "dims": answer.shape, "answer": [float(f"{number:.8g}") for number in answer.ravel()]}
    if topology:
        document["topology"] = json.loads(model.to_json())
    (folder / f"{name}.json").write_text(json.dumps(document) + "\n")


def make_as_large(path, size):
    """Written anew by HDF5's newer format, which takes less, and filled up."""
    with h5py.File(path) as old, h5py.File(f"{path}.new", "w", libver="latest") as new:
        new.attrs.update(old.attrs)
        for name in old:
            old.copy(name, new)
    os.replace(f"{path}.new", path)
    if path.stat().st_size > size:
        raise SystemExit(f"{path} has {path.stat().st_size} bytes, more than {size}")
    os.truncate(path, size)


if __name__ == "__main__":
    what, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    if what == "small":
        for name, build in SMALL.items():
            write(name, build(), SMALL_SIZE, folder, topology=True)
    else:
        name, size = sys.argv[3], int(sys.argv[4])
        write(name, make.MODELS[name](), size, folder, topology=False)
        if len(sys.argv) > 5:
            make_as_large(folder / f"{name}.h5", int(sys.argv[5]))
