"""Writes Vega, Vega-Lite and Vega-Embed as one script that can be inlined into a page, and their versions.

The scripts come from the vl-convert-python wheel. Prints the versions.
"""

import json
import pathlib
import sys

import vl_convert


def main(folder: pathlib.Path) -> None:
    bundle = folder / "vega-bundle.js"
    record = folder / "versions.json"
    versions = {
        "vl-convert": vl_convert.__version__,
        "vega": vl_convert.get_vega_version(),
        "vega-lite": vl_convert.get_vegalite_versions()[-1],
        "vega-embed": vl_convert.get_vega_embed_version(),
    }
    if not (bundle.exists() and record.exists() and json.loads(record.read_text()) == versions):
        folder.mkdir(parents=True, exist_ok=True)
        # Inside a page a script ends at the first closing tag, even one inside a string.
        script = vl_convert.javascript_bundle(vl_version=versions["vega-lite"]).replace("</script", "<\\/script")
        bundle.write_text(script, encoding="utf-8")
        record.write_text(json.dumps(versions, indent=2) + "\n")
    print(", ".join(f"{name} {version}" for name, version in versions.items() if name != "vl-convert"))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
