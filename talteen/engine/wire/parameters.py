"""The parameters of a header: ``value;name=token;other="quoted string"`` (RFC 3261 25.1).

Names are case-insensitive and come in any order; blanks around ``;`` and ``=`` mean nothing; a name
may stand alone. Of a name that comes twice the first counts. Reading is total: whatever is no
parameter is left out.
"""

Parameters = dict[str, str]


def split(value: str) -> tuple[str, Parameters]:
    """What stands before the first ``;``, and the parameters after it, names in lower case.

    A name without ``=`` has the empty value. A quoted value is given without its quotes.
    """
    main, *pieces = value.split(";") if '"' not in value else _outside_quotes(value)
    return main.strip(), _parameters(pieces)


def only(value: str) -> Parameters:
    """The parameters of a value that has nothing before them."""
    return _parameters(value.split(";") if '"' not in value else _outside_quotes(value))


def _parameters(pieces: list[str]) -> Parameters:
    found: Parameters = {}
    for piece in pieces:
        name, _, text = piece.partition("=")
        if name := name.strip().lower():
            found.setdefault(name, _unquoted(text.strip()))
    return found


def _unquoted(text: str) -> str:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    inside = text[1:-1]
    if "\\" not in inside:
        return inside
    # RFC 3261 25.1: a backslash in a quoted string stands for the character after it.
    characters = iter(inside)
    return "".join(next(characters, "") if one == "\\" else one for one in characters)


def _outside_quotes(value: str) -> list[str]:
    """``value`` cut at each semicolon that no quotes enclose."""
    pieces, begun, quoted, escaped = [], 0, False, False
    for at, character in enumerate(value):
        if escaped:
            escaped = False
        elif quoted and character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character == ";" and not quoted:
            pieces.append(value[begun:at])
            begun = at + 1
    return [*pieces, value[begun:]]
