#!/usr/bin/env python3
"""starttls.py [-i] DIR COMMAND... - a mail server whose TLS is a program

COMMAND is a server of TLS, @ in it the port to listen at on 127.0.0.1, that
writes to its descriptor 1 what a client says, and tells him what is on its
descriptor 0.  For each connection it is run once: what is before the handshake
is said here, and nothing with -i; and the mail behind it is taken.  The port is
in DIR/port, each message in DIR/msg.N as it came, and what happened in DIR/log."""
import contextlib, os, select, socket, subprocess, sys, threading, time

implicit = sys.argv[1] == "-i"
folder, *command = sys.argv[2 if implicit else 1:]
count = 0


def log(text):
    with open(folder + "/log", "a") as f:
        f.write(text + "\n")


def behind():
    """a connection to a fresh COMMAND, and that"""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    with open(folder + "/said", "ab") as err:
        p = subprocess.Popen([w.replace("@", str(port)) for w in command], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=err)
    end = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port)), p
        except ConnectionRefusedError:
            if time.monotonic() > end or p.poll() is not None:
                raise
            time.sleep(0.02)


def clear(c):
    """up to the handshake: true when there is one"""
    f = c.makefile("rb", buffering=0)
    c.sendall(b"220 mx.px.test ESMTP\r\n")
    while line := f.readline():
        log("clear " + line.decode(errors="replace").strip())
        if line[:4].upper() == b"EHLO":
            c.sendall(b"250-mx.px.test\r\n250 STARTTLS\r\n")
        elif line.upper() == b"STARTTLS\r\n":
            c.sendall(b"220 go\r\n")
            return True
        else:
            c.sendall(b"530 5.7.0 STARTTLS first\r\n")
    return False


def mail(p):
    """what is said under TLS"""
    global count

    def say(text):
        p.stdin.write(text.encode() + b"\r\n")
        p.stdin.flush()

    if implicit:
        say("220 mx.px.test ESMTP")
    while line := p.stdout.readline():
        log("tls " + line.decode(errors="replace").strip())
        verb = line[:4].upper()
        if verb == b"EHLO":
            say("250-mx.px.test\r\n250-PIPELINING\r\n250 8BITMIME")
        elif verb == b"DATA":
            say("354 go on")
            text = b""
            while (line := p.stdout.readline()) != b".\r\n" and line:
                text += line
            count += 1
            with open("%s/msg.%d" % (folder, count), "wb") as f:
                f.write(text)
            say("250 2.0.0 ok")
        elif verb == b"QUIT":
            say("221 2.0.0 bye")    # he ends it, and so it ends
        else:
            say("250 2.0.0 ok")


def heard(p):
    with contextlib.suppress(OSError):  # it has ended
        mail(p)
    p.kill()


def splice(a, b):
    ends = {a: b, b: a}
    while True:
        for s in select.select(list(ends), [], [])[0]:
            try:
                data = s.recv(65536)
                ends[s].sendall(data)
            except OSError:
                data = b""
            if not data:
                return


def serve(c):
    log("from")
    with c:
        if not implicit and not clear(c):
            return
        there, p = behind()
        with there:
            threading.Thread(target=heard, args=(p,), daemon=True).start()
            splice(c, there)
        if p.poll() is None:
            p.kill()
        p.wait()
    log("end")


listener = socket.create_server(("127.0.0.1", 0))
with open(folder + "/port.new", "w") as f:
    f.write("%d\n" % listener.getsockname()[1])
os.rename(folder + "/port.new", folder + "/port")
while True:
    try:
        serve(listener.accept()[0])
    except OSError as e:
        log("failed: %s" % e)
