"""`python scripts/sbom.py IMAGE FOLDER FILE`: what an unpacked image contains, as CycloneDX JSON.

Python packages as locked, the PWA's or the models' from their npm locks, and Debian's from the image itself.
"""

import json
import subprocess
import sys
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

ROOT = Path(__file__).parents[1]
_PYTHON = {
    "server": ["requirements/server.txt"],
    "worker": ["requirements/worker.txt", "recognition_worker/onnx/packages/requirements.txt"],
}
_NODE = {"server": "pwa", "worker": "recognition_worker/onnx/packages"}
_TOOL = {"name": "cdx:npm:package:development", "value": "true"}
_FIELDS = "${Package}\t${Version}\t${Architecture}\n"


def python_packages(lock: str) -> Bom:
    """Checked with the rest: to load what checks takes ten times as long as to list."""
    command = ["requirements", lock, "--output-reproducible", "--no-validate"]
    made = _told(f"{ROOT}/.venv/bin/cyclonedx-py", *command)
    return Bom.from_json(json.loads(made))


def node_packages(image: str) -> Bom:
    """Packages bundled into the PWA, or the ones the models came in; not the build tools. `--omit=dev` would
    also leave out packages that a tool needs as well, such as Svelte."""
    told = json.loads(_told("npm", "sbom", "--sbom-format=cyclonedx", "--package-lock-only", at=ROOT / _NODE[image]))
    told["components"] = [part for part in told["components"] if _TOOL not in part.get("properties", [])]
    return Bom.from_json(told)


def debian_packages(root: Path) -> list[Component]:
    listed = _told("dpkg-query", f"--admindir={root}/var/lib/dpkg", "--show", f"--showformat={_FIELDS}")
    return [_debian(*line.split("\t")) for line in listed.splitlines()]


def _debian(name: str, version: str, architecture: str) -> Component:
    purl = PackageURL("deb", "debian", name, version, {"arch": architecture})
    return Component(name=name, version=version, type=ComponentType.LIBRARY, purl=purl, bom_ref=str(purl))


def sbom(image: str, root: Path) -> str:
    bom = Bom()
    bom.metadata.component = Component(name=f"sipha-{image}", type=ComponentType.CONTAINER, bom_ref=f"sipha-{image}")
    for lock in _PYTHON[image]:
        bom.components.update(python_packages(lock).components)
    bom.components.update(node_packages(image).components)
    bom.components.update(debian_packages(root))
    bom.register_dependency(bom.metadata.component, bom.components)
    made = JsonV1Dot6(bom).output_as_string(indent=1)
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(made)
    if wrong is not None:
        raise SystemExit(f"sbom: {wrong}")
    return made


def _told(*command: str, at: Path = ROOT) -> str:
    return subprocess.run(command, capture_output=True, check=True, text=True, cwd=at).stdout


if __name__ == "__main__":
    _, name, folder, file = sys.argv
    Path(file).write_text(sbom(name, Path(folder)))
