"""Proper scores, rivals, backtests."""
