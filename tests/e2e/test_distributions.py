"""What is published: exactly the files that it needs, and it runs from anywhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.parser import HeaderParser
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import pytest

from mockserver.version import __version__
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.text import ROOT

NAME: Final = f"animeloop_mock-{__version__}"
PIP: Final = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input")
OFFLINE: Final = ("--no-deps", "--no-index")
# Beside these, a source distribution holds what the wheel holds.
DOCUMENTS: Final = (
    "CHANGELOG.md",
    "README*.md",
    "pyproject.toml",
    "requirements.txt",
    ".gitignore",
)
PACKAGED: Final = ("mockserver/*", "animeloop_mock_pytest/*")


def tracked() -> list[str]:
    """The files that git knows, and that are there."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no checkout of git: what is tracked is not known")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True,
        timeout=PATIENCE_S,
    ).stdout  # fmt: skip
    return [name for name in listed.split("\0") if name and (ROOT / name).exists()]


def in_wheel(name: str) -> str | None:
    """Where a tracked file is in the wheel, or None."""
    if any(fnmatch(name, pattern) for pattern in PACKAGED):
        return name
    if fnmatch(name, "fixtures/*"):
        return name.replace("fixtures/", "mockserver/shipped_fixtures/")
    return None


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with sdist and wheel, of a checkout in which other files lie about."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in tracked():
        copy = source / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy)
    for folder in (".", "mockserver", "mockserver/http/admin/page", "fixtures"):
        (source / folder / "secret.env").write_text("TOKEN=x")
    (source / "fixtures" / "private.yaml").write_text("users: []")
    (source / "fixtures" / "private.schema.json").write_text("{}")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--directory", target],
        cwd=source, check=True, capture_output=True, timeout=PATIENCE_S,
    )  # fmt: skip
    return target


def test_the_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    with zipfile.ZipFile(built / f"{NAME}-py3-none-any.whl") as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == {place for name in tracked() if (place := in_wheel(name))}


def test_the_source_distribution_holds_what_the_wheel_is_built_from(built: Path) -> None:
    with tarfile.open(built / f"{NAME}.tar.gz") as archive:
        names = {name.removeprefix(f"{NAME}/") for name in archive.getnames()}
    documents = {name for name in tracked() if any(fnmatch(name, one) for one in DOCUMENTS)}
    sources = {name for name in tracked() if in_wheel(name)}
    assert names == {"PKG-INFO", "run_mock.py"} | documents | sources


def test_the_metadata_says_version_and_licence(built: Path) -> None:
    with zipfile.ZipFile(built / f"{NAME}-py3-none-any.whl") as archive:
        text = archive.read(f"{NAME}.dist-info/METADATA").decode()
    metadata = HeaderParser().parsestr(text)
    # The action that uploads refuses a newer one.
    assert metadata["Metadata-Version"] == "2.4"
    assert metadata["Version"] == __version__
    if not list(ROOT.glob("LICEN[CS]E*")):
        assert metadata["License-Expression"] == "LicenseRef-None-Chosen-Yet"
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_supported_versions_of_python_are_those_that_are_tested() -> None:
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text("utf-8")
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    claimed = re.findall(r"Python :: (3\.\d+)", project)
    assert len(claimed) > 3
    for version in claimed:
        assert f'"{version}"' in workflow


@pytest.mark.parametrize("name", [f"{NAME}-py3-none-any.whl", f"{NAME}.tar.gz"])
def test_what_was_built_runs_on_its_own_fixtures_from_anywhere(
    built: Path, tmp_path: Path, name: str
) -> None:
    site = tmp_path / "site"
    target = ["--no-build-isolation", "--target", str(site), str(built / name)]
    subprocess.run([*PIP, "install", *OFFLINE, *target], check=True, timeout=PATIENCE_S)
    result = subprocess.run(
        [sys.executable, "-m", "mockserver", "check"],
        cwd=tmp_path, env={"PYTHONPATH": str(site)}, capture_output=True, text=True,
        timeout=PATIENCE_S, check=True,
    )  # fmt: skip
    assert result.stdout.startswith(str(site / "mockserver" / "shipped_fixtures"))
    assert "13 of 13" in result.stdout
    assert (site / "mockserver" / "http" / "recaptcha.js").is_file()
