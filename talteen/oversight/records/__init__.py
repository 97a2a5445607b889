"""Call detail records of telephone exchanges, read into one value: eight exports. Pure.

A record names the caller, so it lives in memory only: nothing here logs, stores or quotes it. Each
shape is a file of its own; ``reading`` finds out which one a file has. Described for strangers in
docs/formats/call-records.md.
"""
