"""A node hears the announcement by itself (REGISTER 6.3, decision 092).

A call without stated evidence waits in an ear's memory. The signaller (``desk``) tells a process of
its own (``process``) which calls wait; that process asks for their sound, decodes it (``sound``),
looks for the house's prompts in it (``room``, ``hearing``), and says where one ended. It owns
nothing that anybody needs: killed, it is told of the waiting calls again and asks anew.
"""
