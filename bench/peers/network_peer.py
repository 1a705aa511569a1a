"""A network with dlib's weights on another engine: network_peer.py ort|opencv THREADS MODEL.onnx INPUT.bin [unit]

Making the input tensor is not timed for these engines; it is for dlib and Visavis, who start from pixels.
"""
import sys

import numpy
import onnx

import worker


def on_ort(threads, path, tensor):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return f"ONNX Runtime {onnxruntime.__version__}", lambda: session.run(None, {name: tensor})[0]


def on_opencv(threads, path, tensor):
    import cv2
    cv2.setNumThreads(threads)
    net = cv2.dnn.readNetFromONNX(path)

    def run():
        net.setInput(tensor)
        return net.forward()
    return f"OpenCV {cv2.__version__}", run


def summary(output, unit):
    """What shows that it is the same network: the first embedding, scaled to norm 1 if asked, or the best score."""
    values = numpy.asarray(output)
    if values.shape[1] != 128:
        return {"largest": float(values.max())}
    return (values[0] / (numpy.linalg.norm(values[0]) if unit else 1)).ravel().tolist()


def main():
    engine, threads, path, numbers = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    shape = [d.dim_value for d in onnx.load(path).graph.input[0].type.tensor_type.shape.dim]
    tensor = numpy.fromfile(numbers, dtype="<f4").reshape(shape)
    version, run = {"ort": on_ort, "opencv": on_opencv}[engine](threads, path, tensor)
    worker.serve({"version": version}, lambda: summary(run(), "unit" in sys.argv[5:]))


if __name__ == "__main__":
    main()
