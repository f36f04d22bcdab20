"""Alerts that the server has not acknowledged: sealed on disk, in memory while that takes nothing."""
