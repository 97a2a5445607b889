"""The commands of ``talteen``, one file a family. Heavy imports stand inside the functions."""
