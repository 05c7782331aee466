"""The callback ledger (回访问题台账): every answer that matters is a row, and every row is closed by somebody."""
