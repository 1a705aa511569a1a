"""gallery import of encodings from elsewhere: read exactly as they are meant, or refused with the place; all or
nothing."""
import json
import pickle

import pytest

DONE, NEGATIVE, WRONG_USE, FAILED = 0, 1, 2, 3


@pytest.fixture
def gallery(tmp_path):
    return tmp_path / "people.vav"


@pytest.fixture(scope="module")
def faces(visavis, photo):
    """The encoding of each sample photo."""
    names = ["obama", "obama2", "biden"]
    lines = visavis("embed", *[photo(name + ".jpg") for name in names], json=True)
    return {name: line["faces"][0]["embedding"] for name, line in zip(names, lines)}


def row(name, numbers, separator=",", quote=False):
    return separator.join([name, *(f'"{n!r}"' if quote else repr(n) for n in numbers)])


def names(visavis, gallery):
    return [line["name"] for line in visavis("person", "list", "-g", gallery, json=True)]


@pytest.mark.parametrize("write", [
    lambda a, b: "\n".join([row('"Obama, Barack"', a), row('"Joe ""Joe"" Biden"', b)]),
    lambda a, b: "\r\n".join([row('"Obama, Barack"', a), row('"Joe ""Joe"" Biden"', b), ""]),
    lambda a, b: "\ufeff" + "\n".join([row('"Obama, Barack"', a), row('"Joe ""Joe"" Biden"', b)]),
    lambda a, b: "\ufeff" + row("name", [f"e{i}" for i in range(128)]).replace("'", "") + "\n" +
        "\n".join([row('"Obama, Barack"', a), row('"Joe ""Joe"" Biden"', b)]),
    lambda a, b: "who,encoding\n\n" + "\n".join([row('"Obama, Barack"', a, quote=True), row('"Joe ""Joe"" Biden"', b)]),
    lambda a, b: "\n".join([row("Obama, Barack", a, ";"), row('"Joe ""Joe"" Biden"', b, ";")]),
    lambda a, b: "\n".join([row("Obama, Barack", a, "\t"), row('"Joe ""Joe"" Biden"', b, "\t")]),
], ids=["plain", "crlf", "mark", "mark-and-heading", "heading", "semicolons", "tabs"])
def test_csv_as_programs_write_it(visavis, gallery, faces, photo, tmp_path, write):
    table = tmp_path / "t.csv"
    table.write_bytes(write(faces["obama"], faces["biden"]).encode())
    [told] = visavis("gallery", "import", "-g", gallery, table, json=True)
    assert (told["persons_added"], told["templates"]) == (2, 2)
    assert sorted(names(visavis, gallery)) == ['Joe "Joe" Biden', "Obama, Barack"]
    [line] = visavis("identify", "-g", gallery, photo("obama2.jpg"), json=True)
    assert line["faces"][0]["person"]["name"] == "Obama, Barack"


@pytest.mark.parametrize("write, words", [
    (lambda a, b: row("A", a[:127]) + "\n" + row("B", b), ["line 1", "127"]),
    (lambda a, b: row("A", a) + "\n" + row("B", b[:100]), ["line 2", "100"]),
    (lambda a, b: row("A", a) + "\n" + row("B", b + [0.5]), ["line 2", "129"]),
    (lambda a, b: row("A", a[:5] + ["x"] + a[6:]).replace("'", "") + "\n" + row("B", b),
     ["line 1", "'x' in cell 7", "127"]),
    (lambda a, b: row("A", a, ";").replace(".", ",") + "\n" + row("B", b, ";"), ["line 1", "no number"]),
    (lambda a, b: row("", a) + "\n" + row("B", b), ["line 1", "the name is empty"]),
    (lambda a, b: row("A", a) + "\n" + row(" ", b), ["line 2", "blank"]),
    (lambda a, b: row('"A', a) + "\n" + row("B", b), ["line 1", "never closed"]),
    (lambda a, b: row("A", a) + "\n" + row("B", b[:9] + [1e300] + b[10:]), ["line 2", "too large"]),
    (lambda a, b: row("A", a) + "\n" + row("B", [0.0] * 128), ["line 2", "zeros"]),
    (lambda a, b: row("A", a) + "\n" + row("B", [2 * x for x in b[:64]] + [9.0] * 64),
     ["line 2", "norm", "1.2 to 1.6"]),
    (lambda a, b: row("A", a) + "\n" + row("B", [1.0] + [0.0] * 127), ["line 2", "norm 1;", "opencv-zoo"]),
    (lambda a, b: row("name", range(128)) + "\n" + row("A", a), ["line 1", "heading", "header=False"]),
    (lambda a, b: row("name", ["x"]), ["no encoding"]),
    (lambda a, b: row("name", [f"e{i}" for i in range(128)]).replace("'", ""), ["no encoding"]),
    (lambda a, b: "", ["is empty"]),
    (lambda a, b: "\ufeff\n", ["is empty"]),
    (lambda a, b: "just a text,\nof some lines\n", ["none of"]),
    (lambda a, b: json.dumps({"names": ["A"], "encodings": [a]})[:-1] + ', "names": ["B"]}', ["'names' twice"]),
    (lambda a, b: json.dumps({"names": ["A", "B"], "encodings": [a, b[:9] + [1e300] + b[10:]]}),
     ["encoding 1", "too large"]),
])
def test_what_is_not_quite_right_is_refused_with_its_place(visavis, gallery, faces, tmp_path, write, words):
    table = tmp_path / "t.csv"
    table.write_bytes(write(faces["obama"], faces["biden"]).encode())
    done = visavis("gallery", "import", "-g", gallery, table, code=FAILED)
    for word in [str(table), *words]:
        assert word in done.stderr, done.stderr
    assert not gallery.exists() and len(done.stderr) < 500


def test_texts_that_are_not_utf8(visavis, gallery, faces, tmp_path):
    table = tmp_path / "t.csv"
    for bytes, words in ((row("Zoë", faces["obama"]).encode("latin-1"), ["line 1", "UTF-8"]),
                         (row("Zoë", faces["obama"]).encode("utf-16"), ["UTF-16"])):
        table.write_bytes(bytes)
        done = visavis("gallery", "import", "-g", gallery, table, code=FAILED)
        for word in [str(table), *words]:
            assert word in done.stderr


@pytest.mark.parametrize("protocol", range(6))
def test_pickles_are_refused_by_name(visavis, gallery, tmp_path, protocol):
    names, encodings = ["A", "B"], [[0.5] * 128] * 2
    for what in ({"names": names, "encodings": encodings}, (names, encodings), [names, encodings], encodings):
        (tmp_path / "faces.dat").write_bytes(pickle.dumps(what, protocol))
        done = visavis("gallery", "import", "-g", gallery, tmp_path / "faces.dat", code=FAILED)
        assert "is a Python pickle" in done.stderr and "np.savez" in done.stderr


def test_arrays_in_fortran_order(visavis, gallery, faces, photo, tmp_path):
    """As numpy saves X.T."""
    numpy = pytest.importorskip("numpy")
    encodings = numpy.array([faces["obama"], faces["biden"]])
    for each in (numpy.asfortranarray(encodings), numpy.asfortranarray(encodings.reshape(2, 1, 128)),
                 numpy.ascontiguousarray(encodings.T).T):
        numpy.savez(tmp_path / "f.npz", names=numpy.array(["Obama", "Biden"]), encodings=each)
        visavis("gallery", "import", "-g", gallery, tmp_path / "f.npz")
    [line] = visavis("identify", "-g", gallery, photo("biden.jpg"), json=True)
    assert line["faces"][0]["person"]["name"] == "Biden" and line["faces"][0]["distance"] < 1e-3
    assert visavis("gallery", "info", "-g", gallery, json=True)[0]["templates"] == 2


def test_an_archive_with_two_members_of_one_name_is_refused(visavis, gallery, faces, tmp_path):
    """Readers take now the first and now the last: who is imported would be chance."""
    numpy = pytest.importorskip("numpy")
    import io
    import warnings
    import zipfile

    def npy(array):
        out = io.BytesIO()
        numpy.save(out, numpy.array(array))
        return out.getvalue()

    members = {"names.npy": npy(["Obama"]), "encodings.npy": npy([faces["obama"]]), "more.npy": npy([1])}
    for twice, other in (("names.npy", npy(["Biden"])), ("encodings.npy", npy([faces["biden"]])), ("more.npy", b"")):
        with warnings.catch_warnings(), zipfile.ZipFile(tmp_path / "f.npz", "w") as file:
            warnings.simplefilter("ignore")
            for name, data in [*members.items(), (twice, other)]:
                file.writestr(name, data)
        done = visavis("gallery", "import", "-g", gallery, tmp_path / "f.npz", code=FAILED)
        assert f"two members of the name '{twice}'" in done.stderr and not gallery.exists()


def test_names_that_look_alike_are_told_as_enroll_tells_them(visavis, gallery, faces, photo, tmp_path):
    file = tmp_path / "faces.csv"
    visavis("enroll", "-g", gallery, "--name", "Obama", photo("obama.jpg"))
    as_csv(file, [("Obama ", faces["obama2"]), ('" Joe"', faces["biden"]), ("JOE", faces["biden"])])
    told = visavis("gallery", "import", "-g", gallery, file)
    assert told.stderr.count("looks like that of") == 2 and "looks like that of Obama (id 1)" in told.stderr
    as_csv(file, [("obama", faces["obama2"])])
    [line] = visavis("gallery", "import", "-g", gallery, file, json=True)
    assert [(each["name"], each["like"]["name"]) for each in line["names_look_alike"]] == \
        [("obama", "Obama"), ("obama", "Obama ")]
    [line] = visavis("gallery", "import", "-g", gallery, file, json=True)
    assert line["names_look_alike"] == [], "nobody is new"


def as_npz(path, pairs):
    numpy = pytest.importorskip("numpy")
    numpy.savez(path, names=numpy.array([name for name, _ in pairs]),
                encodings=numpy.array([face for _, face in pairs]))


def as_json(path, pairs):
    path.write_text(json.dumps({"names": [name for name, _ in pairs], "encodings": [face for _, face in pairs]}))


def as_csv(path, pairs):
    path.write_text("\n".join(row(name, face) for name, face in pairs))


@pytest.mark.parametrize("save", [as_npz, as_json, as_csv])
def test_somebody_elses_face_under_a_name_is_refused(visavis, gallery, faces, photo, tmp_path, save):
    """As enroll refuses it; and then nothing of the file is imported."""
    file = tmp_path / "faces.npz"
    visavis("enroll", "-g", gallery, "--name", "Obama", photo("obama.jpg"))
    save(file, [("Biden", faces["biden"]), ("Obama", faces["biden"])])
    done = visavis("gallery", "import", "-g", gallery, file, code=FAILED)
    for word in (str(file), "line 2" if save is as_csv else "encoding 1", "another face than Obama's (id 1)", "0.8",
                 "Nothing was imported", "--force-different"):
        assert word in done.stderr
    assert names(visavis, gallery) == ["Obama"]

    save(file, [("Ada", faces["obama"]), ("Ada", faces["biden"]), ("Ada", faces["obama2"])])  # two who disagree
    done = visavis("gallery", "import", "-g", gallery, file, code=FAILED)
    for word in ("line 2" if save is as_csv else "encoding 1", "most of the encodings given for Ada", "0.8"):
        assert word in done.stderr
    assert "inf" not in done.stderr and names(visavis, gallery) == ["Obama"]
    visavis("gallery", "import", "-g", tmp_path / "new.vav", file, code=FAILED)
    assert not (tmp_path / "new.vav").exists()

    visavis("gallery", "import", "--force-different", "-g", gallery, file)
    assert visavis("person", "show", "-g", gallery, "Ada", json=True)[0]["templates"][2]["id"] == 4


def test_a_name_of_several_persons_is_refused_with_what_import_can_do(visavis, gallery, faces, photo, tmp_path):
    visavis("enroll", "-g", gallery, "--name", "Obama", photo("obama.jpg"))
    visavis("enroll", "-g", gallery, "--name", "Biden", photo("biden.jpg"))
    visavis("person", "rename", "-g", gallery, "Biden", "Obama")
    as_json(tmp_path / "f.json", [("Obama", faces["obama2"])])
    done = visavis("gallery", "import", "-g", gallery, tmp_path / "f.json", code=FAILED)
    assert "2 persons are named 'Obama'" in done.stderr and "person rename" in done.stderr
    assert "--person" not in done.stderr


def test_an_export_imported_again_is_told(visavis, gallery, photo, tmp_path):
    """Who has no external id is added anew: nothing tells that it is the same person."""
    visavis("enroll", "-g", gallery, "--name", "Obama", photo("obama.jpg"))
    visavis("enroll", "-g", gallery, "--name", "Biden", "--external-id", "46", photo("biden.jpg"))
    visavis("gallery", "export", "-g", gallery, tmp_path / "x")
    done = visavis("gallery", "import", "-g", tmp_path / "other.vav", tmp_path / "x")
    assert done.stderr == ""
    done = visavis("gallery", "import", "--skip-known", "-g", gallery, tmp_path / "x")
    assert "1 of the new persons" in done.stderr and "external id" in done.stderr and "duplicates" in done.stderr
    [told] = visavis("gallery", "import", "--skip-known", "-g", gallery, tmp_path / "x", json=True)
    assert (told["persons_added"], told["same_name"]) == (1, 1)
