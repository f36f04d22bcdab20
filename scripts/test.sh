#!/usr/bin/env bash
# Every test, in three processes with the PWA's beside them; a failure does not hide the rest.
set -uo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# What takes longest begins, so that the two end together. Of folders inside each other pytest would take the outer one's
# order, so each is named once, unknown ones before those with small files.
shopt -s nullglob
folders=()
for folder in tests/{browser,acceptance,worker,contract,integration} tests/*/ tests/test_*.py; do
  folder=${folder%/}
  [[ -e $folder && $folder != *__pycache__ && " ${folders[*]} " != *" $folder "* ]] && folders+=("$folder")
done

# In one piece, when it has ended: long before the others, whose closing line stays the last.
pwa() {
  local said status
  said=$(npm --prefix pwa run --silent test 2>&1)
  status=$?
  printf '\n%s\n' "$said"
  return "$status"
}

# Three processes, since much is waited for; they, their servers and a browser share the cores: what is due in seconds
# may take three times as many.
export SIPHA_TEST_PATIENCE=${SIPHA_TEST_PATIENCE:-3}

# Tests start some hundred Python processes. Where PYTHONDONTWRITEBYTECODE is set, as in many containers, each would
# compile everything that it imports anew, which takes most of its life; so all of them share what is compiled.
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX=$PWD/.build/pycache

failed=()
pwa &
.venv/bin/python -m pytest -n "${SIPHA_TEST_PROCESSES:-3}" "${folders[@]}" || failed+=(python)
wait $! || failed+=(pwa)

[[ ${#failed[@]} -eq 0 ]] || { echo "failed: ${failed[*]}" >&2; exit 1; }
