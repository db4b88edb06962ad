"""For which address security keys are made: a name with TLS, or this machine."""

from __future__ import annotations

import pytest

from services.people.security_keys import RelyingParty, relying_party


@pytest.mark.parametrize(
    ("address", "party"),
    [
        ("https://gj.example.gov.cn", ("gj.example.gov.cn", "https://gj.example.gov.cn")),
        ("https://GJ.example.cn:443/", ("gj.example.cn", "https://gj.example.cn")),
        ("https://gj.example.cn:8443", ("gj.example.cn", "https://gj.example.cn:8443")),
        ("https://开工.中国", ("xn--estny.xn--fiqs8s", "https://xn--estny.xn--fiqs8s")),
        ("http://127.0.0.1:8210", ("localhost", "http://localhost:8210")),
        ("http://0.0.0.0:8210", ("localhost", "http://localhost:8210")),
        ("http://gj.example.gov.cn", None),
        ("https://10.0.0.7", None),
        ("https://[2001:db8::1]", None),
    ],
)
def test_keys_are_for_one_address(address, party):
    assert relying_party(address) == (RelyingParty(*party) if party else None)
