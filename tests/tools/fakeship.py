#!/usr/bin/env python3
"""fakeship.py RECORD [ANSWERS] - a link of log-ship, ship-batch(5), for tests

Appends what it takes, a line an event, to the file RECORD, with one write for a
batch, and a line "batch N" for each batch to RECORD.batches.  The n-th batch, of
all that have come since the file ANSWERS was made, is answered with its n-th
line, in which ; stands for the end of a line of the receipt; those behind the
last with K.  "always" in front of the first line makes it that of all.  Other
words there:

    die        end at once, with nothing taken
    take-die   take all and end, with no receipt
    exit N     end with that status
    hang       never answer
    cut        half a receipt, and the end
    garbage    what is no receipt
    slow MS    K, after so long
    big BYTES  S when the batch has more bytes than that, else K
    not TEXT   D when an event has this text, else K: with more than one event
               whoever sends has to find it"""
import os
import sys
import time


def read(n):
    out = b""
    while len(out) < n:
        piece = os.read(0, n - len(out))
        if not piece:
            sys.exit(0)
        out += piece
    return out


def batch():
    head = b""
    while not head.endswith(b":"):
        head += read(1)
    content = read(int(head[:-1]))
    if read(1) != b",":
        sys.exit("no netstring")
    lines = content.split(b"\n")
    if lines.pop() != b"" or not lines or b"" in lines:
        sys.exit("no lines")
    for line in lines:
        if not line.startswith(b"eid:") or b"\tsrc:" not in line[:41]:
            sys.exit("no event: %r" % line[:80])
    return content, lines


def append(path, data):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.write(fd, data)
    os.close(fd)


def which(path):
    """how many batches came before, with this one counted"""
    count = path + ".n"
    n = int(open(count).read()) if os.path.exists(count) else 0
    with open(count + ".new", "w") as f:
        f.write(str(n + 1))
    os.rename(count + ".new", count)
    return n


def answer(receipt):
    os.write(1, b"%d:%s," % (len(receipt), receipt))


def main():
    record = sys.argv[1]
    answers = sys.argv[2] if len(sys.argv) > 2 else None
    while True:
        content, lines = batch()
        say = "K"
        if answers and os.path.exists(answers):
            script = open(answers).read().split("\n")
            n = which(answers)
            say = script[n] if n < len(script) and script[n] else "K"
            if script[0].startswith("always "):
                say = script[0][7:]
        append(record + ".batches", b"batch %d\n" % len(lines))
        word = say.split(" ")
        if word[0] == "die":
            os._exit(111)
        if word[0] == "exit":
            os._exit(int(word[1]))
        if word[0] == "hang":
            time.sleep(1000)
        if word[0] == "cut":
            os.write(1, b"2:K")
            os._exit(0)
        if word[0] == "garbage":
            os.write(1, b"2:XX,")
            continue
        if word[0] == "slow":
            time.sleep(int(word[1]) / 1000)
            say = "K"
        if word[0] == "big":
            say = "S too large" if len(content) > int(word[1]) else "K"
        if word[0] == "not":
            say = "D refused" if word[1].encode() in content else "K"
        if word[0] == "take-die":
            append(record, content)
            os._exit(111)
        receipt = say.split(";")
        if receipt[0].startswith("K"):
            named = {int(x.split(" ")[0][1:]) for x in receipt[1:]}
            append(record, b"".join(x + b"\n" for i, x in enumerate(lines)
                                    if i not in named))
        answer(("\n".join(receipt) + "\n").encode())


main()
