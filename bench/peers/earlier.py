"""An earlier state of this repository, built beside the present one, as the other side of a row."""
import dataclasses
import subprocess


def build(root, commit, targets):
    """The programs of `commit`, in build/earlier/COMMIT; what is built already stays."""
    sha = subprocess.run(["git", "rev-parse", "--verify", f"{commit}^{{commit}}"], cwd=root, check=True,
                         stdout=subprocess.PIPE, text=True).stdout.strip()
    tree = root / "build" / "earlier" / sha[:12]
    if not tree.exists():
        subprocess.run(["git", "worktree", "prune"], cwd=root, check=True)
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", tree, sha], cwd=root, check=True)
    programs = tree / "build" / "bench"
    if not (programs / "build.ninja").exists():
        subprocess.run(["cmake", "--preset", "bench"], cwd=tree, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", programs, *targets], check=True, stdout=subprocess.DEVNULL)
    return programs / "bin"


def rows(all_rows, present, earlier):
    """Rows with two sides, what was and what is; without those that this SDK has no part in."""
    for row in all_rows:
        if "visavis" not in row.sides:
            continue
        now = row.sides["visavis"]
        was = [earlier / word.relative_to(present) if word in now[:1] else word for word in now]
        yield dataclasses.replace(row, sides={"earlier": was, "visavis": now})
