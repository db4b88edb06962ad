"""Words for what codes and conditions mean, in both languages."""
