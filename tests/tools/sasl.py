#!/usr/bin/env python3
"""sasl.py SOCKET WORD... - log in by auth-socket(5), once or often

A line for each of these, with the time in seconds behind it when -t stands
before SOCKET:

    plain:NAME:PASSWORD[@IP]    OK NAME, FAIL NAME [temp|user_disabled]
    login:NAME:PASSWORD[@IP]
    scram:NAME:PASSWORD[@IP]    and its server must prove itself
    many:N:NAME:PASSWORD[@IP]   PLAIN so often, all at once; "OK n FAIL n"
    mechs                       what the server has
    wait:SECONDS
"""
import base64, hashlib, hmac, socket, sys, time


def b64(b):
    return base64.b64encode(b).decode()


class Client:
    def __init__(self, path):
        self.s = socket.socket(socket.AF_UNIX)
        self.s.settimeout(120)
        self.s.connect(path)
        self.f = self.s.makefile("r", encoding="latin-1", newline="\n")
        self.s.sendall(b"VERSION\t1\t1\nCPID\t1\n")
        self.id, self.mechs = 0, []
        while True:
            w = self.line()
            if w[0] == "MECH":
                self.mechs.append(w[1])
            if w[0] == "DONE":
                break

    def line(self):
        t = self.f.readline()
        if not t:
            raise EOFError
        return t.rstrip("\n").split("\t")

    def say(self, *words):
        self.s.sendall(("\t".join(words) + "\n").encode())

    def begin(self, mech, ip, resp):
        self.id += 1
        self.say("AUTH", str(self.id), mech, "service=smtp", *(["rip=" + ip] if ip else []), "nologin",
                 *(["resp=" + b64(resp)] if resp is not None else []))

    def answer(self, resp):
        self.say("CONT", str(self.id), b64(resp))

    def end(self):
        w = self.line()
        user = "".join(x[5:] for x in w if x.startswith("user="))
        return " ".join([w[0], user] + [x for x in w if x in ("temp", "user_disabled")]).rstrip()

    def plain(self, name, password, ip):
        self.begin("PLAIN", ip, b"\0" + name + b"\0" + password)
        return self.end()

    def login(self, name, password, ip):
        self.begin("LOGIN", ip, None)
        assert self.line()[2] == "VXNlcm5hbWU6"
        self.answer(name)
        assert self.line()[2] == "UGFzc3dvcmQ6"
        self.answer(password)
        return self.end()

    def scram(self, name, password, ip):
        bare = b"n=" + name + b",r=clientnonce"
        self.begin("SCRAM-SHA-256", ip, b"n,," + bare)
        w = self.line()
        if w[0] != "CONT":
            return " ".join(w[:1] + w[2:])
        first = base64.b64decode(w[2])
        r, s, i = (x[2:] for x in first.split(b",")[:3])
        salted = hashlib.pbkdf2_hmac("sha256", password, base64.b64decode(s), int(i))
        mac = lambda k, m: hmac.new(k, m, "sha256").digest()
        key = mac(salted, b"Client Key")
        without = b"c=biws,r=" + r
        auth = bare + b"," + first + b"," + without
        proof = bytes(a ^ b for a, b in zip(key, mac(hashlib.sha256(key).digest(), auth)))
        self.answer(without + b",p=" + base64.b64encode(proof))
        w = self.line()
        if w[0] != "CONT":
            return " ".join([w[0]] + [x[5:] for x in w if x.startswith("user=")])
        assert base64.b64decode(w[2]) == b"v=" + base64.b64encode(mac(mac(salted, b"Server Key"), auth)), "the server's proof"
        self.answer(b"")
        return self.end()

    def many(self, n, name, password, ip):
        for _ in range(n):
            self.begin("PLAIN", ip, b"\0" + name + b"\0" + password)
        good = sum(self.line()[0] == "OK" for _ in range(n))
        return "OK %d FAIL %d" % (good, n - good)

    def do(self, word):
        what, _, rest = word.partition(":")
        if what == "mechs":
            return " ".join(self.mechs)
        if what == "wait":
            time.sleep(float(rest))
            return "waited"
        rest, _, ip = rest.partition("@")
        n = 0
        if what == "many":
            n, _, rest = rest.partition(":")
        name, _, password = rest.partition(":")
        args = [name.encode(), password.encode(), ip]
        return self.many(int(n), *args) if what == "many" else getattr(self, what)(*args)


def main():
    args = sys.argv[1:]
    timed = args[0] == "-t"
    c = Client(args[timed])
    for word in args[timed + 1:]:
        t = time.monotonic()
        said = c.do(word)
        print(said + (" %.3f" % (time.monotonic() - t) if timed else ""), flush=True)


main()
