"""Builds an ONNX graph out of what dump_network wrote, so that other engines run the very same weights.

Run with the Python of run.py's environment: it needs onnx and numpy.
"""
import json

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET, IR_VERSION = 13, 8  # old enough for every engine that is compared


class Dump:
    """A network as dump_network wrote it: layers, and their weights one after the other."""

    def __init__(self, stem):
        described = json.loads(stem.with_suffix(".json").read_text("utf-8"))
        self.mean, self.scale, self.layers = described["mean"], described["scale"], described["layers"]
        self._numbers = numpy.fromfile(stem.with_suffix(".bin"), dtype="<f4")
        wanted = sum(layer["weights"] + layer["bias"] for layer in self.layers)
        if wanted != self._numbers.size:
            raise SystemExit(f"{stem}: {self._numbers.size} numbers for {wanted} weights")

    def weights(self):
        """For each layer its kernel [out][in][height][width] and bias; None for pooling."""
        place = 0
        for layer in self.layers:
            if layer["kind"] != "convolution":
                yield None
                continue
            kernel = self._numbers[place:place + layer["weights"]]
            bias = self._numbers[place + layer["weights"]:place + layer["weights"] + layer["bias"]]
            place += layer["weights"] + layer["bias"]
            yield kernel.reshape(layer["out_channels"], layer["in_channels"], *layer["kernel"]), bias


def shapes(layers, channels, height, width):
    """(channels, height, width) of each layer's output, before a different addend widens it, and after."""
    after = {-1: (channels, height, width)}
    before = {}
    for i, layer in enumerate(layers):
        c, h, w = after[layer["input"]]
        if layer["kind"] == "global_average":
            shape = (c, 1, 1)
        else:
            h, w = ((side + 2 * pad - kernel) // layer["stride"] + 1
                    for side, pad, kernel in zip((h, w), layer["padding"], layer["kernel"]))
            shape = (layer["out_channels"] if layer["kind"] == "convolution" else c, h, w)
        before[i] = after[i] = shape
        if layer["addend"] is not None:
            after[i] = tuple(map(max, shape, after[layer["addend"]]))
    return before, after


def work(dump, batch, channels, height, width):
    """What one pass has to do: GFLOP by direct convolution (a multiplication and an addition count two), and MB moved
    when each tensor and weight is read or written once."""
    before, after = shapes(dump.layers, channels, height, width)
    size = lambda shape: shape[0] * shape[1] * shape[2]
    flop = tensors = weights = 0
    for i, layer in enumerate(dump.layers):
        tensors += size(after[layer["input"]]) + size(after[i])
        weights += layer["weights"] + layer["bias"]
        if layer["addend"] is not None:
            tensors += size(after[layer["addend"]])
        if layer["kind"] == "convolution":
            flop += 2 * layer["weights"] * before[i][1] * before[i][2]
    return {"gflop": batch * flop / 1e9, "mb": 4 * (batch * tensors + weights) / 1e6}


class Graph:
    def __init__(self, dump, batch, channels, height, width):
        self.nodes, self.constants = [], []
        self.before, self.after = shapes(dump.layers, channels, height, width)
        for i, (layer, weights) in enumerate(zip(dump.layers, dump.weights(), strict=True)):
            self._add_layer(i, layer, weights)
        last = len(dump.layers) - 1
        graph = helper.make_graph(
            self.nodes, "dlib", [self._value("input", (batch, channels, height, width))],
            [self._value(f"t{last}", (batch, *self.after[last]))], self.constants)
        self.model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        onnx.checker.check_model(self.model)

    @staticmethod
    def _value(name, shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    @staticmethod
    def _name(layer):
        return "input" if layer < 0 else f"t{layer}"

    def _node(self, kind, inputs, output, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def _constant(self, name, values):
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def _extended(self, name, shape, wanted, label):
        """Zeros beyond the edges and channels, as dlib's add_prev takes what is not there."""
        if shape == wanted:
            return name
        ends = [0] + [b - a for a, b in zip(shape, wanted)]
        pads = self._constant(f"{label}_pads", numpy.array([0] * 4 + ends, dtype=numpy.int64))
        zero = self._constant(f"{label}_zero", numpy.zeros((), dtype=numpy.float32))
        return self._node("Pad", [name, pads, zero], label, mode="constant")

    def _add_layer(self, i, layer, weights):
        source, out = self._name(layer["input"]), f"t{i}"
        window = {"kernel_shape": layer["kernel"], "strides": [layer["stride"]] * 2, "pads": layer["padding"] * 2}
        if layer["kind"] == "global_average":
            self._node("GlobalAveragePool", [source], out)
        elif layer["kind"] == "max_pool":
            self._node("MaxPool", [source], out, **window)
        elif layer["kind"] == "average_pool":
            self._node("AveragePool", [source], out, count_include_pad=0, **window)
        else:
            steps = 1 + (layer["addend"] is not None) + layer["relu"]
            name = lambda suffix, step: out if step == steps else out + suffix
            inputs = [source, self._constant(f"w{i}", weights[0]), self._constant(f"b{i}", weights[1])]
            made, step = self._node("Conv", inputs, name("_conv", 1), **window), 1
            if layer["addend"] is not None:
                step += 1
                ours = self._extended(made, self.before[i], self.after[i], f"{out}_wide")
                other = self._extended(self._name(layer["addend"]), self.after[layer["addend"]], self.after[i],
                                       f"{out}_addend")
                made = self._node("Add", [ours, other], name("_sum", step))
            if layer["relu"]:
                self._node("Relu", [made], out)


def export(dump, path, batch, channels, height, width):
    onnx.save(Graph(dump, batch, channels, height, width).model, path)
