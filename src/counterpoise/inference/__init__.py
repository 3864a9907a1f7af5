"""Past cases, the record and dated withdrawals become numbers: replay, design table, fit, diagnostics; counted rates."""
