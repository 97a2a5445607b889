"""``talteen prove``: each sentence of the notice, held against the house that published it.

``gather*`` reads the living house into ``facts``, frozen values of counts and days; ``judging*``
judges a fact by itself, pure; ``registry`` says which sentence hangs on which judgement; ``report``
puts them under the clauses, with what is not proved live beside what is; ``words`` says each
finding to people. No caller is in any of it: counts, days, codes.
"""
