"""What pages, the API and the command line show: plain frozen values, ready for JSON.

Names come in both languages (:class:`models.values.Text`); states are the values of their
enumerations, whose words stand in :mod:`services.wording.words`.
"""
