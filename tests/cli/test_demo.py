"""demo: it runs without a photo, and its answers are checked each time."""
FAILED = 3


def test_demo(visavis, tmp_path):
    folder = tmp_path / "shown"
    said = visavis("demo", folder).stdout
    assert "one-turned.png: Number One, distance 0." in said
    assert "other.png: unknown, distance 0." in said
    names = {path.name for path in folder.iterdir()}
    assert names >= {"one.png", "one-turned.png", "other.png", "answers.png", "people.vav"}
    [found] = visavis("identify", "-g", folder / "people.vav", folder / "one.png", json=True)
    assert found["faces"][0]["person"]["name"] == "Number One"


def test_answers_are_far_from_the_threshold(visavis, tmp_path):
    """So that another compiler or CPU gives the same ones."""
    [line] = visavis("--model-set", "dlib-1", "--detector", "yunet", "demo", tmp_path / "shown", json=True)
    assert line["right"] is True
    assert line["distance_same"] < 0.3 and line["distance_other"] > 0.6


def test_a_folder_that_is_there_is_left_alone(visavis, tmp_path):
    (tmp_path / "people.vav").write_text("mine")
    assert "--force" in visavis("demo", tmp_path, code=FAILED).stderr
    assert (tmp_path / "people.vav").read_text() == "mine"
    again = tmp_path / "again"
    visavis("demo", again)
    visavis("demo", again, "--force")


def test_a_place_that_cannot_be_written(visavis, tmp_path):
    (tmp_path / "file").write_text("")
    assert "file" in visavis("demo", tmp_path / "file" / "shown", code=FAILED).stderr
