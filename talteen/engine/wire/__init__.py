"""The wire: SIP, SDP, SIPREC and RTP as values. Bytes and the time in; events and bytes out.

No socket, no clock and no database is known here, so that every exchange can be replayed in a test
to the byte. Who binds the sockets is ``talteen.life.capture``.
"""
