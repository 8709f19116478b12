"""The building code: rules of the house that no single room could keep alone."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db.models import ForeignKey, OneToOneField

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "gongfang"
ROOMS = (
    "core",
    "counties",
    "ledger",
    "registry",
    "work",
    "pay",
    "oversight",
    "pages",
    "operations",
    "demo",
    "ui",
)


def sources() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield str(path.relative_to(PACKAGE)), path.read_text(encoding="utf-8")


def room_of(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[1:3]) if parts[1] in {"registry", "work"} else parts[1]


def test_a_foreign_key_into_another_room_leaves_no_trace_there() -> None:
    loud = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("gongfang.")
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey | OneToOneField)
        and field.related_model.__module__.startswith("gongfang.")
        and room_of(model.__module__) != room_of(field.related_model.__module__)
        and field.remote_field.related_name != "+"
    ]
    assert loud == []


def test_models_are_imported_and_never_looked_up_by_name() -> None:
    # core/action.py reads back the rows an act answered with; core/tasks.py and counties/schemas.py ask the settings
    # and the rooms themselves. Anything else would be a way around the import order.
    allowed = {"core/action.py", "core/tasks.py", "counties/schemas.py"}
    assert [
        name for name, text in sources() if re.search(r"\bget_model\(", text) and name not in allowed
    ] == []


def test_sql_names_only_tables_of_its_own_room() -> None:
    tables = {
        model._meta.db_table: room_of(model.__module__)
        for model in apps.get_models()
        if model.__module__.startswith("gongfang.")
    }
    foreign = []
    for name, text in sources():
        room = room_of("gongfang." + name.removesuffix(".py").replace("/", "."))
        strings = [
            node.value
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        foreign += [
            f"{name}: {table}"
            for table, owner in tables.items()
            for string in strings
            if re.search(rf"\b(FROM|JOIN|INTO|UPDATE|ON)\s+{table}\b", string)
            and room not in (owner, "counties")
        ]
    assert foreign == []


def test_only_actions_write() -> None:
    # Doors (pages and API) parse, call an action and answer; they never touch a row themselves.
    writes = re.compile(
        r"\.objects\.(create|bulk_create|update_or_create|get_or_create)\(|\.save\(|(?<!router)\.delete\("
    )
    doors = [
        (name, text)
        for name, text in sources()
        if name.endswith(("web.py", "api.py", "forms.py")) or "/web/" in name or "/api/" in name
    ]
    assert doors
    assert [name for name, text in doors if writes.search(text)] == []


def test_no_room_is_unlisted() -> None:
    found = {path.name for path in PACKAGE.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert found - {"cli", "database", "engines"} <= set(ROOMS)


def test_an_installed_package_carries_every_file_the_code_reads() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["*"]
    packages = [path.parent for path in PACKAGE.rglob("__init__.py")]
    carried = {file for package in packages for pattern in patterns for file in package.glob(pattern)}
    listed = subprocess.run(
        ["git", "ls-files", "gongfang"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    others = {ROOT / name for name in listed.splitlines() if not name.endswith((".py", ".md"))}
    assert others
    assert sorted(others - carried) == []


def test_no_file_names_a_package_registry_or_a_folder_of_one_machine() -> None:
    pattern = re.compile(
        r"pypi\.org|pythonhosted|registry\.npmjs|(^|[\s\"'`=(])/(root|work|home/\w+)/", flags=re.MULTILINE
    )
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [ROOT / name for name in listed.splitlines() if ROOT / name != Path(__file__)]
    named = [
        path for path in files if path.exists() and pattern.search(path.read_text("utf-8", errors="ignore"))
    ]
    assert [str(path.relative_to(ROOT)) for path in named] == []
