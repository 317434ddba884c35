#!/usr/bin/env python3
"""An HTTPS server for tests, on a free port of 127.0.0.1.

usage: httpsserver.py PORTFILE HOSTS.json [LOG [PORT]]

Writes its port into PORTFILE when it is ready; ends with its standard input if
that is a pipe.  HOSTS is an object: name -> object of

    cert    PEM of the key and the chain that are shown to who asks for the name
    status  200
    version "HTTP/1.1", which is said in front of it
    type    Content-Type, "text/plain"; null: none
    body    what is answered, text
    fields  object of further header fields
    size    so many bytes more, blanks
    manner  a word of:
            slow    a byte of the body each 50 ms
            silent  nothing behind the handshake, for ever
            mute    not even a handshake
            cut     the connection ends in the middle of the body
            close   ... before an answer
            chunked the body in pieces, and no length
            header  a header that does not end
            tls11   TLS 1.1 at most
            gone    connections are refused (a listening socket cannot do that
                    for one name: it ends them)

Of a name that is not there it shows the certificate of the first, and says 404.
It is read anew for each connection.  LOG receives for each request a line NAME
METHOD PATH TYPE AGENT LENGTH BODY, with - for what is not there, the body in hex.
"""
import json
import os
import select
import socket
import ssl
import stat
import sys
import threading
import time
import warnings

warnings.simplefilter("ignore", DeprecationWarning)


def context(entry):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if entry.get("manner") == "tls11":
        c.minimum_version = ssl.TLSVersion.TLSv1
        c.maximum_version = ssl.TLSVersion.TLSv1_1
        c.set_ciphers("ALL:@SECLEVEL=0")
    c.load_cert_chain(entry["cert"])
    return c


def read_request(s):
    data = b""
    while b"\r\n\r\n" not in data:
        more = s.recv(65536)
        if not more:
            return None
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    fields = dict((k.lower(), v.strip()) for k, _, v in (l.partition(":") for l in lines[1:]))
    want = int(fields.get("content-length", 0))
    while len(body) < want:
        more = s.recv(65536)
        if not more:
            return None
        body += more
    method, path = lines[0].split(" ")[:2]
    return method, path, fields, body


def answer(s, entry):
    manner = entry.get("manner", "")
    body = entry.get("body", "").encode("utf-8", "surrogateescape") + b" " * entry.get("size", 0)
    head = "%s %d Said\r\n" % (entry.get("version", "HTTP/1.1"), entry.get("status", 200))
    kind = entry.get("type", "text/plain")
    if kind is not None:
        head += "Content-Type: %s\r\n" % kind
    for k, v in entry.get("fields", {}).items():
        head += "%s: %s\r\n" % (k, v)
    if manner == "silent":
        s.recv(1)
        return
    if manner == "close":
        return
    if manner == "header":
        while True:
            s.sendall(b"X-More: " + b"x" * 1000 + b"\r\n") if head is None else s.sendall(head.encode())
            head = None
    if manner == "chunked":
        s.sendall((head + "Transfer-Encoding: chunked\r\n\r\n").encode())
        for i in range(0, len(body), 7):
            piece = body[i:i + 7]
            s.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        s.sendall(b"0\r\n\r\n")
        return
    s.sendall((head + "Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body)).encode())
    if manner == "slow":
        for i in range(len(body)):
            s.sendall(body[i:i + 1])
            time.sleep(0.05)
    elif manner == "cut":
        s.sendall(body[:len(body) // 2])
    else:
        s.sendall(body)


def say(log, *words):
    if log:
        with open(log, "a") as f:
            f.write(" ".join(words) + "\n")


def serve(raw, hosts, log):
    asked = {}

    def on_name(s, name, _):
        asked["name"] = name or ""
        entry = hosts.get(name)
        if entry is not None:
            asked["entry"] = entry
            s.context = contexts[name]

    try:
        contexts = {}
        for name, entry in hosts.items():
            contexts[name] = context(entry)
        first = next(iter(hosts))
        if len(hosts) == 1 and hosts[first].get("manner") == "mute":
            raw.recv(1 << 20)
            time.sleep(3600)
        ground = contexts[first]
        # the versions are chosen before the name is looked at
        if any(e.get("manner") == "tls11" for e in hosts.values()):
            ground = context({"cert": hosts[first]["cert"], "manner": "tls11"})
        ground.sni_callback = on_name
        s = ground.wrap_socket(raw, server_side=True)
        r = read_request(s)
        if r is not None:
            method, path, fields, body = r
            say(log, asked.get("name") or "-", method, path, fields.get("content-type", "-"),
                fields.get("user-agent", "-"), str(len(body)), body.hex() or "-")
            answer(s, asked.get("entry", {"status": 404}))
            s.unwrap()
    except (OSError, ssl.SSLError, ValueError):
        pass
    finally:
        raw.close()


def main():
    if len(sys.argv) not in (3, 4, 5):
        sys.exit(__doc__)
    portfile, path = sys.argv[1:3]
    log = sys.argv[3] if len(sys.argv) > 3 else None
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", int(sys.argv[4]) if len(sys.argv) > 4 else 0))
    listening.listen(128)
    with open(portfile + ".new", "w") as f:
        f.write("%d\n" % listening.getsockname()[1])
    os.rename(portfile + ".new", portfile)
    watch = [listening]
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        watch.append(0)
    while True:
        ready = select.select(watch, [], [])[0]
        if 0 in ready:
            return
        raw, _ = listening.accept()
        try:
            with open(path) as f:
                hosts = json.load(f)
        except (OSError, ValueError):   # it is being written
            hosts = {}
        if not hosts or next(iter(hosts.values())).get("manner") == "gone":
            raw.close()
            continue
        threading.Thread(target=serve, args=(raw, hosts, log), daemon=True).start()


main()
