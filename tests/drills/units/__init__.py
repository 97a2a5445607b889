"""The units, on a machine with a systemd of its own, installed by the guide's own lines."""
