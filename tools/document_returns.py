"""Writes the members of results that all modules share into the RETURN block of each module.

    tools/document_returns.py [--check]

ansible-core has no documentation fragments for RETURN. A module documents its own members, then `api_calls` with a
`sample` of its own; everything else from `api_calls` on is written here. With `--check` nothing is written; exit code 1
when a block is not what would be written.
"""

from __future__ import annotations

import json
import re
import string
import sys

import _project as project

SHARED = string.Template("""\
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: $calls
api_retries:
  description: How many of these calls were retried, after a transport error or an expired session.
  returned: always
  type: dict
  sample: {}
api_seconds:
  description: Time that the calls of each API method took, in seconds.
  returned: always
  type: dict
  sample: $seconds
steps:
  description: The changes in words, in their order; in check mode the changes that a run would make.
  returned: success
  type: list
  elements: str
failure:
  description: The failure, for programs.
  returned: failure
  type: dict
  contains:
    kind:
      description:
        - Kind of failure, such as V(input), V(refused), V(not_reached), V(answer_lost), V(wait_timeout) or V(store).
      type: str
    code:
      description: Result code of the platform; null without one.
      type: int
    method:
      description: API method that failed; null if no call failed.
      type: str
steps_done:
  description: The changes that were made before the failure.
  returned: failure
  type: list
  elements: str
msg:
  description: What is wrong and what to do, in one line.
  returned: failure
  type: str
""")
BLOCK = re.compile(r'(?<=\n)api_calls:\n(?:  .*\n)*?  sample: (\{.*\})\n(?:.*\n)*?(?=""")')


def written(block: re.Match[str]) -> str:
    first = next(iter(json.loads(block[1])))
    return SHARED.substitute(calls=block[1], seconds=json.dumps({first: 0.12}))


def main(check: bool) -> int:
    code = 0
    for path in sorted((project.ROOT / "plugins" / "modules").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        made, blocks = BLOCK.subn(written, text)
        problem = "is not current: run tools/document_returns.py" if check and made != text else ""
        problem = problem if blocks == 1 else "must end with api_calls and its sample, see tools/document_returns.py"
        if problem:
            print(f"{path.relative_to(project.ROOT)}: RETURN {problem}")
            code = 1
        elif made != text:
            path.write_text(made, encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
