"""What matters 事件 are: kinds, facts, commands."""
