#!/usr/bin/env bash
# secrets.sh [FOLDER]: looks for keys, tokens and passwords in every file that git tracks or would track. Mark a false
# positive with `pragma: allowlist secret` on its line, or `pragma: allowlist nextline secret` above it. Does not check
# keys over the network.
set -euo pipefail
house=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "${1:-$house}"

# Lock files are full of hashes, screen texts say "password" in two languages, and the API's copy is generated.
made='^(requirements/.*\.txt|recognition_worker/onnx/packages/.*|pwa/(package-lock\.json|project\.inlang/.*|src/api/(openapi\.json|schema\.ts)|src/locales/[^/]+/.*\.json)|api/locales/.*\.json)$'

git ls-files -z --cached --others --exclude-standard |
  xargs -0 -r "$house/.venv/bin/detect-secrets-hook" --no-verify --cores 2 --exclude-files "$made" \
    --exclude-lines '^sha256 = "[0-9a-f]{64}"$'
