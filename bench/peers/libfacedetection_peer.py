"""libfacedetection, by its wheel yuface: libfacedetection_peer.py THREADS PHOTO. From a picture in memory to boxes."""
import importlib.metadata
import os
import sys

import cv2

import worker


def main():
    os.environ["OMP_NUM_THREADS"] = sys.argv[1]  # read when the library is loaded
    import yuface

    picture = cv2.imread(sys.argv[2])
    worker.serve({"version": f"libfacedetection (yuface {importlib.metadata.version('yuface')})"},
                 lambda: {"faces": len(yuface.detect(picture, 0.7)[0])})


if __name__ == "__main__":
    main()
