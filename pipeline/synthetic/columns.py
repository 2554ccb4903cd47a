"""The columns of the release that is imitated, and which of them are 0 or 1."""

from __future__ import annotations

from typing import Final

from pipeline.dataset import load_dataset

COLUMNS: Final = next(
    release.features for release in load_dataset("ciciot2023").releases if release.name == "v1"
)
BITS: Final = (
    *(f"{flag}_flag_number" for flag in ("fin", "syn", "rst", "psh", "ack", "ece", "cwr")),
    *("HTTP", "HTTPS", "DNS", "Telnet", "SMTP", "SSH", "IRC", "TCP", "UDP", "DHCP", "ARP"),
    *("ICMP", "IPv", "LLC"),
)
