"""Backup, restore and the drills that try them: ``backup``, ``restore``, ``trying``.

Everything here works on a whole house and on a folder beside it. Keys are never copied: what a
backup can open is decided by the holders that are left (DESIGN 5, REGISTER 17.6).
"""
