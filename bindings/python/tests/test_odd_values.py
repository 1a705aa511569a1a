"""Odd values for every argument of every public function: what is wrong with one is a VisavisError that names it."""
import inspect
import itertools
from datetime import date, datetime, timezone

import numpy as np
import pytest

import visavis
from visavis import Engine, Gallery, Image, Models, VisavisError

POINT = np.array([1] + [0] * 126 + [1], dtype=np.float32)
GREY = np.full((60, 60, 3), 128, np.uint8)


def deep(levels):
    value = {}
    for _ in range(levels):
        value = {"a": value}
    return value


class Rude:
    """Whatever it is asked, it fails."""

    def __repr__(self):
        raise RuntimeError("no")

    def __array__(self, *_args, **_more):
        raise RuntimeError("no")


ODD = [None, True, 3, 0, -1, 2**40, 2**70, 10**400, 10**5000, -10**5000, 1.5, float("nan"), float("inf"), 1j, "", "x",
       "\ud800", "a\udc80", "a\0b", "9" * 5000, "id:" + "9" * 5000, "id:\ud800", "ext:\ud800", b"", b"x", [], [[]], [3],
       ["\ud800"], {}, {"a": "\ud800"}, {"a": 10**5000}, {1: object()}, deep(100_000), (), (3, 4), set(),
       iter([object()]), object(), Rude(),
       lambda: 1, int, np.array([]), np.array(3), np.zeros(128, "M8[s]"),
       np.zeros((60, 60), bool), np.zeros((2, 2, 2, 2)), date(1, 1, 1), date.max,
       datetime(1, 1, 1), datetime(1, 1, 1, tzinfo=timezone.utc),
       Image, VisavisError("", "")]

# Of each function or class: how it is called, given all of its arguments by name. What is called is made new each time.
CALLS = {
    "Gallery": (lambda g, e, d: lambda **a: Gallery(**{"path": d / "g.vav", "engine": e, **a}).close(), {}),
    "Gallery.models": (lambda g, e, d: lambda models: Gallery(d / "g.vav", models=models).close(), {}),
    "Engine": (lambda g, e, d: lambda **a: Engine(**{"models": e.models, **a}), {}),
    "Models": (lambda g, e, d: Models, {}),
    "Gallery.model_set": (lambda g, e, d: Gallery.model_set, {"path": "gone.vav"}),
    "Image.open": (lambda g, e, d: Image.open, {"path": "gone.jpg"}),
    "Image.decode": (lambda g, e, d: Image.decode, {"data": b"\xff\xd8\xff"}),
    "Image.from_array": (lambda g, e, d: Image.from_array, {"array": GREY}),
    "compare": (lambda g, e, d: visavis.compare, {"a": POINT, "b": POINT}),
    "distance": (lambda g, e, d: visavis.distance, {"a": POINT, "b": POINT}),
    "compare_many": (lambda g, e, d: visavis.compare_many, {"probe": POINT, "many": [POINT]}),
    "largest": (lambda g, e, d: visavis.largest, {"faces": []}),
}
UNIT = np.array([1] + [0] * 127, dtype=np.float32)
_FACE = visavis.Face(landmarks=np.array([[40, 20], [34, 20], [20, 20], [26, 20], [30, 38]], np.float32))
_OTHER = Models(set="opencv-zoo")
_PICTURE, _PERSON = {"picture": GREY}, {"person": 1}
METHODS = {
    Models: {"verify": {"id": "x"}, "install": {"id": "x", "path": "x"},
             "check_embedding": {"value": POINT}, "add": {"path": "x", "name": "mine"}, "remove": {"name": "x"},
             "limits": {}, "similarity": {"distance": 0.5}, "similarities": {"distances": [0.5]},
             "cluster": {"faces": [POINT]}, "assess": {"photos": [POINT]}},
    Engine: {"warm_up": {}, "detect": _PICTURE, "analyze": _PICTURE, "analyze_largest": _PICTURE,
             "analyze_batch": {"pictures": [GREY]},
             "analyze_boxes": {**_PICTURE, "boxes": []},
             "analyze_landmarks": {**_PICTURE, "landmarks": np.zeros((0, 5, 2))},
             "cut_face": {**_PICTURE, "face": _FACE}, "cut_portrait": {**_PICTURE, "face": _FACE},
             "remake": {**_PICTURE, "template": POINT, "to": Engine(models=_OTHER)},
             "embed_chips": {"chips": np.zeros((0, 150, 150, 3), np.uint8)}},
    Gallery: {
        "enroll": {"person": "Bo", "pictures": [GREY]}, "identify": _PICTURE, "verify": {**_PERSON, **_PICTURE},
        "add_person": {"name": "Bo"}, "update_person": _PERSON, "join_group": {**_PERSON, "group": "g"},
        "leave_group": {**_PERSON, "group": "g"}, "rename_person": {**_PERSON, "name": "Ada"},
        "remove_person": _PERSON, "person": _PERSON, "find": _PERSON, "persons": {},
        "add_template": {**_PERSON, "template": POINT},
        "remove_template": {"template": 1}, "templates": _PERSON, "identify_embedding": {"probe": POINT},
        "identify_embeddings": {"probes": [POINT]}, "verify_embedding": {**_PERSON, "probe": POINT},
        "set_threshold": {"threshold": 0.5}, "backup": {"path": "b"}, "export": {"path": "x"},
        "import_from": {"path": "x"},
        "purge_expired": {}, "find_duplicates": {"probe": POINT}, "duplicates": {}, "rekey": {},
        "assess": {"photos": [POINT]}, "forget_person": _PERSON,
        "finish_erasing": {}, "set_audit": {"on": True}, "verify_audit": {}, "audit": {},
        "move_status": {}, "stage": {"to": _OTHER, "template": 1, "new": UNIT}, "unstaged": {},
        "move": {"to": _OTHER}, "keep_chip": {"template": 1, "chip": GREY}, "kept_chip": {"template": 1},
        "migrate": {"to": _OTHER, "photos": ["gone"]}},
}
for kind, methods in METHODS.items():
    for method, usual in methods.items():
        def made(g, e, d, kind=kind, method=method):
            return getattr({Gallery: g, Engine: e, Models: e.models}[kind], method)
        CALLS[f"{kind.__name__}.{method}"] = (made, usual)
# What **among and **how stand for.
MORE = {"Gallery.identify": ["identify_embeddings"], "Gallery.verify": ["verify_embedding"],
        "Gallery.identify_embedding": ["identify_embeddings"]}
WITHOUT = {"Engine.close", "Gallery.close", "Models.close", "Models.list", "Gallery.transaction", "Gallery.groups",
           "Gallery.info", "Gallery.check", "Gallery.compact", "Gallery.cancel_move",
           "Gallery.remove_chips"}  # arguments
# Other words by which a message may name an argument.
_PICTURES = "picture|path|pixels|array"
ALSO = {"person": "person|id|control|name", "picture": _PICTURES, "pictures": _PICTURES,
        "array": "array|pixels", "data": "picture|bytes|data|image",
        "path": "path|file|directory|name", "models": "models|directory",
        "passphrase": "passphrase|key", "id": "id|model", "template": "template|embedding",
        "probes": "probe", "new": "new|embedding", "chip": "chip|" + _PICTURES, "leave_behind": "leave|photos",
        "progress": "progress|photos|exists", "key": "key|encrypted", "boxes": "boxes",
        "input_size": "input_size|input size|input", "mean": "mean|scale"}


def arguments(of):
    """Names of the arguments of a function or class."""
    names = of.split(".")
    thing = visavis
    for name in names:
        thing = getattr(thing, name, None) or inspect.signature(thing).parameters[name]
    if isinstance(thing, inspect.Parameter):
        return [names[-1]]
    found = [name for name, one in inspect.signature(thing).parameters.items()
             if one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL) and name != "self"]
    for more in MORE.get(of, []):
        found += [name for name in arguments(f"Gallery.{more}") if name not in [*found, "probe", "probes"]]
    return found


def test_every_function_is_here():
    public = {"compare", "distance", "compare_many", "largest", "Gallery", "Engine", "Models"}
    for kind in (Gallery, Engine, Models, Image):
        public |= {f"{kind.__name__}.{name}" for name, thing in inspect.getmembers(kind, callable) if name[0] != "_"}
    assert public - set(CALLS) - WITHOUT - {"Image.close"} == set()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("of", CALLS)
def test_odd_values(of, engine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make, usual = CALLS[of]
    wrong = []
    with Gallery(tmp_path / "people.vav", engine=engine, durability="normal", timezone="UTC") as people:
        for argument, (index, odd) in itertools.product(arguments(of), enumerate(ODD)):
            if not list(people.persons()):
                people.add_template(people.add_person("Ada"), POINT)
            call = make(people, engine, tmp_path)
            described = f"{of}({argument}={type(odd).__name__} {index})"
            if of == "Models.cluster" and argument == "progress" and callable(odd):
                continue  # it is called, and what it raises is its own
            try:
                given = call(**{**usual, argument: odd})
                if inspect.isgenerator(given):
                    list(given)
            except VisavisError as problem:
                if not _names_it(argument, problem):
                    wrong.append(f"{described}: does not name it: {str(problem)[:200]!a}")
                try:
                    str(problem).encode()
                except UnicodeError:
                    wrong.append(f"{described}: a message that cannot be printed")
            except Exception as problem:
                wrong.append(f"{described}: {type(problem).__name__} {str(problem)[:200]!a}")
    assert not wrong, "\n".join(wrong)


def _names_it(argument, problem):
    text = str(problem)
    return (not isinstance(problem, visavis.ArgumentError) or
            any(word in text for word in ALSO.get(argument, argument).split("|")))
