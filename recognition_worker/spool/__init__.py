"""Alerts that the server has not acknowledged: sealed on disk, or in memory while the disk cannot be written."""
