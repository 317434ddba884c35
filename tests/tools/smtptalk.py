#!/usr/bin/env python3
"""usage: smtptalk.py PORT - send standard input, half-close, print what comes"""
import socket
import sys

s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
s.sendall(sys.stdin.buffer.read())
s.shutdown(socket.SHUT_WR)
while True:
    b = s.recv(65536)
    if not b:
        break
    sys.stdout.buffer.write(b)
