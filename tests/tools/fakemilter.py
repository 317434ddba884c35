#!/usr/bin/env python3
"""A milter for tests: does what a script says, and writes down what it is told.

usage: fakemilter.py [-v VERSION] [-a ACTIONS] [-s STEPS] [-m STAGE=NAMES]...
                     WHERE SCRIPT LOG

WHERE is a path for a Unix socket, or a file that a TCP port is written into.
The script is read anew for each connection and after each message.  A line of
it says what is done at a step, by its letter (C H M R T L N B E; O: to the
negotiation), in order; the last one of a step ends it, or `continue` does:

    R reject                        any answer: accept continue reject tempfail
                                    discard skip progress
    R code 550 5.7.1 no\\r\\n...    an SMTP reply
    E add NAME VALUE                header: also ins INDEX, chg INDEX
    E rcpt ADDRESS ARGS, E norcpt ADDRESS, E from ADDRESS ARGS
    E body FILE, E hold REASON
    E raw HEX                       any bytes
    E wait FILE                     until that is there
    E slow N                        N times progress, 0.3 s between
    E hang, E die                   nothing more; the connection ends
    E used                          the same, if it has had a message before

A letter may have a condition, R=TEXT: only where TEXT stands in what came.
The log has a line a packet: the number of its connection, the letter, and its
data as Python writes bytes; of the body only how much there was, and its
SHA-256 at the end."""
import getopt
import hashlib
import os
import socket
import struct
import sys
import threading
import time

WORDS = {"accept": b"a", "continue": b"c", "reject": b"r", "tempfail": b"t",
         "discard": b"d", "skip": b"s", "progress": b"p"}
opts, args = getopt.getopt(sys.argv[1:], "v:a:s:m:")
flags = dict(opts)
VERSION = int(flags.get("-v", "6"))
ACTIONS = int(flags.get("-a", "1ff"), 16)
STEPS = int(flags.get("-s", "0"), 16)
MACROS = [v.split("=", 1) for k, v in opts if k == "-m"]
where, script, log = args
lock = threading.Lock()
out = open(log, "a")


def packet(what, data=b""):
    return struct.pack(">I", len(data) + 1) + what + data


def text(s):
    return s.encode("latin-1").decode("unicode_escape").encode("latin-1") + b"\0"


class Gone(Exception):
    pass


class Conn:
    def __init__(self, sock, n):
        self.sock, self.n, self.messages = sock, n, 0

    def say(self, data):
        self.sock.sendall(data)

    def note(self, what, data):
        with lock:
            out.write("%d %s %s\n" % (self.n, what, data))
            out.flush()

    def read(self, n):
        data = b""
        while len(data) < n:
            more = self.sock.recv(n - len(data))
            if not more:
                raise Gone
            data += more
        return data

    def load(self):
        self.lines = [line.rstrip("\n").split(" ", 2) for line in open(script) if line.strip()]
        self.body = hashlib.sha256()
        self.size = 0

    def answer(self, line):
        """does one line; True when that is an answer"""
        word = line[1]
        rest = line[2] if len(line) > 2 else ""
        part = rest.split(" ")
        if word in WORDS:
            self.say(packet(WORDS[word]))
            return word != "progress"
        if word == "code":
            self.say(packet(b"y", text(rest)))
            return True
        if word == "add":
            name, value = rest.split(" ", 1)
            self.say(packet(b"h", text(name) + text(value)))
        elif word in ("ins", "chg"):
            index, name, value = (rest + " ").split(" ", 2)
            self.say(packet(b"i" if word == "ins" else b"m",
                            struct.pack(">I", int(index)) + text(name) + text(value.rstrip(" ") if word == "chg" else value[:-1])))
        elif word == "rcpt":
            self.say(packet(b"2" if len(part) > 1 else b"+", b"".join([text(part[0]), text(" ".join(part[1:]))][:min(len(part), 2)])))
        elif word == "norcpt":
            self.say(packet(b"-", text(rest)))
        elif word == "from":
            self.say(packet(b"e", text(part[0]) + (text(" ".join(part[1:])) if len(part) > 1 else b"")))
        elif word == "body":
            with open(rest, "rb") as f:
                while True:
                    piece = f.read(65000)
                    if not piece:
                        break
                    self.say(packet(b"b", piece))
        elif word == "hold":
            self.say(packet(b"q", text(rest)))
        elif word == "raw":
            self.say(bytes.fromhex(rest))
        elif word == "wait":
            while not os.path.exists(rest):
                time.sleep(0.02)
        elif word == "slow":
            for _ in range(int(rest)):
                time.sleep(0.3)
                self.say(packet(b"p"))
        elif word == "hang":
            while self.sock.recv(65536):
                pass
            raise Gone
        elif word == "die" or word == "used" and self.messages > 0:
            raise Gone
        elif word == "used":
            pass
        else:
            sys.exit("fakemilter: " + word)
        return False

    def step(self, what, data):
        for line in self.lines:
            letter, _, condition = line[0].partition("=")
            if letter == what and condition.encode() in data and self.answer(line):
                return
        mute = {"C": 1 << 12, "H": 1 << 13, "M": 1 << 14, "R": 1 << 15, "T": 1 << 16,
                "L": 1 << 7, "N": 1 << 18, "B": 1 << 19}
        if what == "O":
            offer = struct.unpack(">III", data[:12])
            reply = struct.pack(">III", min(VERSION, offer[0]), ACTIONS, STEPS)
            for stage, names in MACROS:
                reply += struct.pack(">I", int(stage)) + text(names)
            self.say(packet(b"O", reply))
        elif not STEPS & mute.get(what, 0):
            self.say(packet(b"c"))

    def serve(self):
        self.load()
        while True:
            n = struct.unpack(">I", self.read(4))[0]
            data = self.read(n)
            what, data = chr(data[0]), data[1:]
            if what == "B":
                self.body.update(data)
                self.size += len(data)
                if not data.isascii() or len(data) > 200:
                    self.note(what, len(data))
                else:
                    self.note(what, data)
            else:
                self.note(what, data)
            if what == "E":
                self.note("sum", "%d %s" % (self.size, self.body.hexdigest()))
            if what == "Q":
                return
            if what in "AK":
                self.messages += 1
                self.load()
            elif what != "D":
                self.step(what, data)


def one(conn):
    try:
        conn.serve()
    except (Gone, ConnectionError):
        pass
    conn.note("end", "")
    conn.sock.close()


if where.startswith("/") and not where.endswith(".port"):
    s = socket.socket(socket.AF_UNIX)
    s.bind(where + ".new")
    s.listen(100)
    os.rename(where + ".new", where)
else:
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(100)
    with open(where + ".new", "w") as f:
        f.write(str(s.getsockname()[1]))
    os.rename(where + ".new", where)
count = 0
while True:
    sock, _ = s.accept()
    count += 1
    threading.Thread(target=one, args=(Conn(sock, count),), daemon=True).start()
