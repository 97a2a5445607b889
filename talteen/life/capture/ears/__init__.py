"""The ears: sockets that nobody's death closes, and the processes that drain them into journals.

*Drain, don't react* (decision 080): a recorder needs no low latency, so the kernel's buffers are
emptied in batches every few hundred milliseconds and sealed as they came. Decoding comes after the
call, in the house. ``holder`` owns the sockets, ``ear`` visits them, ``control`` is how the
signaller speaks to an ear.
"""
