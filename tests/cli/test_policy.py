"""`enroll --policy`: pictures that are not good enough are refused, with what is wrong and what would help."""
import pytest

NEGATIVE, WRONG_USE, FAILED = 1, 2, 3


def test_a_good_picture_is_enrolled_by_every_policy(visavis, photo, tmp_path):
    for policy in ("lenient", "normal", "strict"):
        gallery = tmp_path / f"{policy}.vav"
        visavis("enroll", "-g", gallery, "--policy", policy, "--name", "Obama", photo("obama.jpg"))
        assert gallery.exists()


def test_a_bad_picture_is_refused_with_what_helps(visavis, photo, tmp_path):
    gallery = tmp_path / "g.vav"
    demanding = ("--policy", "normal", "--limit", "inter_eye_distance=115..", "--name", "Ada")
    lines = visavis("enroll", "-g", gallery, *demanding, photo("obama.jpg"), json=True, code=FAILED)
    assert lines[0]["status"] == "refused" and lines[0]["reason"] == "quality"
    assert "px apart, needs 115: step nearer to the camera" in lines[0]["message"]
    assert not gallery.exists()
    refused = visavis("enroll", "-g", gallery, *demanding, photo("biden.jpg"), photo("obama.jpg")).stdout
    assert "1 template of 1 person" in refused and "obama.jpg: eyes 106 px apart, needs 115" in refused
    refused = visavis("enroll", "-g", tmp_path / "other.vav", "--policy", "lenient", "--limit",
                      "inter_eye_distance=..50", "--limit", "head_size=0.4..0.5", "--name", "Ada", photo("biden.jpg"),
                      code=FAILED).stdout
    assert "at most 50" in refused and "needs 40" in refused and "; " in refused


@pytest.mark.parametrize("options, said", [
    (["--policy", "mild"], "strict, normal and lenient"),
    (["--limit", "sharpness=1.."], "--policy"),
    (["--policy", "normal", "--limit", "beauty=1.."], "sharpness"),
    (["--policy", "normal", "--limit", "sharpness"], "LEAST..MOST"),
    (["--policy", "normal", "--limit", "sharpness=1"], "LEAST..MOST"),
    (["--policy", "normal", "--limit", "sharpness=a..b"], "LEAST..MOST"),
    (["--policy", "normal", "--limit", "sharpness=nan.."], "LEAST..MOST"),
    (["--policy", "normal", "--limit", "sharpness=inf.."], "left out is none"),
    (["--policy", "normal", "--limit", "sharpness=2..1"], "above"),
])
def test_what_makes_no_sense(visavis, photo, tmp_path, options, said):
    assert said in visavis("enroll", "-g", tmp_path / "g.vav", *options, photo("obama.jpg"), code=WRONG_USE).stderr
    assert not (tmp_path / "g.vav").exists()


def test_a_limit_in_percent_is_refused(visavis, photo, tmp_path):
    """Messages tell shares in percent; as a limit, 20 of at most 1 would refuse nothing."""
    done = visavis("enroll", "-g", tmp_path / "g.vav", "--policy", "normal", "--limit", "over_exposure_prevention=..20",
                   photo("obama.jpg"), code=WRONG_USE)
    assert "native values of over_exposure_prevention are 0 to 1" in done.stderr and "policy.limits" not in done.stderr
    assert not (tmp_path / "g.vav").exists()


def test_who_is_searched_for(visavis, photo, tmp_path):
    gallery = tmp_path / "g.vav"
    visavis("enroll", "-g", gallery, "--name", "Obama", photo("obama.jpg"))
    demanding = ("--policy", "lenient", "--limit", "inter_eye_distance=300..")
    assert "Obama" in visavis("identify", "-g", gallery, "--policy", "lenient", photo("obama2.jpg")).stdout
    [line] = visavis("identify", "-g", gallery, *demanding, photo("obama2.jpg"), json=True, code=NEGATIVE)
    [face] = line["faces"]
    assert face["decision"] == "not_evaluated" and face["reason"] == "quality" and "needs 300" in face["advice"]
    assert "needs 300" in visavis("identify", "-g", gallery, *demanding, photo("obama2.jpg"), code=NEGATIVE).stdout
    visavis("verify", "-g", gallery, "--person", "Obama", "--policy", "lenient", photo("obama2.jpg"))
    refused = visavis("verify", "-g", gallery, "--person", "Obama", *demanding, photo("obama2.jpg"), code=FAILED)
    assert "needs 300: step nearer" in refused.stderr
