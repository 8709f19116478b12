"""The files of deploy/ stay true: every setting is one the program reads, every command one it has."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from gongfang import cli
from gongfang.operations import metrics

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
FILLED = {
    "GONGFANG_HOST": "gongfang.example.gov.cn",
    "GONGFANG_UPSTREAM": "127.0.0.1:8000",
    "GONGFANG_PAGES": str(DEPLOY / "nginx"),
}
# What only the proxy's template and compose know.
OF_THE_PROXY = {"GONGFANG_UPSTREAM", "GONGFANG_TLS", "GONGFANG_PAGES", "GONGFANG_ACCESS_LOG"}
SETTING = re.compile(r"\b(GONGFANG_[A-Z_]+|PORT|DATABASE_URL)\b")


def files(*patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in DEPLOY.glob(pattern) if path.is_file())


def read_by_the_program() -> set[str]:
    sources = (path.read_text("utf-8") for path in (ROOT / "gongfang").rglob("*.py"))
    return {
        name for text in sources for name in re.findall(r"\"(GONGFANG_[A-Z_]+|PORT|DATABASE_URL)\"", text)
    }


@pytest.mark.parametrize("path", files("*", "*/*"), ids=lambda path: path.name)
def test_every_setting_named_in_deploy_is_one_the_program_reads(path):
    named = set(SETTING.findall(path.read_text("utf-8"))) - OF_THE_PROXY - {"GONGFANG_"}
    assert named - read_by_the_program() == set()


def test_every_setting_the_program_reads_stands_in_the_example():
    # Of no use to an operator: the first is for whoever writes code, the second for whoever runs the tests.
    inside = {"GONGFANG_DEBUG", "GONGFANG_TEST_DATA"}
    listed = set(re.findall(r"^#?([A-Z_]+)=", (DEPLOY / "env.example").read_text("utf-8"), re.MULTILINE))
    assert read_by_the_program() - inside - listed == set()


def test_each_setting_of_the_example_has_its_sentence():
    lines = (DEPLOY / "env.example").read_text("utf-8").split("\n\n", 1)[1].strip().splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        if re.match(r"#?[A-Z_]+=", line):
            assert before.startswith("# "), line
            assert before.endswith("."), line


def commands() -> set[str]:
    places = files("systemd/*", "Dockerfile", "install.sh", "README.md", "prometheus/*.yaml")
    text = "\n".join(path.read_text("utf-8") for path in places)
    text += "\n".join(path.read_text("utf-8") for path in (ROOT / "docs/guides").glob("operator*.md"))
    calls = re.findall(
        r"(?:-m gongfang|\"gongfang\",|^ *(?:sudo )?gongfang) [\"]?([a-z][a-z-]+)", text, re.MULTILINE
    )
    return set(calls)


def test_every_command_named_in_deploy_and_its_guide_exists():
    assert {"up", "web", "work", "setup", "health", "doctor", "reconcile-all", "backup"} <= commands()
    assert commands() - set(cli.main.commands) == set()


@pytest.mark.parametrize("path", files("*.yaml", "*/*.yaml"), ids=lambda path: path.name)
def test_yaml_reads(path):
    assert yaml.safe_load(path.read_text("utf-8"))


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")
def test_every_alert_fires_on_what_it_is_for_and_on_nothing_else():
    command = ["promtool", "test", "rules", "alerts_test.yaml"]
    tried = subprocess.run(command, cwd=DEPLOY / "prometheus", capture_output=True, check=False)
    assert tried.returncode == 0, tried.stdout.decode()


def test_no_alert_is_untried():
    rules = yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text("utf-8"))["groups"]
    alerts = {rule["alert"] for group in rules for rule in group["rules"]}
    tried = (DEPLOY / "prometheus/alerts_test.yaml").read_text("utf-8")
    assert {alert for alert in alerts if alert not in tried} == set()


def test_the_container_is_closed_as_far_as_it_goes():
    gongfang = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]["gongfang"]
    assert gongfang["read_only"] is True
    assert gongfang["init"] is True
    assert gongfang["cap_drop"] == ["ALL"]
    assert "ports" not in gongfang  # only the proxy reaches it
    assert "USER 10001:10001" in (DEPLOY / "Dockerfile").read_text("utf-8")


@pytest.mark.parametrize("path", files("systemd/*.service"), ids=lambda path: path.name)
def test_every_unit_runs_as_its_own_user_without_rights(path):
    unit = path.read_text("utf-8")
    for line in ("User=gongfang", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict"):
        assert f"\n{line}\n" in unit


def test_alerts_speak_of_figures_there_are_and_in_both_languages(county, monkeypatch, tmp_path):
    monkeypatch.setenv("GONGFANG_ARCHIVE", str(tmp_path))
    known = set(re.findall(r"^# TYPE (gongfang_\w+)", metrics.text().decode(), re.MULTILINE))
    groups = yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text("utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    for rule in rules:
        named = re.findall(r"gongfang_\w+", rule["expr"].replace('job="gongfang"', ""))
        assert {name.removesuffix("_bucket") for name in named} <= known
        assert re.search(r"[一-鿿].*。$", rule["annotations"]["zh"]) or "ERROR" in rule["annotations"]["zh"]
        assert rule["annotations"]["en"]
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_nginx_takes_the_proxy_as_it_is(tmp_path):
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    openssl = shutil.which("openssl")
    if not nginx or not openssl:
        pytest.skip("nginx is not installed here; `apt install nginx` lets this test run")
    filled = FILLED | {
        "GONGFANG_TLS": str(tmp_path), "GONGFANG_STATIC": str(tmp_path), "GONGFANG_ACCESS_LOG": f"{tmp_path}/log",
    }  # fmt: skip
    site = (DEPLOY / "nginx/gongfang.conf.template").read_text("utf-8")
    for name, value in filled.items():
        site = site.replace(f"${{{name}}}", value)
    assert "${" not in site
    (tmp_path / "site.conf").write_text(site)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/errors; events {{}} http {{ include {tmp_path}/site.conf; }}"
    )
    subprocess.run(
        [
            openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
            "/CN=x", "-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem",
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    said = subprocess.run(
        [nginx, "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr


def test_install_is_a_shell_script_any_shell_reads():
    subprocess.run(["sh", "-n", DEPLOY / "install.sh"], check=True)
