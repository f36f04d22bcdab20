#!/usr/bin/env python
"""The command `sipha` of the server image, where the code is copied, not installed."""

from api.cli import main

main()
