#!/usr/bin/env python3
"""mailsink.py [-h] PORT [FILE] - a fast SMTP server on 127.0.0.1 that takes everything

Each message is appended to FILE as it came, dots and line ends undone, behind
a line "X-Rcpt-Args: ADDRESS" for each recipient.  FILE is opened for each
message, so that whoever reads it may take it away.  With -h no DATA is
answered before SIGUSR1.
"""
import asyncio, re, resource, signal, socket, sys

BACKLOG = 4000
held = [] if sys.argv[1] == "-h" else None
if held is not None:
    del sys.argv[1]
port, path = int(sys.argv[1]), (sys.argv[2:] or ["/dev/null"])[0]
OFFER = b"250-mailsink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
OK = b"250 2.0.0 ok\r\n"


class Session(asyncio.Protocol):
    def connection_made(self, transport):
        self.out, self.rest, self.data, self.to = transport, b"", False, []
        transport.write(b"220 mailsink ESMTP\r\n")

    def data_received(self, bytes_):
        self.rest += bytes_
        replies = []
        while self.message(replies) if self.data else self.command(replies):
            pass
        self.out.write(b"".join(replies))
        if replies and replies[-1][:3] == b"221":
            self.out.close()

    def message(self, replies):
        body, end, rest = (b"\r\n" + self.rest).partition(b"\r\n.\r\n")
        if not end:
            return False
        head = b"".join(b"X-Rcpt-Args: %s\n" % a for a in self.to)
        with open(path, "ab", 0) as f:
            f.write(head + body[2:].replace(b"\r\n.", b"\r\n").replace(b"\r\n", b"\n") + b"\n")
        self.rest, self.data, self.to = rest, False, []
        replies.append(OK)
        return True

    def command(self, replies):
        line, end, rest = self.rest.partition(b"\r\n")
        if not end:
            return False
        self.rest, word = rest, line[:4].upper()
        if word == b"RCPT":
            self.to.append(re.search(rb"<.*>", line)[0])
        elif word in (b"MAIL", b"RSET", b"EHLO", b"HELO"):
            self.to = []
        self.data = word == b"DATA"
        if self.data and held is not None:
            held.append(self.out)
            return False
        replies.append({b"EHLO": OFFER, b"DATA": b"354 go on\r\n",
                        b"QUIT": b"221 2.0.0 bye\r\n"}.get(word, OK))
        return word != b"QUIT"


def go_on():
    global held
    for out in held or []:
        out.write(b"354 go on\r\n")
    held = None


async def main():
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, go_on)
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", port))
    server = await asyncio.get_running_loop().create_server(Session, sock=s, backlog=BACKLOG)
    await server.serve_forever()


asyncio.run(main())
