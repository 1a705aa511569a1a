"""The command where the system gives little: no threads, no memory, no code made in memory, and a nosy environment.

    limits.py COMMAND

Each run has to end by itself, soon, and with an answer or a reason: never by a signal.
"""
import ctypes
import os
import pathlib
import platform
import resource
import subprocess
import sys

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "visavis"
PHOTO = CACHE / "photos" / "obama.jpg"
DONE, FAILED = 0, 3
PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN = 65, 1
MEGABYTE = 1 << 20


def run(command, *arguments, limit=None, **environment):
    done = subprocess.run([command, *map(str, arguments)], capture_output=True, text=True, timeout=120,
                          preexec_fn=limit, env={**os.environ, **environment})
    assert done.returncode >= 0, f"{arguments} ended by signal {-done.returncode}\n{done.stderr}"
    return done


def no_threads():
    """As `ulimit -u 1`, which does not hold for root: then as nobody."""
    resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


def memory(megabytes):
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (megabytes * MEGABYTE, megabytes * MEGABYTE))


def no_made_code():
    """As systemd's MemoryDenyWriteExecute: memory that was written never becomes code."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def main(command):
    try:
        done = run(command, "--version", limit=no_threads)
        assert done.returncode == DONE, done.stderr
        print("no threads: fine")
    except PermissionError:
        print("no threads: nobody may not read the build folder here, not tried")
    if not PHOTO.exists() or run(command, "models", "verify").returncode != DONE:
        print("no models or photos here: the rest is not tried")
        sys.exit(77)

    said = run(command, "embed", PHOTO, DNNL_VERBOSE="2", DNNL_JIT_DUMP="1", ONEDNN_VERBOSE="2")
    assert said.returncode == DONE and "dnnl_verbose" not in said.stdout + said.stderr, said.stdout[:300]
    assert not list(pathlib.Path().glob("dnnl_dump*")), "oneDNN wrote files"
    print("the environment does not make oneDNN talk")

    try:
        done = run(command, "embed", PHOTO, limit=no_made_code)
        assert done.returncode == DONE and done.stdout, done.stderr
        told = run(command, "doctor", limit=no_made_code).stdout
        assert ("in use: onednn" not in told and "code made in memory" in told) or "onednn" not in told, told
        print("no code made in memory: another backend, and doctor says why")
    except (OSError, subprocess.SubprocessError) as error:
        print(f"no code made in memory: not possible on Linux {platform.release()}: {error}")

    has_zoo = run(command, "--model-set", "opencv-zoo", "models", "verify").returncode == DONE
    ends = {}
    # Close together where models and networks get their memory; above that, all is well or nothing is.
    for megabytes in (*range(120, 520, 40), 640, 800, 960):
        for detector in ("hog", "cnn", *(("yunet",) if has_zoo and (megabytes % 80 == 0 or megabytes > 520) else ())):
            of_set = ("--model-set", "opencv-zoo") if detector == "yunet" else ("--detector", detector)
            done = run(command, "embed", "--threads", 1, *of_set, PHOTO, limit=memory(megabytes))
            # 127: the loader itself found no room for the libraries.
            what = f"{megabytes} MB, {detector}: {done.returncode} {done.stderr}"
            assert done.returncode in (DONE, FAILED, 127), what
            if done.returncode == FAILED:
                assert "memory" in done.stderr.lower() or "alloc" in done.stderr.lower(), what
            ends[megabytes, detector] = done.returncode
    assert ends[960, "hog"] == DONE and ends.get((960, "yunet"), DONE) == DONE, ends
    print("little memory:", ends)


if __name__ == "__main__":
    main(sys.argv[1])
