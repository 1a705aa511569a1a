"""Runs ONNX models in ONNX Runtime and in the SDK and compares every number they give.

Each model that is there, and one like ArcFace that is made here, on noise and on crops of the photographs: all outputs
within 1e-4, with a cosine of at least 0.99999. Weights in fewer bits are written out as floats for ONNX Runtime first:
both have the same.
Ends with 77 (skipped) when onnx, onnxruntime or Pillow are not there.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import onnx
    import onnxruntime
    from onnx import numpy_helper
    from PIL import Image
except ImportError as problem:
    print(f"skipped: {problem}")
    sys.exit(77)

DIFFERENCE, COSINE = 1e-4, 0.99999
# The model's file, and sizes of its input as height, width.
MODELS = {
    "face_recognition_sface_2021dec_int8bq.onnx": [(112, 112)],
    "face_detection_yunet_2023mar_int8bq.onnx": [(320, 320), (480, 640)],
}


def iresnet(seed=3):
    """A network as ArcFace has it, with two blocks and weights by chance: 112 pixels a side, 512 numbers."""
    random, nodes, constants = np.random.default_rng(seed), [], []

    def constant(values):
        constants.append(numpy_helper.from_array(np.asarray(values, np.float32), f"c{len(constants)}"))
        return constants[-1].name

    def add(kind, inputs, **attributes):
        nodes.append(onnx.helper.make_node(kind, inputs, [f"v{len(nodes)}"], **attributes))
        return nodes[-1].output[0]

    def conv(x, inputs, outputs, kernel, stride):
        weights = random.normal(0, (2 / (inputs * kernel * kernel)) ** 0.5, (outputs, inputs, kernel, kernel))
        return add("Conv", [x, constant(weights)], kernel_shape=[kernel] * 2, strides=[stride] * 2,
                   pads=[kernel // 2] * 4, group=1, dilations=[1, 1])

    def norm(x, channels):
        spread = [random.uniform(0.5, 1.5, channels) for _ in range(2)]
        values = spread[0], *random.normal(0, 0.1, (2, channels)), spread[1]
        return add("BatchNormalization", [x, *map(constant, values)], epsilon=2e-5)

    def prelu(x, channels):
        return add("PRelu", [x, constant(random.uniform(0, 0.5, (channels, 1, 1)))])

    x = add("Div", [add("Sub", ["input.1", constant(127.5)]), constant(128.0)])
    x, channels = prelu(norm(conv(x, 3, 16, 3, 1), 16), 16), 16
    for outputs in (24, 32):
        inner = prelu(norm(conv(norm(x, channels), channels, outputs, 3, 1), outputs), outputs)
        inner = norm(conv(inner, outputs, outputs, 3, 2), outputs)
        x = add("Add", [inner, norm(conv(x, channels, outputs, 1, 2), outputs)])
        channels = outputs
    x = add("Flatten", [add("Dropout", [norm(x, channels)])])
    weights = constant(random.normal(0, 0.005, (512, channels * 28 * 28)))
    x = norm(add("Gemm", [x, weights, constant(random.normal(0, 0.1, 512))], transB=1), 512)
    kind = onnx.TensorProto.FLOAT
    graph = onnx.helper.make_graph(nodes, "iresnet",
                                   [onnx.helper.make_tensor_value_info("input.1", kind, ["None", 3, 112, 112])],
                                   [onnx.helper.make_tensor_value_info(x, kind, ["None", 512])], constants)
    return onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 11)])


def attribute(node, name, missing):
    return next((onnx.helper.get_attribute_value(a) for a in node.attribute if a.name == name), missing)


def dequantized(x, scale, zero, axis, block):
    """What DequantizeLinear says, with the scales written out for each value."""
    if scale.size > 1 and not block:
        shape = [1] * x.ndim
        shape[axis] = -1
        scale, zero = scale.reshape(shape), zero.reshape(shape)
    elif block:
        scale, zero = (np.repeat(a, block, axis=axis).take(range(x.shape[axis]), axis=axis) for a in (scale, zero))
    return ((x.astype(np.int32) - zero.astype(np.int32)).astype(np.float32) * scale).astype(np.float32)


def with_floats(path, height, width, batch=1):
    """The model with its DequantizeLinear worked out and an input of this size."""
    model = onnx.load(str(path))
    graph = model.graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    kept = []
    for node in graph.node:
        if node.op_type != "DequantizeLinear":
            kept.append(node)
            continue
        x, scale = (constants[name] for name in node.input[:2])
        zero = constants[node.input[2]] if len(node.input) > 2 else np.zeros_like(scale, x.dtype)
        values = dequantized(x, scale, zero, attribute(node, "axis", 1), attribute(node, "block_size", 0))
        graph.initializer.append(numpy_helper.from_array(values, node.output[0]))
    del graph.node[:]
    graph.node.extend(kept)
    # Tools that write weights in fewer bits leave the names of what they replaced among the inputs.
    names = {name for node in graph.node for name in node.input} - {tensor.name for tensor in graph.initializer}
    inputs = [value for value in graph.input if value.name in names]
    del graph.input[:]
    graph.input.extend(inputs)
    for dim, size in zip(graph.input[0].type.tensor_type.shape.dim, (batch, 3, height, width), strict=True):
        dim.dim_value = size
    for value in [*graph.output, *graph.value_info]:
        value.type.tensor_type.ClearField("shape")
    return onnx.shape_inference.infer_shapes(model).SerializeToString()  # OpenCV 5 asks for all shapes


def pictures(photos, height, width):
    """Noise, and a crop of each photograph from its middle, as planes of blue, green and red."""
    yield "noise", np.random.default_rng(7).uniform(0, 255, (3, height, width)).astype(np.float32)
    for path in photos:
        picture = Image.open(path).convert("RGB")
        side = min(picture.size)
        left, top = (picture.width - side) // 2, (picture.height - side) // 2
        crop = picture.crop((left, top, left + side, top + side)).resize((width, height))
        yield path.name, np.ascontiguousarray(np.asarray(crop, np.float32)[:, :, ::-1].transpose(2, 0, 1))


def sdk_outputs(args, runner, path, picture):
    result = subprocess.run([args.sdk, path, runner, *map(str, picture.shape)], input=picture.tobytes(),
                            capture_output=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"{path}: {result.stderr.decode()}")
    for line in result.stdout.decode().splitlines():
        name, *numbers = line.split(" ")
        yield name, np.array(numbers[3:], np.float32)


def compare(args, runner, path, height, width, photos):
    """How many pictures give other numbers; prints the largest difference."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(with_floats(path, height, width), options,
                                           providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    wrong, largest, smallest_cosine = 0, 0.0, 1.0
    for what, picture in pictures(photos, height, width):
        expected = dict(zip(names, session.run(None, {session.get_inputs()[0].name: picture[None]}), strict=True))
        got = dict(sdk_outputs(args, runner, path, picture))
        if sorted(got) != sorted(expected):
            print(f"{path.name}, {what}: outputs {sorted(got)} and {sorted(expected)}")
            return 1
        for name, values in expected.items():
            a, b = values.ravel().astype(np.float64), got[name].astype(np.float64)
            if a.size != b.size:
                raise SystemExit(f"{path.name}, {name}: {a.size} and {b.size} values")
            difference = float(np.abs(a - b).max())
            cosine = float(a @ b / np.sqrt((a @ a) * (b @ b)))
            largest, smallest_cosine = max(largest, difference), min(smallest_cosine, cosine)
            if not difference <= DIFFERENCE or not cosine >= COSINE:
                print(f"{path.name}, {what}, {name}: differs by {difference:.1e}, cosine {cosine:.7f}")
                wrong += 1
    print(f"{path.name}, {height} × {width}, {runner}: {len(names)} outputs of {1 + len(photos)} pictures, at "
          f"most {largest:.1e} apart, cosine at least {smallest_cosine:.8f}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sdk", required=True, help="the program onnx_numbers")
    parser.add_argument("--runners", nargs="+", default=["reference"])
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("photos", type=pathlib.Path)
    args = parser.parse_args()
    photos = sorted(args.photos.glob("*.jpg"))[:6]
    found = {args.models / name: sizes for name, sizes in MODELS.items() if (args.models / name).is_file()}
    for name in MODELS:
        if args.models / name not in found:
            print(f"{name} is not in {args.models}: left out")
    with tempfile.TemporaryDirectory() as folder:
        made = pathlib.Path(folder) / "iresnet.onnx"
        onnx.save(iresnet(), str(made))
        found[made] = [(112, 112)]
        return sum(compare(args, runner, path, *size, photos) for runner in args.runners
                   for path, sizes in found.items() for size in sizes) != 0


if __name__ == "__main__":
    sys.exit(main())
