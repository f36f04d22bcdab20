#!/usr/bin/env bash
# Prints the first Python ≥ 3.11 that can create a virtual environment and has what the worker's spool needs.
set -euo pipefail

complete='import sys, ensurepip, sqlite3, ssl, venv; sys.exit(sys.version_info < (3, 11))'
for candidate in python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
  if "$candidate" -c "$complete" 2>/dev/null; then
    "$candidate" -c 'import sys; print(sys.executable)'
    exit
  fi
done
echo "set-up: no Python ≥ 3.11 with venv, ssl and sqlite3 found: install one, then start again" >&2
exit 1
