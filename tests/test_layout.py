"""The house rules that a machine can check: where code lives, how long it is, what is documented."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

import regesta

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "regesta").rglob("*.py"))
PUBLIC = [path for path in MODULES if not path.name.startswith("_") and "static" not in path.parts]
CONTENT = ("events", "ingest", "schema")


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Say whether a function is decorated: click and Datasette decide on its parameters, not we."""
    return bool(node.decorator_list) or node.name.startswith("__")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_is_short_and_says_what_it_is(path: Path) -> None:
    """A module has a docstring, at most 400 lines, and functions of at most 60 lines and 5 parameters."""
    text = path.read_text("utf-8")
    found = {
        "docstring": bool(ast.get_docstring(ast.parse(text))),
        "lines": len(text.splitlines()) <= 400,
        "long functions": [node.name for node in functions(path) if length(node) > 60],
        "wide functions": [node.name for node in functions(path) if parameters(node) > 5 and not is_command(node)],
    }
    assert found == {"docstring": True, "lines": True, "long functions": [], "wide functions": []}


def test_functions_are_short_as_a_rule() -> None:
    """The median function has about ten lines."""
    lengths = sorted(length(node) for path in MODULES for node in functions(path))
    assert lengths[len(lengths) // 2] <= 12


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_has_a_test_file(path: Path) -> None:
    """Every module without a leading underscore has a test file in the folder of the same name."""
    inside = path.relative_to(ROOT / "regesta")
    assert (ROOT / "tests" / inside.parent / f"test_{inside.name}").is_file()


@pytest.mark.parametrize("folder", CONTENT)
def test_content_folder_holds_no_code(folder: str) -> None:
    """The folders that hold an archive's data hold no Python and begin by naming their twin."""
    readme = (ROOT / folder / "README.md").read_text("utf-8")
    assert (list((ROOT / folder).rglob("*.py")), f"regesta/{folder}" in readme) == ([], True)


@pytest.mark.parametrize(
    "folder",
    [
        "regesta",
        *(
            f"regesta/{name}"
            for name in (
                *CONTENT,
                "replay",
                "publish",
                "publish/pages",
                "publish/reading",
                "publish/drawing",
                "publish/feeds",
                "cli",
            )
        ),
    ],
)
def test_package_says_what_it_holds(folder: str) -> None:
    """Every package's docstring says what lies in it."""
    docstring = ast.get_docstring(ast.parse((ROOT / folder / "__init__.py").read_text("utf-8"))) or ""
    assert len(docstring) > 20


def test_architecture_names_every_module() -> None:
    """ARCHITECTURE.md has a place for every module of the engine: its own, or that of a folder that it is in."""
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    inside = [path.relative_to(ROOT / "regesta").as_posix() for path in MODULES if path.stem not in ("__init__",)]
    folders = {name: [f"{parent}/`" for parent in Path(name).parents] for name in inside}
    missing = [name for name in inside if name not in text and not any(place in text for place in folders[name])]
    assert missing == ["_version.py"]


def test_no_name_for_leftovers() -> None:
    """No module is called utils, misc, common, core or helpers."""
    assert [path for path in MODULES if path.stem in ("utils", "misc", "common", "core", "helpers")] == []


def test_public_interface() -> None:
    """What `import regesta` offers is this and no more."""
    expected = [
        "AppendResult", "Archive", "ArchiveError", "BuildResult", "Config", "ConflictError", "Event", "EventError",
        "InputError", "LogError", "NetworkError", "ProjectionError", "RegestaError", "Report", "StorageError",
        "UsageError", "__version__", "build", "verify",
    ]  # fmt: skip
    assert expected == sorted(name for name in regesta.__all__ if getattr(regesta, name))


def test_nothing_built_is_tracked() -> None:
    """Neither a database nor a state folder is under version control."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [name for name in tracked.split() if name.endswith((".db", ".pyc")) or ".regesta/" in name] == []
