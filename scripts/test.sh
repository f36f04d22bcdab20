#!/usr/bin/env bash
# Every test, the fast ones first; a failure does not hide the rest.
set -uo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# Of folders inside each other pytest would take the outer one's order, so each is named once, unknown ones last.
shopt -s nullglob
folders=()
for folder in tests/{unit,contract,integration,worker,acceptance,browser} tests/*/ tests/test_*.py; do
  folder=${folder%/}
  [[ -e $folder && $folder != *__pycache__ && " ${folders[*]} " != *" $folder "* ]] && folders+=("$folder")
done

failed=()
npm --prefix pwa run --silent test || failed+=(pwa)
.venv/bin/python -m pytest "${folders[@]}" || failed+=(python)

[[ ${#failed[@]} -eq 0 ]] || { echo "failed: ${failed[*]}" >&2; exit 1; }
