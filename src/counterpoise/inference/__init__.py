"""Rates counted from the record, and what is fitted on past cases."""
