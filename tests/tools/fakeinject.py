#!/usr/bin/env python3
"""The end of a receiving chain for tests: takes parcels, answers receipts.

usage: fakeinject.py [-l SOCKET] DIR ANSWERS

Parcel number N (from 1) is written to DIR/N.env and DIR/N.msg.  ANSWERS says
what the receipts are, a letter each, the last one for all that follow:
K queued (id fakeNNNN), Z temporary, D permanent, X: exit without a receipt,
H: read on and never answer, J: answer junk, G: K, but not before the file
DIR/go is there.  With -l a Unix socket is served
instead of descriptors 0 and 1, one connection after the other."""
import os
import socket
import sys
import time


def netstring(rd):
    head = b""
    while not head.endswith(b":"):
        c = rd.read(1)
        if not c:
            return None
        head += c
    n = int(head[:-1])
    data = rd.read(n)
    if len(data) < n or rd.read(1) != b",":
        return None
    return data


class Fake:
    def __init__(self, where, answers):
        self.where, self.answers, self.n = where, answers, 0

    def serve(self, rd, wr):
        while True:
            parcel = netstring(rd)
            if parcel is None:
                return
            a = self.answers[min(self.n, len(self.answers) - 1)]
            self.n += 1
            env, msg = parcel.split(b"\n\n", 1)
            for name, data in (("env", env + b"\n"), ("msg", msg)):
                path = os.path.join(self.where, "%d.%s" % (self.n, name))
                # two of them may share a folder
                temp = "%s.%d" % (path, os.getpid())
                with open(temp, "wb") as f:
                    f.write(data)
                os.rename(temp, path)
            if a == "X":
                sys.exit(0)
            if a == "H":
                continue
            while a == "G" and not os.path.exists(self.where + "/go"):
                time.sleep(0.02)
            a = "K" if a == "G" else a
            text = {"K": b"Kfake%04d" % self.n,
                    "Z": b"Z4.3.1 queue is full",
                    "D": b"D5.7.1 refused", "J": b"?"}[a]
            wr.write(b"%d:%s," % (len(text), text))
            wr.flush()


def main():
    args = sys.argv[1:]
    path = None
    if args[:1] == ["-l"]:
        path, args = args[1], args[2:]
    fake = Fake(*args)
    if path is None:
        fake.serve(sys.stdin.buffer, sys.stdout.buffer)
        return
    s = socket.socket(socket.AF_UNIX)
    s.bind(path)
    s.listen(8)
    while True:
        c, _ = s.accept()
        try:
            fake.serve(c.makefile("rb"), c.makefile("wb"))
        except (BrokenPipeError, ConnectionResetError):
            pass
        c.close()


main()
