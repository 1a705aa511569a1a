"""Writes a C program that prints where each member of each public struct lies and what each constant is worth.

Its output is compared with layout.txt: a member that moved or a constant that changed breaks every program built
before.
On the way the program checks each VAV_X_INIT and that no struct has padding, which bindings could not zero.
"""
import pathlib
import sys

import headers

PROGRAM = """/* Made by tests/abi/layout.py. Prints the layout of the public structs.
 * Fails where an init macro and its function differ. */
#include <stdio.h>
#include <string.h>

#include "visavis/visavis.h"

static int failed;

static void print(const char *what, size_t size, size_t offset) {{
  printf("%s %lu %lu\\n", what, (unsigned long)size, (unsigned long)offset);
}}

static void differ(const char *what) {{
  fprintf(stderr, "%s\\n", what);
  failed = 1;
}}

{structs}
int main(void) {{
{calls}
{constants}
  return failed;
}}
"""


def checks(name, members, macros):
    lines = [f"static void check_{name}(void) {{", "  size_t sum = 0;"]
    if members[0] == "struct_size":
        macro = f"VAV_{name.removeprefix('vav_').upper()}_INIT"
        if macro not in macros:
            raise SystemExit(f"{name} begins with struct_size and has no {macro}")
        lines += [f"  static const {name} from_macro = {macro};",
                  f"  static {name} from_function;",
                  f"  static {name} zero;",
                  "  memset(&from_function, 0xA5, sizeof from_function);",
                  f"  {name}_init(&from_function);",
                  f"  {name}_init(NULL);",
                  "  zero.struct_size = (uint32_t)sizeof zero;",
                  f"  if (memcmp(&from_macro, &zero, sizeof zero)) differ(\"{macro} is not zero but for its size\");",
                  f"  if (memcmp(&from_function, &zero, sizeof zero)) differ(\"{name}_init is not {macro}\");"]
    lines.append(f"  print(\"{name}\", sizeof({name}), 0);")
    for member in members:
        size = f"sizeof((({name} *)0)->{member})"
        lines += [f"  print(\"{name}.{member}\", {size}, offsetof({name}, {member}));", f"  sum += {size};"]
    lines += [f"  if (sum != sizeof({name})) differ(\"{name} has hidden padding: add a reserved member\");", "}", ""]
    return "\n".join(lines)


def main(include_dir, output):
    structs = headers.structs(include_dir)
    macros = headers.macros(include_dir)
    values = headers.constants(include_dir) + ["VAV_LANDMARKS", "VAV_CHIP_SIZE", "VAV_EMBEDDING_DIM"]
    text = PROGRAM.format(structs="\n".join(checks(name, members, macros) for name, members in structs.items()),
                          calls="\n".join(f"  check_{name}();" for name in structs),
                          constants="\n".join(f"  printf(\"{name} %ld\\n\", (long){name});" for name in values))
    pathlib.Path(output).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
