"""A package opens by its code, and dies with any call in it or by its clock (keys-review 10)."""

from contextlib import suppress
from datetime import timedelta

import pytest

from talteen.engine.vault import cobblestone
from talteen.engine.vault.changes import Changes
from talteen.errors import KeyGone, NoLongerOpens, NotAllowed, TalteenError, Tampered
from talteen.ids import CaseId, RecordingId
from talteen.life.answer import calls, packages
from talteen.life.answer.models import Package, PackagePart, SubjectRequest
from talteen.life.answer.packages import Made
from talteen.life.destroy.models import Destruction
from talteen.life.seal import bundles, rolling
from talteen.life.seal.bundles import Bundle
from talteen.register.models import Recording
from tests.kit import vaults
from tests.kit.builders import NOON
from tests.kit.flipped import flipped
from tests.life.answer.conftest import House

pytestmark = pytest.mark.django_db(transaction=True)
FILES = {"html": b"<p>Hyvaa paivaa, haluaisin varata huoneen.</p>", "json": b"{}"}


def made(house: House) -> tuple[SubjectRequest, Made, list[Recording]]:
    """A package of two calls of two days."""
    found = [house.call(days_ago=1), house.call(days_ago=3)]
    request = house.taken().request
    ids = [one.pk for one in found]
    calls.take(house.vault, request, ids, by=house.eila, now=NOON)
    package = packages.make(house.vault, request, FILES, NOON)
    packages.hand_out(request, NOON)
    return request, package, found


def kept(one: Made) -> Bundle:
    """The package's bytes, as an old dump of the database would still have them."""
    return packages.bundle_of(Package.objects.get(pk=one.package.pk))


def peeled(bundle: Bundle, case: CaseId, keys: list[bytes]) -> bytes | None:
    """What somebody reads who has the bundle's bytes and ``keys``, in whatever order they fit."""
    key, layers = bundle.wrapped, [(one, number) for one in keys for number in range(4)]
    while True:
        for one, number in layers:
            outer = cobblestone.key_of_kind(one, bundles._WRAP)
            with suppress(Tampered):
                key = cobblestone.unseal(outer, bundles._context(bundles._WRAP, case, number), key)
                break
        else:
            break
    with suppress(Tampered, ValueError):
        return cobblestone.unseal(key, bundles._context(bundles._BODY, case, 0), bundle.parts[0])
    return None


def test_nobody_opens_it_before_the_answer_is_decided(house: House) -> None:
    request, package, _ = made(house)
    Package.objects.update(handed_out_at=None)
    with pytest.raises(NoLongerOpens):
        packages.open_part(house.vault, request, package.code, "html", NOON)


def test_it_opens_by_its_code_alone_and_every_opening_is_counted(house: House) -> None:
    request, package, _ = made(house)

    opened = packages.open_part(house.vault, request, package.code.lower(), "html", NOON)

    assert opened == FILES["html"]
    assert Package.objects.get().opened == 1
    sealed = b"".join(bytes(part.sealed) for part in PackagePart.objects.all())
    assert b"huoneen" not in sealed
    for _ in range(packages.TRIES):
        with pytest.raises(NotAllowed):
            packages.open_part(house.vault, request, "WRONG234", "html", NOON)
    with pytest.raises(NotAllowed):  # guessing has closed it for the right code too
        packages.open_part(house.vault, request, package.code, "html", NOON)


def test_waiting_bundle_dies_with_recording(house: House) -> None:
    request, package, found = made(house)
    old, case = kept(package), CaseId(package.package.pk)
    deks = [house.vault.entry(RecordingId(one.pk), NOON).dek for one in found]
    assert peeled(old, case, [house.vault.case_key(case), *deks]) == FILES["html"]
    # One of the two calls is erased; the other lives on, and so does the package's own key.
    one = found[1]
    one.holds.update(provisional_until=NOON)
    holds = frozenset((hold.pk, RecordingId(one.pk)) for hold in one.holds.all())
    changes = Changes(drop=vaults.dying(one), release_holds=holds)
    rolling.roll(house.vault, changes, NOON)

    assert vaults.sound_of(house.vault, found[0], NOON) == vaults.SOUND
    assert house.vault.case_key(CaseId(package.package.pk))
    with pytest.raises(NoLongerOpens):
        packages.open_part(house.vault, request, package.code, "html", NOON)
    # Its bytes are gone here, and what an old dump keeps of them opens for nobody.
    assert not PackagePart.objects.exists()
    with pytest.raises(NoLongerOpens):
        bundles.unseal(house.vault, CaseId(package.package.pk), old, 0, NOON)
    left = [house.vault.case_key(case), house.vault.entry(RecordingId(found[0].pk), NOON).dek]
    assert peeled(old, case, left) is None
    packages.tidy(house.vault, NOON)
    with pytest.raises(KeyGone):
        house.vault.case_key(case)
    # Nor would all its calls' keys be enough, without its own: that is its clock.
    assert peeled(old, case, deks) is None


def test_its_own_clock_kills_it_while_its_calls_live(house: House) -> None:
    request, package, found = made(house)
    old, later = kept(package), NOON + packages.LINK_LIVES
    just_before = later - timedelta(seconds=1)
    assert packages.open_part(house.vault, request, package.code, "json", just_before) == b"{}"

    with pytest.raises(NoLongerOpens):  # whether or not a sweep has run
        packages.open_part(house.vault, request, package.code, "json", later)
    assert packages.tidy(house.vault, later) == 1
    with pytest.raises(KeyGone):
        bundles.unseal(house.vault, CaseId(package.package.pk), old, 0, later)
    assert vaults.sound_of(house.vault, found[0], later) == vaults.SOUND


def test_every_key_is_needed_and_no_part_stands_in_for_another(house: House) -> None:
    _, package, found = made(house)
    bundle, case = kept(package), CaseId(package.package.pk)
    forged = [
        Bundle(bundle.recordings[::-1], bundle.wrapped, bundle.parts),
        Bundle(bundle.recordings[:1], bundle.wrapped, bundle.parts),
        Bundle(bundle.recordings, bundle.wrapped, bundle.parts[::-1]),
        Bundle(bundle.recordings, flipped(bundle.wrapped), bundle.parts),
    ]
    assert bundles.unseal(house.vault, case, bundle, 1, NOON) == FILES["json"]
    for one in forged:
        with pytest.raises(TalteenError):
            bundles.unseal(house.vault, case, one, 0, NOON)
    assert len(found) == 2


def test_a_certificate_says_that_a_copy_was_handed_out_before(house: House) -> None:
    request, package, found = made(house)
    packages.open_part(house.vault, request, package.code, "html", NOON)
    for one in found:
        one.holds.update(provisional_until=NOON)
    holds = frozenset((hold.pk, RecordingId(one.pk)) for one in found for hold in one.holds.all())
    rolling.roll(house.vault, Changes(drop=vaults.dying(*found), release_holds=holds), NOON)

    assert [one.delivered for one in Destruction.objects.all()] == [1, 1]
