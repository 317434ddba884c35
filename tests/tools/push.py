#!/usr/bin/env python3
"""push.py PORT COUNT SESSIONS ACCEPTED [CLIENTS] - send messages and note which were accepted

Message I has the header "X-Push: I" and goes to uI@relay.test.  Each
session sends its share; when the connection breaks or a reply is no 2xx it
connects anew and tries the same message again, as a real client would.  The
number of each message that got its 250 is appended to the file ACCEPTED.
Connections come from so many addresses of 127.0.0.0/24 in turn, by default
from one.  Ends when all are accepted, or with status 1 after 240 seconds.
"""
import itertools, socket, sys, threading, time

port, count, sessions, out = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
end = time.monotonic() + 240
lock = threading.Lock()
log = open(out, "a")
left = list(range(count))
clients = itertools.cycle(range(1, 1 + int((sys.argv[5:] or [1])[0])))


class Session:
    def __init__(self):
        self.s = socket.create_connection(("127.0.0.1", port), 10, ("127.0.0.%d" % next(clients), 0))
        self.f = self.s.makefile("rb")
        self.expect(b"220")
        self.say(b"EHLO push.test\r\n", b"250")

    def expect(self, code):
        while True:
            line = self.f.readline()
            if line[3:4] == b"-":
                continue
            if line[:3] != code:
                raise OSError(line)
            return

    def say(self, data, code):
        self.s.sendall(data)
        self.expect(code)

    def send(self, i):
        self.s.sendall(b"MAIL FROM:<push@from.test>\r\nRCPT TO:<u%d@relay.test>\r\nDATA\r\n" % i)
        self.expect(b"250"); self.expect(b"250"); self.expect(b"354")
        self.say(b"Subject: push\r\nX-Push: %d\r\n\r\n%s\r\n.\r\n" % (i, b"x" * 1500), b"250")

    def close(self):
        self.f.close(); self.s.close()


def work():
    session = None
    while time.monotonic() < end:
        with lock:
            if not left:
                return
            i = left.pop()
        while time.monotonic() < end:
            try:
                session = session or Session()
                session.send(i)
                with lock:
                    log.write("%d\n" % i); log.flush()
                break
            except OSError:
                if session:
                    session.close()
                session = None
                time.sleep(0.05)


threads = [threading.Thread(target=work) for _ in range(sessions)]
[t.start() for t in threads]
[t.join() for t in threads]
sys.exit(len(open(out).read().split()) < count)
