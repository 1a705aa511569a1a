"""One side of a comparison as a process, for sides in Python; worker.h is its counterpart and says how a turn goes."""
import json
import sys
import time


def peak_memory():
    """The most memory this process ever had resident, in kB."""
    with open("/proc/self/status", encoding="ascii") as status:
        return int(next(line for line in status if line.startswith("VmHWM:")).split()[1])


def serve(facts, once):
    start = time.perf_counter()
    result = once()
    first = time.perf_counter() - start
    print(json.dumps({**facts, "result": result, "peak_kb": peak_memory()}), flush=True)
    for line in sys.stdin:
        budget, seconds = float(line), []
        if first < 0.3:
            once()
        while not seconds or sum(seconds) < budget:
            start = time.perf_counter()
            once()
            seconds.append(time.perf_counter() - start)
        print(json.dumps({"seconds": seconds, "peak_kb": peak_memory()}), flush=True)
