"""baresip, a telephone of another maker, calls a node straight: no SIPREC, no metadata, no labels.

What can be recorded is recorded.
"""

from pathlib import Path

import pytest

from tests.kit import baresip, reception, speech
from tests.kit.houses import Built
from tests.life.capture.test_sipral import announce, opened

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_plain_telephone_is_recorded_byte_for_byte_in_clear_and_secured(
    built: Built, tmp_path: Path
) -> None:
    said = speech.said("caller", 3.0)
    with reception.reception(
        built.house.vault, tmp_path / "node", prompts=reception.of_the_house()
    ) as node:
        for count, secure in enumerate((False, True), 1):
            port = node.tls_port if secure else node.port
            with baresip.calling(
                f"127.0.0.1:{port}", tmp_path / f"phone{count}", said.pcm, secure=secure
            ) as phone:
                announce(node)
                told = phone.ended()
            ended = node.ended(count)[-1]
            assert ended.call is not None
            (sound,) = opened(node, ended.call).values()
            assert said.alaw in sound, told[-3000:]
