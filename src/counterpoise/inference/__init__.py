"""Past cases and dated withdrawals become numbers: replay, design table, fit, diagnostics; withdrawals by date."""
