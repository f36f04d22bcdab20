"""Prints this machine's pip configuration, of files and environment together, as one file for the build of an image.

Leaves out certificates, which have their own place there, and constraints, which are our locks.
"""

import ast
import subprocess
import sys

listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
merged: dict[str, str] = {}
for line in listed.stdout.splitlines():
    name, _, value = line.partition("=")
    section, _, option = name.rpartition(".")
    if section in {"global", "install", ":env:"} and option not in {"cert", "constraint"}:
        merged[option] = " ".join(ast.literal_eval(value).split())
print("[global]", *(f"{option} = {value}" for option, value in merged.items()), sep="\n")
