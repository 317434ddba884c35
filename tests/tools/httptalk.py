#!/usr/bin/env python3
"""Bytes to a server of HTTP at a Unix socket, and what it says.

    httptalk.py SOCKET [BYTES]... : each argument is written, with the escapes of
        Python (\\r \\n \\x00); "wait:N" waits for N answers, "step" lets the bytes of
        the next argument go one by one, "shut" says that no more comes.
    httptalk.py SOCKET -f FILE : FILE has lines of a name, a TAB and bytes, each a
        connection of its own; the answers of each stand in one line behind its name
It prints a line for each answer: its status, "close" if it says so, and its content;
and "end" where the server hangs up."""
import socket
import sys


class Answers:
    def __init__(self, s):
        self.s, self.b, self.n = s, b"", 0

    def more(self):
        d = self.s.recv(65536)
        if not d:
            raise EOFError
        self.b += d

    def one(self):
        while b"\r\n\r\n" not in self.b:
            self.more()
        head, self.b = self.b.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        status = lines[0].split(" ")[1]
        f = {k.lower(): v for k, v in (x.split(": ", 1) for x in lines[1:])}
        n = int(f.get("content-length", "0"))
        while len(self.b) < n:
            self.more()
        body, self.b = self.b[:n], self.b[n:]
        self.n += 1
        close = " close" if f.get("connection") == "close" else ""
        self.say(f"{status}{close} {body.decode('utf-8', 'replace').strip()}")

    @staticmethod
    def say(text):
        print(text, end="|" if many else "\n", flush=True)


def plain(text):
    return text.encode("latin-1").decode("unicode_escape").encode("latin-1")


def talk(path, args):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(60)
    s.connect(path)
    a = Answers(s)
    step = False
    try:
        for arg in args:
            if arg == "step":
                step = True
            elif arg == "shut":
                s.shutdown(socket.SHUT_WR)
            elif arg.startswith("wait:"):
                while a.n < int(arg[5:]):
                    a.one()
            else:
                b = plain(arg)
                for i in range(0, len(b), 1 if step else len(b)):
                    s.sendall(b[i:i + 1] if step else b)
                step = False
        while True:
            a.one()
    except (EOFError, ConnectionError):
        a.say("end")
    except socket.timeout:
        a.say("nothing")


many = sys.argv[2] == "-f"
if many:
    for line in open(sys.argv[3]):
        name, text = line.rstrip("\n").split("\t")
        print(name, end=": ")
        talk(sys.argv[1], [text])
        print()
else:
    talk(sys.argv[1], sys.argv[2:])
