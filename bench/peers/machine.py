"""Describes the machine, the libraries and the state of the sources, without naming the machine."""
import json
import os
import pathlib
import platform
import re
import subprocess

TELLING = re.compile(r"^(sse4_2|avx\w*|fma|f16c|amx_\w*|asimd\w*|sve\w*|hypervisor)$")

MEASURED = ("sdk/src", "sdk/capi", "bench", ":(exclude)bench/results")
DEBIAN = ("libdlib-dev", "libopenblas0-pthread", "libdnnl2", "libdnnl3", "libopencv-core406", "libjpeg62-turbo")
LIBRARY_SETTING = re.compile(r"^(OPENBLAS|OMP|GOMP|DNNL|ONEDNN)_[A-Z0-9_]+$")


def output_of(*command, default=""):
    """What a program prints, also when it failed over a part: dpkg-query does, when one package is not there."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return default


def field(path, pattern):
    match = re.search(pattern, pathlib.Path(path).read_text("utf-8", "replace"), re.M) if os.path.exists(path) else None
    return match.group(1).strip() if match else ""


def debian_versions(*packages):
    text = output_of("dpkg-query", "-W", "-f=${Package} ${Version}\n", *packages)
    return dict(line.split(" ", 1) for line in text.splitlines() if " " in line)


def cpu():
    flags = field("/proc/cpuinfo", r"^flags\s*:(.*)$") or field("/proc/cpuinfo", r"^Features\s*:(.*)$")
    kept = [flag for flag in flags.split() if TELLING.match(flag)]
    return {"model": field("/proc/cpuinfo", r"^model name\s*:(.*)$") or platform.processor() or platform.machine(),
            "family": field("/proc/cpuinfo", r"^cpu family\s*:(.*)$"),
            "number": field("/proc/cpuinfo", r"^model\s*:(.*)$"),
            "cores": len(os.sched_getaffinity(0)),
            "flags": [flag for flag in kept if flag != "hypervisor"],
            "virtual_machine": "hypervisor" in kept,
            "caches": {line.split(":")[0].strip(): line.split(":")[1].strip()
                       for line in output_of("lscpu").splitlines() if " cache:" in line}}


def describe(root, visavis, python):
    doctor = json.loads(output_of(str(visavis), "doctor", "--json", default="{}") or "{}")
    packages = output_of(str(python), "-m", "pip", "list", "--format=freeze").splitlines()
    wanted = ("onnx==", "onnxruntime==", "numpy==", "opencv", "dlib", "face")
    return {
        "cpu": cpu(),
        "memory_gb": round(int(field("/proc/meminfo", r"^MemTotal:\s*(\d+)") or 0) / 2**20, 1),
        "system": field("/etc/os-release", r'^PRETTY_NAME="?([^"\n]*)'),
        "kernel": platform.release().split("-")[0],
        "compiler": output_of("c++", "--version").splitlines()[0],
        "libraries": doctor.get("library", {}).get("dependencies", {}),
        "backend": doctor.get("backend", ""),
        "debian": debian_versions(*DEBIAN),
        "python": [f"Python {platform.python_version()}"] + [p for p in packages if p.startswith(wanted)],
        # What the environment told the libraries about kernels holds for plain dlib and for us.
        "environment": {k: v for k, v in sorted(os.environ.items()) if LIBRARY_SETTING.match(k)},
        # The newest commit that changed anything measured, so that one of the documents makes no result look old.
        "commit": output_of("git", "-C", str(root), "log", "-1", "--abbrev=10", "--format=%h", "--", *MEASURED),
        "sources_changed": bool(output_of("git", "-C", str(root), "status", "--porcelain", "--untracked-files=no", "--",
                                          *MEASURED)),
    }
