"""--preset and --false-rate of every command that decides, on real faces."""
import shutil

import pytest

DONE, NEGATIVE, WRONG_USE = 0, 1, 2


@pytest.fixture(scope="module")
def people(visavis, photo, tmp_path_factory):
    gallery = tmp_path_factory.mktemp("rates") / "people.vav"
    for name in ("obama", "biden"):
        visavis("enroll", "-g", gallery, "--name", name, photo(f"{name}.jpg"))
    return gallery


def test_identify_follows_the_rate(visavis, photo, people):
    def face(*how, code=DONE):
        return visavis("identify", "-g", people, *how, photo("obama3.jpg"), json=True, code=code)[0]["faces"][0]

    usual = face()
    door, photos, compat = (face("--preset", preset) for preset in ("door", "photos", "compat"))
    assert door["threshold"] < usual["threshold"] < photos["threshold"] < compat["threshold"] == 0.6
    assert face("--preset", "standard") == usual and usual["comparisons"] == 2
    assert usual["prior"] == pytest.approx(1 / 3) and usual["similarity_is"] in ("measured", "extrapolated")
    assert 0.9 < usual["similarity"] < 1 and usual["candidates"][0]["similarity"] == usual["similarity"]
    assert door["review_threshold"] > door["threshold"] and usual["review_threshold"] == usual["threshold"]
    rare = face("--false-rate", "1e-4")
    assert rare["false_rate"] == pytest.approx(1e-4, rel=0.01) and rare["false_rate_is"] == "measured"
    rarest = face("--false-rate", "1e-12", code=NEGATIVE)
    assert rarest["decision"] == "unknown" and rarest["false_rate_is"] == "extrapolated"


def test_what_was_not_measured_is_told(visavis, photo, people):
    done = visavis("identify", "-g", people, "--false-rate", "1e-9", photo("obama3.jpg"), code=NEGATIVE)
    assert "a careful guess" in done.stderr
    done = visavis("identify", "-g", people, photo("obama3.jpg"))
    assert "guess" not in done.stderr and "(prior 0.333333)" in done.stdout


def test_verify_and_compare_follow_the_rate(visavis, photo, people):
    for command in (("verify", "-g", people, "--person", "obama"), ("compare", photo("obama.jpg"))):
        [usual] = visavis(*command, photo("obama2.jpg"), json=True)
        [strict] = visavis(*command, "--false-rate", "1e-5", photo("obama2.jpg"), json=True)
        assert strict["threshold"] < usual["threshold"]
        assert usual["false_rate"] == pytest.approx(1e-3, rel=0.01)
        [lax] = visavis(*command, "--preset", "compat", photo("obama2.jpg"), json=True)
        assert lax["threshold"] == 0.6


def test_only_a_match_is_a_match(visavis, photo, people, tmp_path):
    """Neither what a person must look at, nor what could be two persons, ends with 0 or is named."""
    door, probe = ("--preset", "door"), photo("obama2.jpg")
    [answer] = visavis("compare", *door, photo("obama.jpg"), probe, json=True)
    assert answer["decision"] == "match" and answer["same"]
    shutil.copy(people, tmp_path / "twins.vav")
    twins = ("-g", tmp_path / "twins.vav", *door, probe)
    visavis("enroll", *twins[:2], "--name", "twin", photo("obama.jpg"))
    [face] = visavis("identify", *twins, json=True, code=NEGATIVE)[0]["faces"]
    assert face["decision"] == "ambiguous" and face["person"] is None
    assert "ambiguous" in visavis("identify", *twins, code=NEGATIVE).stdout
    visavis("person", "edit", *twins[:2], "twin", "--disable")
    assert visavis("identify", *twins, json=True, code=NEGATIVE)[0]["faces"][0]["decision"] != "match"
    [drawn] = visavis("draw", *twins[:2], *door, probe, tmp_path / "out.png", json=True)[0]["faces"]
    assert drawn["person"] is None and drawn["false_rate_is"] == "measured" and drawn["comparisons"] == 3


def test_whom_a_person_must_look_at(visavis, lfw, tmp_path):
    """Two photos of one person who are 0.49 apart: `door` takes them neither for one person nor for two."""
    one, other = (lfw / "images" / f"Ali_Naimi_000{number}.jpg" for number in (4, 5))
    door = ("--preset", "door")
    [answer] = visavis("compare", *door, one, other, json=True, code=NEGATIVE)
    assert answer["decision"] == "review" and not answer["same"]
    assert answer["threshold"] < answer["distance"] < answer["review_threshold"]
    assert "to be reviewed" in visavis("compare", *door, one, other, code=NEGATIVE).stdout
    gallery = ("-g", tmp_path / "one.vav")
    visavis("enroll", *gallery, "--name", "Ali", one)
    visavis("audit", "on", *gallery)
    [face] = visavis("identify", *gallery, *door, other, json=True, code=NEGATIVE)[0]["faces"]
    assert face["decision"] == "review" and face["person"] is None
    verify = ("verify", *gallery, "--person", "Ali", *door, other)
    assert visavis(*verify, json=True, code=NEGATIVE)[0]["decision"] == "review"
    visavis("person", "edit", *gallery, "Ali", "--disable")
    [answer] = visavis(*verify, json=True, code=NEGATIVE)
    assert answer["decision"] == "inactive" and answer["inactive"] and not answer["same"]
    assert "this may be Ali (id 1), who may not be let in" in visavis(*verify, code=NEGATIVE).stdout
    logged = [entry["decision"] for entry in visavis("audit", "list", *gallery, json=True) if "decision" in entry]
    assert logged == ["review", "review", "inactive", "inactive"]
    visavis("audit", "verify", *gallery)
    visavis("gallery", "check", *gallery)


@pytest.mark.parametrize("how", [("--preset", "strict"), ("--false-rate", "0"), ("--false-rate", "0.9"),
                                 ("--false-rate", "often"), ("--preset", "door", "--threshold", "0.5"),
                                 ("--preset", "door", "--false-rate", "0.1"),
                                 ("--false-rate", "0.1", "--threshold", "0.5")])
def test_what_makes_no_sense_is_refused(bare, how):
    for command in (["compare", "a.jpg", "b.jpg"], ["identify", "-g", "x.vav", "a.jpg"],
                    ["verify", "-g", "x.vav", "--person", "1", "a.jpg"]):
        bare(*command, *how, code=WRONG_USE)
