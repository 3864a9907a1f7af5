"""Past cases become posteriors: replay, design table, fit, diagnostics."""
