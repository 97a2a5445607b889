"""KEEPING IT RUNNING: is this machine fit (doctor), what is it doing (metrics), and a call of the
house to itself that proves the whole path.

Above recovery, so that it may look at everything; below the desk, which prints what it finds.
"""
