#!/usr/bin/env bash
# setup.sh tools|check|demo|test|bench: prepares a clone so that the `make` target of that name can run. Safe to repeat:
# whatever is up to date costs a few hashes and no network.
set -euo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.."

main() {
  mkdir -p .build
  exec 9>.build/lock
  flock -n 9 || { say "waiting for another set-up of this clone"; flock 9; }
  case $1 in
    tools | check) scripts/debian.sh python ;;
    demo) scripts/debian.sh python postgresql ;;
    test) scripts/debian.sh python postgresql browsers ;;
    bench) scripts/debian.sh python postgresql bench ;;
    *) fail "usage: scripts/setup.sh tools|check|demo|test|bench" ;;
  esac
  python_packages
  node_packages
  [[ $1 == tools ]] || build_pwa
  [[ $1 == tools || $1 == check ]] || prepare_models
}

python_packages() {
  local wanted
  wanted=$(fingerprint requirements/dev.txt requirements/uv.txt pyproject.toml)
  # A virtual environment holds absolute paths, so it does not survive a moved clone or a replaced Python.
  if [[ -e .venv ]] && ! { grep -qsF "$PWD/.venv" .venv/bin/activate && .venv/bin/python -c ''; } 2>/dev/null; then
    rm -rf .venv
  fi
  if [[ -x .venv/bin/sipha ]] && is_done python "$wanted"; then return; fi
  if [[ ! -x .venv/bin/python ]]; then
    local python
    python=$(scripts/python.sh)
    say "making the virtual environment with $python"
    "$python" -m venv .venv || { rm -rf .venv; fail "Python could not create .venv"; }
  fi
  say "installing the Python packages"
  export SSL_CERT_FILE=${SSL_CERT_FILE:-${PIP_CERT:-}} UV_PYTHON_DOWNLOADS=never
  [[ -n $SSL_CERT_FILE ]] || unset SSL_CERT_FILE
  quietly pip .venv/bin/python -m pip install --disable-pip-version-check --require-hashes --no-deps -r requirements/uv.txt
  # uv does not read pip's configuration, so a mirror set there is passed on.
  if [[ -z ${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-} ]]; then
    UV_DEFAULT_INDEX=$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)
    if [[ -n $UV_DEFAULT_INDEX ]]; then export UV_DEFAULT_INDEX; else unset UV_DEFAULT_INDEX; fi
  fi
  .venv/bin/uv pip sync -q --python .venv/bin/python --require-hashes requirements/dev.txt
  .venv/bin/uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e .
  done_with python "$wanted"
}

node_packages() {
  scripts/node.sh
  export PATH="$PWD/.build/node/bin:$PATH"
  local wanted
  wanted=$(node --version; fingerprint pwa/package-lock.json pwa/.npmrc)
  if [[ -d pwa/node_modules ]] && is_done node "$wanted"; then return; fi
  say "installing the Node packages"
  PUPPETEER_SKIP_DOWNLOAD=1 PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 \
    quietly node npm --prefix pwa ci --ignore-scripts --no-audit --no-fund --loglevel error
  done_with node "$wanted"
}

build_pwa() {
  local sources wanted
  mapfile -d '' sources < <(
    find pwa api/locales -type d \( -name node_modules -o -name dist -o -name paraglide -o -name cache -o -name tests \) -prune \
      -o -type f ! \( -path '*/project.inlang/*' ! -name settings.json \) -print0 | sort -z
  )
  wanted=$(fingerprint "${sources[@]}")
  if [[ -f pwa/dist/index.html ]] && is_done pwa "$wanted"; then return; fi
  say "building the PWA"
  quietly pwa npm --prefix pwa run --silent build
  done_with pwa "$wanted"
}

prepare_models() {
  local folder=${SIPHA_MODELS:-$PWD/.models} wanted
  wanted=$(fingerprint recognition_worker/onnx/manifest.toml recognition_worker/onnx/packages/*; echo "$folder")
  if compgen -G "$folder/*.onnx" >/dev/null && is_done models "$wanted"; then return; fi
  say "preparing the recognition models"
  quietly models .venv/bin/sipha-worker --log-level warning models prepare --into "$folder"
  done_with models "$wanted"
}

fingerprint() { sha256sum "$@" | sha256sum; }
is_done() { [[ -f .build/$1.done && $(<".build/$1.done") == "$2" ]]; }
done_with() { printf '%s\n' "$2" >".build/$1.done"; }
quietly() {
  local log=.build/$1.log
  shift
  "$@" >"$log" 2>&1 || { tail -n 20 "$log" >&2; fail "this failed: $* (more in $log)"; }
}
say() { echo "set-up: $*"; }
fail() { echo "set-up: $*" >&2; exit 1; }

# Package managers run in their own process group, so that a signal to this script stops them too.
set -m
main "${1:-demo}" </dev/null &
job=$!
trap 'kill -TERM -- "-$job" 2>/dev/null; exit 143' TERM HUP
trap 'kill -INT -- "-$job" 2>/dev/null; kill -TERM -- "-$job" 2>/dev/null; exit 130' INT
wait "$job"
