"""Rates counted from the record; past cases become posteriors: replay, design table, fit, diagnostics."""
