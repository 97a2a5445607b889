"""Finnish names in their cases, without a dictionary: a name has some stems, a case an ending.

"Virtaselle" is Virtase|lle, "Pekan" is Peka|n, "Lahdelta" is Lahde|lta. Stems are written out once
for all listed names; a word is stripped of every ending that it may have.
"""

import re
from collections.abc import Iterable, Iterator

_ENDINGS = sorted(
    (
        "n a ä ta tä tta ttä lla llä lle lta ltä ssa ssä sta stä na nä ksi an än en in on un yn ön "
        "een iin aan ään oon uun lla llä nne ni si nsa nsä lleni ltani"
    ).split(),
    key=len,
)
_CLITIC = re.compile(r"(kin|kaan|kään|han|hän|ko|kö)$")
_GRADED = {
    "kk": "k", "pp": "p", "tt": "t", "nk": "ng", "nt": "nn", "mp": "mm", "lt": "ll", "rt": "rr",
    "ht": "hd", "lk": "l", "rk": "r", "hk": "h", "rp": "rv", "lp": "lv",
}  # fmt: skip
_VOWELS = "aeiouyäö"


def stems(names: Iterable[str]) -> frozenset[str]:
    """Every stem that a case of one of ``names`` (folded) may be built on."""
    return frozenset(stem for name in names for stem in _stems_of(name))


def uninflected(word: str) -> Iterator[str]:
    """``word`` (folded) without each ending that it may have, the shortest ending first."""
    for bare in {word, _CLITIC.sub("", word)}:
        for ending in _ENDINGS:
            if bare.endswith(ending) and len(bare) - len(ending) >= 3:
                yield bare.removesuffix(ending)


def _stems_of(name: str) -> Iterator[str]:
    if name.endswith("nen"):
        yield from (name[:-3] + "se", name[:-3] + "s")
    elif name.endswith("s") and len(name) > 3:
        yield from (name[:-1] + "kse", name[:-1] + name[-2], name + "i")
    elif name.endswith("e"):
        yield from (name + "e", name)
    elif name[-1:] in _VOWELS:
        yield from _vowel_stems(name)
    else:
        yield from (name + "i", name + "e", name)


def _vowel_stems(name: str) -> Iterator[str]:
    body, vowel = name[:-1], name[-1]
    weak = _weak(body)
    yield from (name, weak + vowel)
    if vowel == "i":
        yield from (body + "e", weak + "e")


def _weak(body: str) -> str:
    """``body`` (what stands before the last vowel) in the weak grade, if it has one."""
    if body[-2:] in _GRADED:
        return body[:-2] + _GRADED[body[-2:]]
    if len(body) > 2 and body[-2] in _VOWELS:
        single = {"t": "d", "p": "v", "k": ""}
        if body[-1] in single:
            return body[:-1] + single[body[-1]]
    return body
