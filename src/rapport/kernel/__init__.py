"""Words and arithmetic that every area shares: kinds, channels, money, text, refusals. Plain Python."""
