#!/usr/bin/env bash
# All static checks; a failing check does not stop the others.
set -uo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.." || exit

failed=()

check() {
  local name=$1 output start=$SECONDS
  shift
  if output=$("$@" 2>&1); then
    printf '%-12s ok (%d s)\n' "$name" $((SECONDS - start))
  else
    printf '%-12s FAILED: %s\n%s\n' "$name" "$*" "$output"
    failed+=("$name")
  fi
}

# Lock files must not name a registry: the machine's configuration decides which registry or mirror serves the packages.
locks() {
  ! grep -nE '://|--(extra-)?index-url|--find-links' requirements/*.txt recognition_worker/onnx/packages/*.txt &&
    ! grep -nE '"resolved": *"[a-z+]+:' pwa/package-lock.json recognition_worker/onnx/packages/package-lock.json
}

# The images install only wheels, except for what the Dockerfile names. A new source-only package fails here, not in a
# build.
wheels() {
  local name
  for name in server worker; do
    .venv/bin/uv pip install --quiet --dry-run --no-deps --require-hashes --target .build/wheels --python-version 3.12 \
      --only-binary :all: "${from_source[@]}" -r "requirements/$name.txt" || return
  done
}
mapfile -t from_source < <(grep -oE -- '--no-binary [^ ]+' Dockerfile | tr ' ' '\n')

shell() {
  if command -v shellcheck >/dev/null; then shellcheck scripts/*.sh .ci/run; else bash -n scripts/*.sh .ci/run; fi
}

check format .venv/bin/ruff format --check .
check lint .venv/bin/ruff check .
check types .venv/bin/basedpyright
check layers .venv/bin/lint-imports
check pwa npm --prefix pwa run --silent check
check sizes npm --prefix pwa run --silent sizes
check dockerfile .venv/bin/hadolint Dockerfile
check shell shell
check locks locks
check secrets scripts/secrets.sh
check wheels wheels

[[ ${#failed[@]} -eq 0 ]] || { echo "failed: ${failed[*]}" >&2; exit 1; }
