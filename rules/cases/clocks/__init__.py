"""The clocks of items, declared in one table.

``declaration`` is what can be said, ``kinds`` says it, ``registry`` finds it by name; ``ends`` and
``lights`` read clocks by it. What a clock counts stands in :mod:`rules.clock`.
"""
