"""Sign-in and roles: who may read, judge and change, and that nobody else sees a line."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from domain.codebook import Language
from index import open_library
from pipeline import build
from ui import access
from ui.access import Role, role_of
from ui.state import KEY, State

ROOT = Path(__file__).parent.parent
LISTS = {"keeper": ["kai@example.org"], "reviewer": ["Rui@example.org"], "reader": ["@example.org"]}
SIGN_IN = {"redirect_uri": "http://localhost/oauth2callback", "cookie_secret": "x" * 32, "client_id": "a", "client_secret": "b"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of two documents of the sample."""
    folder = tmp_path_factory.mktemp("access") / "library"
    names = ("reference-plan-zh.pdf", "shuanghe-city-plan.txt")
    build(open_library(folder, create=True), [ROOT / "corpora" / "sample" / name for name in names])
    return folder


def served_to(address: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The app with sign-in set up, as the person with this address sees it."""
    monkeypatch.setenv("PILOTLIGHT_LIBRARY", str(folder))
    monkeypatch.setattr(access, "address_here", lambda: address)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.secrets["auth"] = SIGN_IN
    app.secrets["roles"] = LISTS
    app.session_state[KEY] = State(Language.EN)
    return app.run()


def keys(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("kai@example.org", Role.KEEPER),
        ("rui@example.org", Role.REVIEWER),
        ("lee@example.org", Role.READER),
        ("lee@example.org.evil.net", None),
        ("example.org", None),
        ("", None),
    ],
)
def test_a_role_comes_from_the_highest_list_that_names_the_address(address: str, role: Role | None) -> None:
    assert role_of(address, LISTS) is role


def test_a_star_lets_in_whoever_signs_in_and_nobody_else() -> None:
    assert role_of("a@b.c", {"reader": ["*"]}) is Role.READER
    assert role_of("", {"reader": ["*"]}) is None


@pytest.mark.parametrize(("address", "key"), [("", "sign_in"), ("stranger@elsewhere.net", "sign_out")])
def test_who_is_on_no_list_sees_the_door_only(address: str, key: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = served_to(address, folder, monkeypatch)
    assert not app.exception
    assert keys(app) == {key}
    for page in ("search", "documents"):
        app.switch_page(f"ui/pages/{page}.py").run()
        assert keys(app) == {key}
        assert not app.dataframe


def test_a_reader_searches_but_adds_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = served_to("lee@example.org", folder, monkeypatch)
    assert not app.exception
    app.switch_page("ui/pages/documents.py").run()
    assert app.dataframe
    assert not app.get("file_uploader")
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        app.switch_page("ui/pages/review.py")


def test_a_reviewer_decides_under_the_name_of_the_sign_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = served_to("rui@example.org", folder, monkeypatch)
    app.switch_page("ui/pages/review.py").run()
    app.select_slider(key="threshold").set_value(0.9).run()
    app.button(key="decide_goal").click().run()
    assert not app.exception
    assert [correction.by for correction in open_library(folder).corrections()] == ["rui@example.org"]


def test_a_keeper_may_add_documents(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = served_to("kai@example.org", folder, monkeypatch)
    app.switch_page("ui/pages/documents.py").run()
    assert not app.exception
    assert app.get("file_uploader")
