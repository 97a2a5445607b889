"""The files that a browser is sent as they are, as the pages find them at their start."""

from typing import Any

from whitenoise.compress import Compressor  # type: ignore[import-untyped]
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names that carry a hash of the content, and a gzip beside each file.

    No Brotli, which is there or not by which extras are installed: it would take a second of every
    start for a tenth of a few hundred kilobytes.
    """

    def create_compressor(self, **kwargs: Any) -> Compressor:
        return Compressor(use_brotli=False, **kwargs)
