"""Writes small ONNX models into a folder, for a fuzzer to begin with: models.py FOLDER."""
import pathlib
import struct
import sys


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def field(number, value):
    """A field of a protobuf message: a number, a float, or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(content)) + content


def tensor(name, kind, dims, content):
    return b"".join(field(1, dim) for dim in dims) + field(2, kind) + field(8, name) + field(9, content)


def floats(name, dims, values):
    return tensor(name, 1, dims, struct.pack(f"<{len(values)}f", *values))


def integers(name, values):
    return tensor(name, 7, [len(values)], struct.pack(f"<{len(values)}q", *values))


def attribute(name, value):
    if isinstance(value, list):
        return field(1, name) + b"".join(field(8, number) for number in value) + field(20, 7)
    place, kind = (3, 2) if isinstance(value, int) else (2, 1)
    return field(1, name) + field(place, value) + field(20, kind)


def node(kind, inputs, output, **attributes):
    return (b"".join(field(1, name) for name in inputs) + field(2, output) + field(3, output) + field(4, kind) +
            b"".join(field(5, attribute(*pair)) for pair in attributes.items()))


def value(name, dims=()):
    shape = b"".join(field(1, field(1, dim)) for dim in dims)
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)))


def model(dims, constants, nodes, outputs):
    graph = (b"".join(field(1, node) for node in nodes) + b"".join(field(5, constant) for constant in constants) +
             field(11, value("x", dims)) + b"".join(field(12, value(name)) for name in outputs))
    return field(1, 8) + field(8, field(2, 21)) + field(7, graph)


SEEDS = {
    "embedder.onnx": model(
        [1, 2, 4, 4],
        [tensor("q", 3, [2, 9], bytes(range(18))), floats("scales", [2, 2], [.1] * 4), integers("shape", [2, 1, 3, 3]),
         floats("two", [2], [1., 2.]), floats("slopes", [2, 1, 1], [.1, .2]), floats("half", [], [.5]),
         floats("matrix", [3, 8], [.1] * 24)],
        [node("DequantizeLinear", ["q", "scales"], "d", axis=1, block_size=5), node("Reshape", ["d", "shape"], "w"),
         node("Mul", ["x", "half"], "m"), node("Conv", ["m", "w", "two"], "c", group=2, pads=[1, 1, 1, 1]),
         node("BatchNormalization", ["c", "two", "two", "two", "two"], "b", epsilon=1e-3),
         node("PRelu", ["b", "slopes"], "p"), node("MaxPool", ["p"], "s", kernel_shape=[2, 2], strides=[2, 2]),
         node("Dropout", ["s"], "o"), node("Flatten", ["o"], "f"), node("Gemm", ["f", "matrix"], "y", transB=1)],
        ["y"]),
    "detector.onnx": model(
        [1, 2, 4, 4],
        [floats("twice", [4], [1., 1., 2., 2.]), integers("rows", [1, -1, 4])],
        [node("AveragePool", ["x"], "a", kernel_shape=[2, 2], strides=[2, 2]), node("Relu", ["a"], "r"),
         node("Resize", ["r", "", "twice"], "l"), node("Add", ["l", "x"], "s"), node("Concat", ["s", "x"], "c", axis=1),
         node("GlobalAveragePool", ["c"], "g"), node("Mul", ["c", "g"], "e"),
         node("Transpose", ["e"], "t", perm=[0, 2, 3, 1]), node("Reshape", ["t", "rows"], "n"),
         node("Sigmoid", ["n"], "y")],
        ["y", "r"]),
}

if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in SEEDS.items():
        (folder / name).write_bytes(content)
