"""Metadata after metadata: complete ones replace, partial ones change by id (RFC 7865 6.1.1).

Merging is associative, so a node that missed nothing and one that got two partials as one know the
same. It only says what holds *now*; that a participant ever was there is remembered by the call.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from typing import TypeVar

from talteen.engine.wire.siprec import Flow, Metadata, Mode

_Object = TypeVar("_Object")


def merge(known: Metadata, update: Metadata) -> Metadata:
    """What holds after ``update``. An association in a partial replaces the former one of that
    participant; of an object, what the partial says anew; all else stays."""
    if update.mode is Mode.COMPLETE:
        return update
    return Metadata(
        known.mode,
        _by(lambda one: one.id, known.groups, update.groups),
        _by(lambda one: one.id, known.sessions, update.sessions),
        _by(lambda one: one.id, known.participants, update.participants),
        _by(lambda one: one.id, known.streams, update.streams),
        _by(lambda one: (one.participant, one.session), known.attendances, update.attendances),
        _flows(known.flows, update.flows),
        known.extensions + update.extensions,
        tuple(dict.fromkeys(known.warnings + update.warnings)),
    )


def unknown_ids(known: Metadata, update: Metadata) -> tuple[str, ...]:
    """Ids that a partial takes for known although nobody has told them: a snapshot is missing.

    A participant stands for his streams: they are not named beside him.
    """
    if update.mode is Mode.COMPLETE:
        return ()
    after = merge(known, update)
    people = {one.id for one in after.participants}
    streams = {one.id for one in after.streams}
    missing: dict[str, None] = {}
    for flow in update.flows:
        if flow.participant not in people:
            missing[flow.participant] = None
        else:
            missing |= dict.fromkeys(one for one in flow.send if one not in streams)
    missing |= dict.fromkeys(
        one.participant for one in update.attendances if one.participant not in people
    )
    return tuple(missing)


def _by(
    key: Callable[[_Object], object], known: Sequence[_Object], update: Sequence[_Object]
) -> tuple[_Object, ...]:
    """Objects by their key: what ``update`` says of one goes over what was known of it."""
    found: dict[object, _Object] = {}
    for one in (*known, *update):
        former = found.get(key(one))
        found[key(one)] = one if former is None else _over(former, one)
    return tuple(found.values())


def _over(former: _Object, one: _Object) -> _Object:
    said = {field.name: getattr(one, field.name) for field in fields(one)}  # type: ignore[arg-type]
    said = {name: value for name, value in said.items() if value is not None}
    return replace(former, **said)  # type: ignore[type-var]


def _flows(known: Iterable[Flow], update: Iterable[Flow]) -> tuple[Flow, ...]:
    return tuple({one.participant: one for one in (*known, *update)}.values())
