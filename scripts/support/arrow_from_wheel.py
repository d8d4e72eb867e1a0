"""Makes the Arrow C++ inside the pyarrow wheel usable by pkg-config.

Writes arrow.pc and parquet.pc into the given folder and prints the version and the library folder.
"""

import pathlib
import sys

import pyarrow


def main(folder: pathlib.Path) -> None:
    pyarrow.create_library_symlinks()
    include = pyarrow.get_include()
    library = pathlib.Path(pyarrow.get_library_dirs()[0])
    for name in ("arrow", "parquet"):
        if not (library / f"lib{name}.so").exists() and not (library / f"lib{name}.dylib").exists():
            sys.exit(f"no lib{name} in {library}")
    folder.mkdir(parents=True, exist_ok=True)
    for name, requires in (("arrow", ""), ("parquet", "Requires: arrow\n")):
        text = (
            "pyarrow_wheel=yes\n"
            f"Name: {name}\n"
            "Description: Apache Arrow C++ from the pyarrow wheel\n"
            f"Version: {pyarrow.__version__}\n"
            f"{requires}"
            f"Cflags: -I{escaped(include)}\n"
            f"Libs: -L{escaped(str(library))} -l{name}\n"
        )
        file = folder / f"{name}.pc"
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
    print(pyarrow.__version__)
    print(library)


def escaped(path: str) -> str:
    """The path as pkg-config wants it: blanks behind a backslash."""
    return path.replace(" ", "\\ ")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
