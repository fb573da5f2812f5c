"""Files of rules: which are allowed, what is told of those that cannot be used, and the user's
configuration."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from sim.compiler import cache_folder
from sim.errors import UsageError
from sim.extension import allow, is_reference, loaded, object_in, rule_in
from sim.extension.files import RuleFile, allowed, file_of, lent, path

RULE = '''\
from sim.extension import rule


@rule("consensus", source="x")
def half(support):
    """Half."""
    return support >= {}
'''


@pytest.fixture
def one(folder):
    (folder / "one.py").write_text(RULE.format(0.5), encoding="utf-8")
    return folder / "one.py"


def test_an_allowed_file_can_be_named_and_is_listed(one):
    with pytest.raises(ValueError, match=r"add --rules one[.]py if you trust it"):
        file_of("one.py:half")
    allow(one)
    file = file_of("one.py:half")
    assert rule_in(file, "one.py:half", "consensus").name == "half"
    assert [reference for reference, _ in loaded()] == ["one.py:half"]
    with pytest.raises(
        ValueError, match=r"and on[.]py was not loaded: add --rules on[.]py if you trust it"
    ):
        file_of("on.py:half")


def test_a_file_goes_into_other_processes_as_it_was_read(one):
    allow(one)
    file = file_of("one.py:half")
    one.write_text("broken", encoding="utf-8")
    again = pickle.loads(pickle.dumps(file))
    assert object_in(again, "one.py:half")(0.5)


def test_a_file_that_was_changed_is_read_anew_and_another_of_its_name_is_refused(one, tmp_path):
    allow(one)
    before = file_of("one.py:half")
    one.write_text(RULE.format(0.9), encoding="utf-8")
    allow(one)
    after = file_of("one.py:half")
    assert before.digest != after.digest
    assert object_in(before, "one.py:half")(0.5) and not object_in(after, "one.py:half")(0.5)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "one.py").write_text(RULE.format(0.7), encoding="utf-8")
    with pytest.raises(UsageError, match=r"two files of rules are called one[.]py; rename one"):
        allow(tmp_path / "other" / "one.py")
    (tmp_path / "other" / "one.py").write_bytes(one.read_bytes())
    allow(tmp_path / "other" / "one.py")


def test_what_is_lent_can_be_named_for_a_while(one):
    allow(one)
    other = RuleFile("one.py", "", "other")
    with lent(other, {"half": 7}):
        assert object_in(file_of("one.py:half"), "one.py:half") == 7
    assert file_of("one.py:half").digest != "other"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("rules.txt", b"", "a file of rules is a Python file"),
        ("my rules.py", b"", "without spaces in its name"),
        ("none.py", None, "cannot be read (No such file or directory)"),
        ("latin.py", b"# \xe9\n", "it is no UTF-8 text"),
        ("large.py", b"#" * (1 << 20) + b"#", "is larger than 1 MiB"),
        ("syntax.py", b"x = 1\ny = (\n", "syntax.py:2: SyntaxError"),
        ("fails.py", b"x = 1\n\nx / 0\n", "fails.py:3: ZeroDivisionError: division by zero"),
        ("leaves.py", b"import sys\nsys.exit(0)\n", "leaves.py:2: SystemExit: 0"),
        ("imports.py", b"import not_there_at_all\n", "imports.py:1: ModuleNotFoundError"),
        (
            "argument.py",
            b"from sim.extension import rule\n\n"
            b'@rule("consensus")\ndef x(suport):\n    return True\n',
            "argument.py:3: rule x: argument suport is neither given",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_line(folder, name, text, said):
    if text is not None:
        (folder / name).write_bytes(text)
    with pytest.raises(UsageError) as error:
        allow(folder / name)
    assert said in str(error.value)
    assert loaded() == []


@pytest.mark.parametrize(
    ("reference", "family", "said"),
    [
        ("one.py:hal", "consensus", "one.py declares half (did you mean 'half'?)"),
        ("one.py:__builtins__", "consensus", "one.py declares half"),
        (
            "one.py:rule",
            "consensus",
            "one.py:rule is not declared as a rule: put @rule('consensus') above it",
        ),
        ("one.py:half", "power", "one.py:half is a rule of the family consensus, not power"),
    ],
)
def test_a_name_that_is_not_there_is_told(one, reference, family, said):
    allow(one)
    with pytest.raises(ValueError) as error:
        rule_in(file_of(reference), reference, family)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("my_rules.py:vote", True),
        ("shared", False),
        ("my rules.py:vote", False),
        ("../my_rules.py:vote", False),
        ("a\\b.py:vote", False),
        ("my_rules.py:", False),
        ("my_rules.py:1x", False),
        ("my_rules.py", False),
        (7, False),
    ],
)
def test_a_reference_names_a_file_without_its_folder(name, is_one):
    assert is_reference(name) == is_one


# -- the user's configuration
# ------------------------------------------------------------------------------


@pytest.fixture
def configuration(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "leaderstream").mkdir()
    assert path() == tmp_path / "leaderstream" / "config.toml"
    return path()


def test_without_a_configuration_nothing_is_allowed(configuration, monkeypatch, tmp_path):
    assert allowed() == []
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert path() == tmp_path / ".config" / "leaderstream" / "config.toml"


def test_a_user_without_a_home_has_no_configuration_and_no_compiled_code(monkeypatch):
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "HOME", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as where the user is unknown
    with pytest.raises(RuntimeError):
        Path.home()
    assert allowed() == [] and cache_folder() is None


def test_the_configuration_allows_files_by_paths_from_its_folder_or_home(
    configuration, tmp_path, monkeypatch
):
    monkeypatch.setenv("HOME", str(tmp_path))
    configuration.write_text('allow = ["one.py", "~/two.py", "/three.py"]\n', encoding="utf-8")
    assert list(map(str, allowed())) == [
        f"{configuration.parent}/one.py",
        f"{tmp_path}/two.py",
        "/three.py",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("allow = [", "cannot be used"),
        ("alow = []", "alow is no key; allowed here: allow (did you mean 'allow'?)"),
        ('allow = "one.py"', "allow is a list of files of rules"),
        ("allow = [1]", "allow is a list of files of rules"),
        ('allow = ["~nobody-here/x.py"]', "allow names a home folder that is not known"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_told(configuration, text, said):
    configuration.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        allowed()
    assert str(configuration) in str(error.value)
    assert said in str(error.value)


def test_commands_read_what_the_configuration_allows(configuration, one, call):
    configuration.write_text(f'allow = ["{one}"]\n', encoding="utf-8")
    assert "one.py:half" in call("rules", "consensus").stdout
