"""The promise: what the notice says, as values and dates.

Nothing here reads a file, a clock or a table. Text, facts and instants come in; values come out.
What law sets is dated (``law``); what the controller decides stands in its register
(``register_file``); what the public reads is made from both (``text``) and is refused while it
promises too little or too much (``check``).
"""
