"""Proper scores, counted rates, rivals, backtests."""
