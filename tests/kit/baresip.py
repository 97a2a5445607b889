"""baresip (Debian's baresip-core) as a telephone that we did not write: it knows no SIPREC and
sends its sound to us as to anybody. SIP over UDP or TLS, RTP or SRTP with SDES keys."""

import contextlib
import shutil
import subprocess
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

MODULES = Path("/usr/lib/baresip/modules")
LEAD_S = 8
"""Silence before it speaks: long enough to be told that the caller was informed."""
TAIL_S = 1
"""And after it. It hangs up when there is no more."""
QUIT_S = 60
_CONFIG = """
sip_listen 127.0.0.1:0
module_path {modules}
module stdio.so
module g711.so
module aufile.so
module srtp.so
module uuid.so
module_tmp account.so
module_app menu.so
audio_source aufile,{sound}
audio_player aufile,{folder}/heard.wav
audio_srate 8000
audio_channels 1
rtp_ports 10000-19998
rtcp_mux no
"""


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone that is calling."""

    process: subprocess.Popen[str]

    def ended(self) -> str:
        """Wait for the call's own end; all that was said until then."""
        assert self.process.stdout
        said = []
        for line in self.process.stdout:
            said.append(line)
            if "terminated (duration" in line:
                break
        return "".join(said)


@contextlib.contextmanager
def calling(server: str, folder: Path, pcm: bytes, *, secure: bool = False) -> Iterator[Phone]:
    """One call to ``server`` (HOST:PORT) that says ``pcm`` (16 bit, 8 kHz) after a silence.

    ``secure``: over TLS, with SRTP or not at all. The test is skipped, with the line that installs
    it, where there is no baresip.
    """
    if shutil.which("baresip") is None:
        pytest.skip("no baresip here: apt-get install baresip-core")
    folder.mkdir(parents=True, exist_ok=True)
    sound = folder / "sound.wav"
    with wave.open(str(sound), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(bytes(16_000 * LEAD_S) + pcm + bytes(16_000 * TAIL_S))
    told = _CONFIG.format(modules=MODULES, sound=sound, folder=folder)
    (folder / "config").write_text(told)
    more = ";transport=tls" if secure else ""
    keys = ";mediaenc=srtp-mand" if secure else ""
    account = f"<sip:7103@127.0.0.1>;regint=0;audio_codecs=PCMA{keys}\n"
    (folder / "accounts").write_text(account)
    (folder / "contacts").write_text("")
    process = subprocess.Popen(
        [
            "baresip",
            "-f",
            str(folder),
            "-t",
            str(QUIT_S),
            "-e",
            f"/dial sip:talteen@{server}{more}",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
    )
    try:
        yield Phone(process)
    finally:
        process.terminate()  # its BYE may still be on the way: it says good-bye, then goes
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
