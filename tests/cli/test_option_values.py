"""Which word is the value of which option: an empty variable of a script, or a forgotten value, takes no other word."""
import pytest

DONE, NEGATIVE, WRONG_USE, FAILED = 0, 1, 2, 3


@pytest.fixture
def gallery(visavis, gallery_of, tmp_path):
    path = gallery_of(tmp_path / "g.vav", Ada="obama.jpg")
    visavis("person", "edit", "-g", path, "1", "--consent", "contract 7", "--external-id", "K1")
    return path


def ada(visavis, gallery):
    [line] = visavis("person", "show", "-g", gallery, "1", json=True)
    return line


@pytest.mark.parametrize("empty", [["--consent="], ["--consent", ""]])
def test_an_empty_value_is_the_empty_text(visavis, gallery, empty):
    visavis("person", "edit", "-g", gallery, "1", *empty, "--disable")
    person = ada(visavis, gallery)
    assert person["consent_ref"] is None and person["external_id"] == "K1" and not person["enabled"]
    visavis("person", "edit", "-g", gallery, "1", "--external-id=", "--enable")
    assert ada(visavis, gallery)["external_id"] is None and ada(visavis, gallery)["enabled"]


@pytest.mark.parametrize("command, option", [
    (["person", "edit", "1", "--join=", "--disable"], "--join"),
    (["person", "edit", "1", "--name=", "--disable"], "--name"),
    (["person", "edit", "1", "--expires=", "--disable"], "--expires"),
    (["person", "list", "--name="], "--name"),
    (["identify", "--group=", "a.jpg", "b.jpg"], "--group"),
    (["identify", "-k", "", "a.jpg"], "--candidates"),
    (["enroll", "--name=", "a.jpg", "b.jpg"], "--name"),
    (["enroll", "--person", "", "a.jpg"], "--person"),
    (["gallery", "rekey", "--reencrypt", "--new="], "--new"),
    (["gallery", "import", "x.csv", "--unlock", ""], "--unlock"),
    (["audit", "verify", "--head", ""], "--head"),
    (["audit", "verify", "--head="], "--head"),
    (["audit", "on", "--timezone", ""], "--timezone"),
    (["detect", "--models=", "a.jpg"], "--models"),
])
def test_elsewhere_an_empty_value_is_wrong_use(visavis, gallery, command, option):
    more = [] if command[0] == "detect" else ["-g", gallery]
    assert f"{option} is blank" in visavis(*command, *more, code=WRONG_USE).stderr
    assert ada(visavis, gallery)["enabled"]


@pytest.mark.parametrize("command, option, advice", [
    (["person", "edit", "-g", "g.vav", "1", "--join", "--disable"], "--join", "--join=--disable"),
    (["person", "edit", "-g", "g.vav", "1", "--consent", "--valid-until=2026-12-31"], "--consent", "--consent="),
    (["person", "edit", "-g", "g.vav", "1", "--consent", "--disabel"], "--consent", "--consent=--disabel"),
    (["enroll", "-g", "--name", "X", "a.jpg"], "-g", "--gallery=--name"),
    (["enroll", "--name", "-g", "g.vav", "a.jpg"], "--name", "--name=-g"),
    (["enroll", "--name", "-qgg.vav", "a.jpg"], "--name", "--name=-qgg.vav"),
    (["enroll", "-g", "g.vav", "--name", "--", "a.jpg"], "--name", "--name=--"),
    (["enroll", "-g", "g.vav", "--name", "--help"], "--name", "--name=--help"),
    (["enroll", "a.jpg", "-g"], "-g", ""),
    (["enroll", "-g=new.vav", "a.jpg"], "-g", "--gallery=new.vav"),
])
def test_an_option_is_no_value(bare, tmp_path, command, option, advice):
    message = bare(*command, code=WRONG_USE, cwd=tmp_path).stderr
    assert message.startswith(f"visavis: {option} ") and advice in message and "value" in message
    assert list(tmp_path.iterdir()) == []


def test_what_begins_with_dashes_can_be_meant(visavis, gallery):
    visavis("person", "edit", f"-g{gallery}", "1", "--consent=--disable", "--join=--staff", "--metadata={\"a\": 1}")
    person = ada(visavis, gallery)
    assert person["consent_ref"] == "--disable" and person["groups"] == ["--staff"] and person["metadata"] == {"a": 1}
    assert visavis("person", "list", f"-qg{gallery}").stdout
    visavis("person", "rename", "-g", gallery, "--", "1", "--help")
    assert ada(visavis, gallery)["name"] == "--help"


def test_a_list_in_brackets_is_one_path(bare, tmp_path):
    (tmp_path / "[a]").mkdir()
    done = bare("detect", "--no-landmarks", "[a]", cwd=tmp_path, code=FAILED)
    assert "[a]" in done.stderr


@pytest.mark.parametrize("arguments, words", [
    (["-x"], "'-x' is not expected here"),
    (["detect", "-x"], "'-x' is not expected here"),
    (["detect", "-x", "a.jpg"], "'-x' is not expected here"),
    (["detect", "--jsn"], "did you mean --json?"),
    (["--clip", "detect", "a.jpg"], "'--clip' is not expected here"),
    (["--", "detect", "a.jpg"], "needs a command before --: demo, detect,"),
    (["person", "--", "list"], "'visavis person' needs a command before --: list,"),
    (["idnetify", "--threshold", "0.5"], "did you mean 'identify'?"),
    (["compare", "a", "b", "c"], "'c' is not expected here"),
    (["detect", "--gray=", "a.jpg"], "--gray is a switch and takes no value"),
    (["detect", "--gray=true", "a.jpg"], "--gray is a switch and takes no value"),
])
def test_what_has_no_place_is_named(bare, arguments, words):
    assert words in bare(*arguments, code=WRONG_USE).stderr
