"""What people do with matters 事件: one transaction an act."""
