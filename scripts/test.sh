#!/usr/bin/env bash
# Every test, in three processes with the PWA's alongside; a failure does not stop the others.
set -uo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# The longest start first, so that all processes end together. For nested folders pytest would use the outer one's
# order, so each folder is named once, unknown ones before those with small files.
shopt -s nullglob
folders=()
for folder in tests/{browser,acceptance,worker,contract,integration} tests/*/ tests/test_*.py; do
  folder=${folder%/}
  [[ -e $folder && $folder != *__pycache__ && " ${folders[*]} " != *" $folder "* ]] && folders+=("$folder")
done

# Printed in one piece when it ends, long before the others, whose summary line must stay last.
pwa() {
  local said status
  said=$(npm --prefix pwa run --silent vitest 2>&1) # set-up has compiled the texts with the PWA
  status=$?
  printf '\n%s\n' "$said"
  return "$status"
}

# Three processes, because tests mostly wait. They, their servers and a browser share the cores, so anything timed may
# take three times as long.
export SIPHA_TEST_PATIENCE=${SIPHA_TEST_PATIENCE:-3}

# Tests start about a hundred Python processes. With PYTHONDONTWRITEBYTECODE set, as in many containers, each would
# recompile everything it imports, which takes most of its run time; so all of them share one bytecode cache.
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX=$PWD/.build/pycache

failed=()
pwa &
.venv/bin/python -m pytest -n "${SIPHA_TEST_PROCESSES:-3}" "${folders[@]}" || failed+=(python)
wait $! || failed+=(pwa)

[[ ${#failed[@]} -eq 0 ]] || { echo "failed: ${failed[*]}" >&2; exit 1; }
