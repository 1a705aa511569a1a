"""`portrait`: the geometry of passports, or why the picture does not do; nothing is overwritten by mistake."""
import os

WRONG_USE, FAILED = 2, 3


def test_a_portrait_or_why_not(visavis, photo, tmp_path):
    out = tmp_path / "portrait.png"
    # There is too little above this head, and it is turned.
    refused = visavis("portrait", photo("obama.jpg"), out, code=FAILED).stderr
    assert "the room above the eyes is" in refused and "leave more room above the head" in refused
    assert not out.exists()
    [line] = visavis("portrait", photo("biden.jpg"), out, "--width", "300", json=True)
    assert line["portrait"] == {"width": 300, "height": 400} and line["output"] == str(out)
    assert line["faces"][0]["quality"]["margin_above"]["raw"] > 1.45
    [again] = visavis("detect", "--min-face", "40", out, json=True)
    assert (again["width"], again["height"]) == (300, 400)
    [face] = again["faces"]
    (outer, inner) = face["landmarks"][0], face["landmarks"][1]
    assert abs((outer[0] + inner[0]) / 2 - 187.5) < 5 and abs((outer[1] + inner[1]) / 2 - 180) < 5
    assert "exists" in visavis("portrait", photo("biden.jpg"), out, code=FAILED).stderr
    visavis("portrait", photo("biden.jpg"), out, "--force")
    strict = visavis("portrait", photo("biden.jpg"), tmp_path / "strict.jpg", "--policy", "strict", code=FAILED).stderr
    assert "strict" not in strict and "at most" in strict
    # The policy is normal, whether that is said or not.
    visavis("portrait", photo("obama.jpg"), tmp_path / "anyway.jpg", "--limit", "margin_above=1..")


def test_what_it_refuses(visavis, photo, tmp_path):
    visavis("portrait", photo("biden.jpg"), tmp_path / "p.gif", code=WRONG_USE)
    visavis("portrait", photo("biden.jpg"), tmp_path / "p.png", "--width", "5", code=WRONG_USE)
    copy = tmp_path / "biden.jpg"
    copy.write_bytes(photo("biden.jpg").read_bytes())
    visavis("portrait", copy, copy, "--force", code=WRONG_USE)
    os.mkfifo(tmp_path / "pipe.jpg")
    for command in ("portrait", "draw"):
        said = visavis(command, copy, tmp_path / "pipe.jpg", "--force", code=WRONG_USE).stderr
        assert "no ordinary file" in said and (tmp_path / "pipe.jpg").is_fifo()
    assert "no face" in visavis("portrait", "--roi", "0,0,90,90", copy, tmp_path / "p.png", code=FAILED).stderr


def test_of_several_faces_nobody_can_tell_which(visavis, shared, tmp_path):
    group = shared("photos") / "2008_002506.jpg"
    assert "--largest" in visavis("portrait", group, tmp_path / "p.png", code=FAILED).stderr
