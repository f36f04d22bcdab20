#!/usr/bin/env bash
# Locks every dependency with hashes and without registry URLs. What is shipped is what is tested, so the server's and
# the worker's locks follow dev.txt. `scripts/lock.sh --upgrade` takes the newest versions; without it, existing locks
# are kept.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export UV_PYTHON_DOWNLOADS=never UV_CUSTOM_COMPILE_COMMAND="make lock"

compile() {
  local name=$1
  shift
  .venv/bin/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
    --generate-hashes --no-emit-index-url --output-file "requirements/$name.txt" "$@"
}

compile dev pyproject.toml --all-extras --group dev "$@"
compile server pyproject.toml --extra server --constraints requirements/dev.txt "$@"
compile worker pyproject.toml --extra worker --constraints requirements/dev.txt "$@"
echo uv | compile uv - "$@"
echo setuptools | compile build - "$@"

(cd pwa && npm install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel error)
node scripts/complete_npm_lock.mjs pwa/package-lock.json
(cd pwa && npm install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel error)
