"""bench: the table and the JSON it prints, what it says without photos or faces, and that Ctrl-C ends it."""
import json
import signal

import pytest
from conftest import wait_until_it_has_computed

WRONG_USE, FAILED, INTERRUPTED = 2, 3, 130
# No time is tested: only that each row was measured and says what it says consistently.
QUICK = ("bench", "--seconds", "0", "--threads", "1")
ROWS = {"decode": False, "detect, hog": False, "detect, cnn, 0.31 Mpx": True, "landmarks and chip": False,
        "embed 1 face": True, "embed 16 at once": True, "file to embeddings": True}


@pytest.fixture(scope="module")
def measured(visavis, photo):
    [found] = visavis(*QUICK, photo("obama.jpg"), json=True)
    return found


def test_json_has_the_promised_keys(measured):
    assert list(measured) == ["version", "backend", "threads", "photos", "megapixels", "faces", "rows"]
    assert (measured["threads"], measured["photos"], measured["faces"]) == (1, 1, 1)
    assert measured["megapixels"] == pytest.approx(910 * 1137 / 1e6)
    assert [row["what"] for row in measured["rows"]] == list(ROWS)


def test_a_row_gives_rate_and_ratio_of_its_own_times(measured):
    compared = not measured["backend"].startswith("dlib")
    for row in measured["rows"]:
        assert list(row) == ["what", "ms", "per_second", "unit", "dlib_ms", "times_dlib"]
        assert row["ms"] > 0 and row["per_second"] > 0
        if compared and ROWS[row["what"]]:
            assert row["times_dlib"] == pytest.approx(row["dlib_ms"] / row["ms"])
        else:
            assert row["dlib_ms"] is None and row["times_dlib"] is None
    by_name = {row["what"]: row for row in measured["rows"]}
    assert by_name["embed 16 at once"]["per_second"] == pytest.approx(16e3 / by_name["embed 16 at once"]["ms"])


def test_without_a_face_rows_are_left_out_and_dlib_is_not_compared_with_itself(visavis, photo):
    # Nobody is this small: no box is left.
    done = visavis("--json", *QUICK, "--backend", "dlib", "--max-face", "1", photo("obama.jpg"))
    found = json.loads(done.stdout)
    assert "no face was found" in done.stderr
    assert [row["what"] for row in found["rows"]] == list(ROWS)[:3]
    assert found["backend"].startswith("dlib")
    assert all(row["times_dlib"] is None for row in found["rows"])


def test_without_sample_photos_it_says_what_fetches_them(bare, tmp_path):
    done = bare("bench", "--models", tmp_path / "models", code=FAILED)
    assert f"visavis models fetch --models {tmp_path}/models --photos" in done.stderr
    assert done.stdout == ""


def test_wrong_use_is_refused(bare):
    bare("bench", "--seconds", "-1", code=WRONG_USE)


def test_ctrl_c_ends_it(visavis, photo):
    process = visavis.start("bench", "--seconds", "600", photo("obama.jpg"))
    wait_until_it_has_computed(process, 1)  # it is measuring now
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED
    assert out == "" and "interrupted" in err
