"""How the register is used, looked at from outside: odd uses, a hundredth that is asked why, and
the access log for those who watch many systems (REGISTER D).

No rule here sees a word, a number or a name, and none accuses: it says that somebody should look.
"""
