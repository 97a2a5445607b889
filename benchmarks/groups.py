"""The groups in which the promises are told, and the modules that measure each."""

GROUPS: dict[str, tuple[str, ...]] = {
    "capture": (
        "capture_media",
        "capture_peers",
        "capture_calls",
        "capture_soak",
        "capture_sip",
        "capture_metadata",
        "capture_setup",
        "capture_alignment",
        "capture_hearing",
        "capture_hearing_cost",
    ),
    "vault": ("vault", "destroyed"),
    "log": ("log",),
    "words": ("masking", "words_speech", "words", "words_split", "words_unspoken", "words_memory"),
    "search": ("search", "search_forms"),
    "web": ("web", "lists", "listeners", "gate"),
    "player": ("player",),
    "jobs": ("jobs",),
    "start": ("start",),
    "whole": ("whole",),
    "scale": ("scale", "day"),
}
TITLES = {
    "capture": "Capture",
    "vault": "Vault and destruction",
    "log": "Log and certificates",
    "words": "Words and masking",
    "search": "Search",
    "web": "Pages and sound",
    "player": "A call of an hour in the player",
    "jobs": "Queue",
    "start": "First start",
    "whole": "From hang-up to search",
    "scale": "Growth towards a million calls a day",
}


def modules(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """(group, module) of the named groups and modules, in the order of the table; of all without
    names. KeyError names what is neither.
    """
    known = {*GROUPS, *(module for each in GROUPS.values() for module in each)}
    for name in names:
        if name not in known:
            raise KeyError(name)
    return [
        (group, module)
        for group, each in GROUPS.items()
        for module in each
        if not names or group in names or module in names
    ]
