# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is no text is not encrypted: the reader would take "None" for the secret."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.inet.elastic.plugins.filter.sealed_box import FilterModule


@pytest.mark.parametrize("given", [None, 5, True, ["value"], {"a": "value"}, "\ud800"])
def test_what_is_not_a_text(given: Any) -> None:
    with pytest.raises(AnsibleFilterError) as caught:
        FilterModule().filters()["sealed_box"](given, "AAAA")
    assert str(caught.value) == "sealed_box: the input is not a text of valid Unicode"
