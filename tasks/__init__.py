"""What machines do: Prefect tasks, each opening one service call."""
