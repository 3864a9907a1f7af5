"""What past cases teach: the withdrawals data set, replay, fits."""
