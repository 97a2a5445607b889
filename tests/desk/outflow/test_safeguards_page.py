"""Whoever asks gets a copy of the safeguards of a transfer where the notice says (12.s4)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from talteen import wiring
from talteen.errors import ConfigError
from talteen.notice import safeguards
from talteen.notice.language import Localised
from talteen.notice.recipients import Mechanism, Transfer
from talteen.oversight.flow import gate
from tests.desk.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)
PDF = b"%PDF-1.7 standard contractual clauses"


def transfer(desk: Desk, **changed: object) -> Transfer:
    """To a processor in another country, with its copy on this house's own page."""
    made = Transfer(
        recipient="Mallipilvi Inc",
        place=Localised(fi="Yhdysvallat", sv="Förenta staterna", en="the United States"),
        country="US",
        mechanism=Mechanism.CLAUSES,
        safeguards=Localised(fi="moduuli 2", sv="modul 2", en="module 2"),
        measures="keys stay in Kuopio",
        review_on=desk.now.date() + timedelta(days=90),
        copy_url=safeguards.own_page(desk.built.house.register),
        copy_file="mallipilvi.pdf",
        assessed_on=desk.now.date(),
        module=2,
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def told(desk: Desk, monkeypatch: pytest.MonkeyPatch, *transfers: Transfer) -> Desk:
    """The register of the house has these transfers."""
    house = desk.built.house
    with_them = replace(house, register=replace(house.register, transfers=transfers))
    monkeypatch.setattr(wiring, "house", lambda: with_them)
    return replace(desk, built=replace(desk.built, house=with_them))


def test_the_copy_that_the_notice_promises_is_had_by_anybody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = desk.built.house.config.paths.register / safeguards.FOLDER
    folder.mkdir()
    (folder / "mallipilvi.pdf").write_bytes(PDF)
    (folder / "other.pdf").write_bytes(b"not named by the register")
    told(desk, monkeypatch, transfer(desk))

    client = desk.client()
    page = client.get("/notice/safeguards").content.decode()
    assert "Mallipilvi Inc, Yhdysvallat" in page
    assert 'href="/notice/safeguards/mallipilvi.pdf"' in page
    copy = client.get("/notice/safeguards/mallipilvi.pdf")
    assert copy.content == PDF
    assert copy["Content-Type"] == "application/pdf"
    for name in ("other.pdf", "register.toml", "..%2Fregister.toml"):
        assert client.get(f"/notice/safeguards/{name}").status_code == 404


def test_a_house_whose_promised_copy_is_not_there_does_not_start(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = desk.built.house.config
    for changed, says in (({"copy_file": None}, "names none"), ({}, "is not there")):
        late = told(desk, monkeypatch, transfer(desk, **changed))
        with pytest.raises(ConfigError, match=says):
            gate.check(config, late.built.house.register)

    elsewhere = transfer(desk, copy_file=None, copy_url="https://konserni.example/suojatoimet")
    late = told(desk, monkeypatch, elsewhere)
    gate.check(config, late.built.house.register)
    assert 'href="https://konserni.example/suojatoimet"' in (
        desk.client().get("/notice/safeguards").content.decode()
    )


def test_where_nothing_is_transferred_the_page_says_so(desk: Desk) -> None:
    page = desk.client().get("/notice/safeguards").content.decode()
    assert "Mitään ei siirretä" in page
