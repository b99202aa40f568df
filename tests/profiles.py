"""How thorough a run of the tests is: the environment variable TEST_PROFILE names a row of ``PROFILES``.

``dev`` is the default, and ``make check`` uses ``ci``, which also runs every scenario as a module.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings

# Examples of a property test, as a share of the number that the test names.
PROFILES = {"dev": 0.2, "ci": 0.6, "long": 20.0}
FEWEST = 10
PROFILE = os.environ.get("TEST_PROFILE") or "dev"
if PROFILE not in PROFILES:
    raise ValueError(f"TEST_PROFILE is {PROFILE!r}; use one of {', '.join(PROFILES)}")
THOROUGH = PROFILE != "dev"


def scaled(number: int) -> int:
    """Return how many examples the profile makes of the number that a test names."""
    return max(min(FEWEST, number), round(number * PROFILES[PROFILE]))


def examples(number: int = 100, **more: Any) -> settings:
    """Return the settings of a property test with so many examples in the profile ``ci``.

    Examples have no deadline: the time of an example depends on how busy the machine is.
    """
    return settings(max_examples=scaled(number), deadline=None, **more)


def fuzzing(number: int) -> settings:
    """Return the settings of an inner property test, which may be slow and large."""
    return examples(number, suppress_health_check=list(HealthCheck))
