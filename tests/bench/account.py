#!/usr/bin/env python3
"""account.py [QUESTIONS] - what a question to account-check costs

One at a time, and many under way: a key among 10,000 keys of 1,000 organisations,
made here.  Wants build/bin in PATH.  Prints the round trip in microseconds, and the CPU
of account-check for each."""
import hashlib
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

n = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
ticks = os.sysconf("SC_CLK_TCK")


def cpu(pid):
    f = open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()
    return (int(f[11]) + int(f[12])) / ticks


with tempfile.TemporaryDirectory() as d:
    os.chmod(d, 0o700)
    os.makedirs(d + "/i/account", 0o700)
    subprocess.run(["account-edit", d + "/i", "org-list"], check=True)
    db = sqlite3.connect(d + "/i/account/db")
    secret = "0" * 48
    h = hashlib.sha256(secret.encode()).hexdigest()
    db.executemany("INSERT INTO org VALUES (?, ?, ?, '*', 0, 1)", [(i, "o%d" % i, "o%d" % i) for i in range(1, 1001)])
    db.executemany("INSERT INTO key (id, org, by, role, scopes, senders, clients, hash, made)"
                   " VALUES (?, ?, 'x', 'user', 'send,read', '*', '', ?, 1)",
                   [("%016x" % i, i % 1000 + 1, h) for i in range(10000)])
    db.commit()
    db.close()
    server = subprocess.Popen(["account-check", "-l", d + "/sock", d + "/i/account"])
    while not os.path.exists(d + "/sock"):
        time.sleep(0.01)
    s = socket.socket(socket.AF_UNIX)
    s.connect(d + "/sock")
    lines = [b"id:%d\task:who\tscheme:bearer\tkey:rp_%016x_%s\tip:192.0.2.1\n" % (i + 1, i * 7919 % 10000, secret.encode())
             for i in range(n)]
    took, before = [], cpu(server.pid)
    for line in lines:
        t = time.perf_counter()
        s.sendall(line)
        answer = s.recv(65536)
        took.append(time.perf_counter() - t)
        assert b"\tstatus:ok\t" in answer and answer.endswith(b"\n")
    took.sort()
    print("one at a time: median %.0f us, 99%% %.0f us, CPU of account-check %.1f us each"
          % (took[n // 2] * 1e6, took[n * 99 // 100] * 1e6, (cpu(server.pid) - before) / n * 1e6))
    before, began = cpu(server.pid), time.perf_counter()
    threading.Thread(target=s.sendall, args=(b"".join(lines),)).start()
    f = s.makefile("rb")
    good = sum(b"\tstatus:ok\t" in f.readline() for _ in range(n))
    whole = time.perf_counter() - began
    assert good == n
    print("all under way: %.0f a second, CPU %.1f us each" % (n / whole, (cpu(server.pid) - before) / n * 1e6))
    server.terminate()
    server.wait()
