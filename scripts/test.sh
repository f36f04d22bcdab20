#!/usr/bin/env bash
# Every test, the fast ones first; a failure does not hide the rest.
set -uo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.." || exit

failed=()
(cd pwa && npm run --silent test) || failed+=(pwa)
.venv/bin/python -m pytest tests/unit tests || failed+=(python)

[[ ${#failed[@]} -eq 0 ]] || { echo "failed: ${failed[*]}" >&2; exit 1; }
