"""Fails when the C++ layer does not reach a function of the C API or a member of its structs, or when no test in this
folder uses a name that the layer offers."""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
HEADERS = ROOT / "sdk/include/visavis"
FUNCTIONS = ROOT / "tests/abi/symbols.txt"
sys.path.insert(0, str(ROOT / "tests/abi"))
import headers as c_headers  # noqa: E402  (it lies in the other folder)

# What C++ has no use for, and why.
NOT_NEEDED = {
    r"vav_\w+_init": "sized<T>() and Ready<T> set struct_size",
    r"vav_(landmarks_count|chip_size|embedding_dim)": "the header's own constants are there in C++",
}


def code(text):
    """A file without comments and texts."""
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', " ", text, flags=re.S)


def for_users(text):
    """A header without the namespace detail and without what classes keep to themselves."""
    text = re.sub(r"^namespace detail \{.*?^\}  // namespace detail$", "", text, flags=re.S | re.M)
    return re.sub(r"^ (?:private|protected):.*?(?=^\};)", "", text, flags=re.S | re.M)


def offered(text):
    """The functions, classes and members that a header offers to its users, by their declarations."""
    seen = code(for_users(text))
    types = re.findall(r"^(?:class|struct) (\w+)|^using (\w+) =", seen, flags=re.M)
    functions = re.findall(r"^(?:  )?(?:inline |static |explicit )*(?:const )?[\w:<>,]+ [*&]?(\w+)\(", seen, flags=re.M)
    members = re.findall(r"^  [\w:<>, *]+ (\w+)(?: = [^;({]+)?;", seen, flags=re.M)
    return {name for pair in types for name in pair if name} | set(functions) | set(members)


def main():
    headers = {path.name: path.read_text("utf-8") for path in sorted(HEADERS.glob("*.hpp"))}
    words = {word for text in headers.values() for word in re.findall(r"\w+", code(text))}
    wrong = []
    functions = FUNCTIONS.read_text("utf-8").split()
    for function in functions:
        reason = next((why for name, why in NOT_NEEDED.items() if re.fullmatch(name, function)), None)
        if not reason and function not in words:
            wrong.append(f"{function}: no .hpp file of sdk/include/visavis calls it")
    for name in NOT_NEEDED:
        if not any(re.fullmatch(name, function) for function in functions):
            wrong.append(f"{name}: there is no such function any more")

    # A struct that users fill in or read as it is has all members at hand; of the others each is copied by name.
    seen = code("\n".join(headers.values()))
    as_it_is = set(re.findall(r"Ready<(vav_\w+)>", seen)) | {"vav_box", "vav_point", "vav_quality_limit",
                                                                    "vav_error"}
    copied = set(re.findall(r"\.(\w+)", seen))
    for struct, members in c_headers.structs(ROOT / "sdk/include").items():
        for member in set(members) - copied - {"struct_size", "reserved", "reserved2"}:
            if struct not in as_it_is:
                wrong.append(f"{struct}: no .hpp file of sdk/include/visavis uses its {member}")

    tests = "\n".join(path.read_text("utf-8") for end in ("*.cc", "*.h") for path in sorted(HERE.glob(end)))
    used = set(re.findall(r"\w+", code(tests)))
    names = 0
    for header, text in headers.items():
        for name in sorted(offered(text)):
            names += 1
            if name not in used:
                wrong.append(f"{header}: {name} is used by no test in tests/cpp")
    print("\n".join(wrong) if wrong else f"{len(functions)} functions reached, {names} names used")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
