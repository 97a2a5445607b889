"""Secrets stand in files of their own: settings only name them."""

from pathlib import Path

from talteen.errors import ConfigError


def read_secret(path: Path, *, key: str) -> str:
    """The secret in the file that ``key`` names, without the line end.

    Raises ConfigError if it is missing, empty, or readable by other people of the machine.
    """
    try:
        if path.stat().st_mode & 0o007:
            raise ConfigError(
                f"{key}: {path} can be read by everybody here", remedy=f"chmod 600 {path}"
            )
        secret = path.read_text().strip()
    except OSError as error:
        raise ConfigError(
            f"{key}: {path} cannot be read ({error.strerror})", remedy="write its whole path"
        ) from None
    if not secret:
        raise ConfigError(f"{key}: {path} is empty", remedy="put the secret into that file")
    return secret
