"""How acts and the events they record are declared; every declaration stands beside its function.

:mod:`rules.cases.declarations.registry` finds them and prepares the tables by which acts are
admitted, decided, offered, written down, told and folded back.
"""
