#!/usr/bin/env python3
"""A name server for tests, on 127.0.0.1, UDP and TCP.

usage: fakedns.py [--delay MS] PORTFILE ZONE.json [LOG]

Writes its port into PORTFILE when it is ready; ends with its standard input
if that is a pipe.
With --delay each answer by UDP comes so many milliseconds later.
LOG receives a line NAME TYPE for each question.

ZONE is an object: name -> "TIMEOUT" | "SERVFAIL" | "REFUSED" | object of
type -> list of values (or one value).  Types: A AAAA (address), TXT SPF (a
string, or a list of strings that make one record), MX ([preference, name]),
PTR NS CNAME (name), SOA is made up.  A type may be "TIMEOUT" or "SERVFAIL"
as well.  A name that is not there is NXDOMAIN unless others stand below it;
a name without the type has no data.  "*.x" matches names below x that are not
there.  Letter case does not count.  A SIGHUP reads ZONE again.
"""
import collections, ipaddress, json, os, select, signal, socket, stat, struct, sys, time

TYPES = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX",
         16: "TXT", 28: "AAAA", 99: "SPF"}
NUMBER = {v: k for k, v in TYPES.items()}


def read_zone(path):
    zone = {}
    for name, data in json.load(open(path)).items():
        zone[name.rstrip(".").lower().encode("latin-1", "replace")] = data
    return zone


def wire(name):
    out = b""
    raw = name if isinstance(name, bytes) else name.encode("latin-1", "replace")
    for label in raw.rstrip(b".").split(b"."):
        if label:
            out += bytes([len(label[:63])]) + label[:63]
    return out + b"\0"


def rdata(kind, v):
    if kind == "A":
        return ipaddress.IPv4Address(v).packed
    if kind == "AAAA":
        return ipaddress.IPv6Address(v).packed
    if kind in ("TXT", "SPF"):
        out = b""
        for s in v if isinstance(v, list) else [v]:
            b = s.encode("utf-8", "surrogateescape") if isinstance(s, str) else s
            # a longer string than a record can hold becomes several
            for i in range(0, len(b) or 1, 255):
                out += bytes([len(b[i:i + 255])]) + b[i:i + 255]
        return out
    if kind == "MX":
        return struct.pack("!H", int(v[0])) + wire(v[1])
    return wire(v)


def values(kind, v):
    if not isinstance(v, list):
        return [v]
    if kind == "MX" and len(v) == 2 and isinstance(v[0], int):
        return [v]
    return v


def find(zone, name):
    """the data of a name, {} for one that only has names below, or None"""
    if name in zone:
        return zone[name]
    if any(k.endswith(b"." + name) for k in zone):
        return {}
    parts = name.split(b".")
    for i in range(1, len(parts)):
        if b"*." + b".".join(parts[i:]) in zone:
            return zone[b"*." + b".".join(parts[i:])]
    return None


def answer(zone, q, log):
    """the reply to a query, or None for silence"""
    if len(q) < 17:
        return None
    ident, flags, qd = struct.unpack("!HHH", q[:6])
    pos, labels = 12, []
    while q[pos]:
        labels.append(q[pos + 1:pos + 1 + q[pos]])
        pos += 1 + q[pos]
    pos += 1
    qtype, = struct.unpack("!H", q[pos:pos + 2])
    question = q[12:pos + 4]
    kind = TYPES.get(qtype, str(qtype))
    name = b".".join(labels).lower()
    if log:
        log.write("%s %s\n" % (name.decode("latin-1"), kind))
        log.flush()
    rcode, records = 0, []
    owner = name
    for _ in range(20):
        data = find(zone, owner)
        if data is None:
            rcode = 3
            break
        if not isinstance(data, str):
            data = {k.upper(): v for k, v in data.items()}
            if "CNAME" in data and kind != "CNAME":
                target = values("CNAME", data["CNAME"])[0]
                records.append((owner, "CNAME", rdata("CNAME", target)))
                owner = target.rstrip(".").lower().encode("latin-1", "replace")
                continue
            data = data.get(kind, [])
        if data == "TIMEOUT":
            return None
        if data == "SERVFAIL":
            rcode, records = 2, []
        elif data == "REFUSED":
            rcode, records = 5, []
        else:
            for v in values(kind, data):
                records.append((owner, kind, rdata(kind, v)))
        break
    out = b""
    for o, k, d in records:
        out += wire(o) + struct.pack("!HHIH", NUMBER[k], 1, 60, len(d)) + d
    authority = 0
    if not records and rcode in (0, 3):
        soa = wire("ns.invalid") + wire("root.invalid") + struct.pack("!5I", 1, 1, 1, 1, 60)
        zonename = b".".join(name.split(b".")[-1:])
        out += wire(zonename) + struct.pack("!HHIH", 6, 1, 60, len(soa)) + soa
        authority = 1
    head = struct.pack("!6H", ident, 0x8580 | (flags & 0x0100) | rcode, 1,
                       len(records), authority, 0)
    return head + question + out


def main():
    args, delay = sys.argv[1:], 0
    if args[:1] == ["--delay"] and len(args) > 1:
        delay = float(args[1]) / 1000
        args = args[2:]
    if len(args) not in (2, 3):
        sys.exit(__doc__)
    portfile, path = args[:2]
    log = open(args[2], "a") if len(args) > 2 else None
    late = collections.deque()  # (when, answer, to whom)
    state = {"zone": read_zone(path)}

    def again(*_):
        state["zone"] = read_zone(path)
    signal.signal(signal.SIGHUP, again)
    for _ in range(50):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        port = udp.getsockname()[1]
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tcp.bind(("127.0.0.1", port))
            break
        except OSError:
            udp.close()
            tcp.close()
    tcp.listen(50)
    with open(portfile + ".new", "w") as f:
        f.write("%d\n" % port)
    os.rename(portfile + ".new", portfile)
    conns = {}
    ends = [0] if stat.S_ISFIFO(os.fstat(0).st_mode) else []
    while True:
        try:
            ready, _, _ = select.select([udp, tcp] + list(conns) + ends, [], [],
                                        max(0, late[0][0] - time.monotonic()) if late else None)
        except InterruptedError:
            continue
        while late and late[0][0] <= time.monotonic():
            udp.sendto(*late.popleft()[1:])
        for s in ready:
            if s == 0:
                if not os.read(0, 100):
                    return
            elif s is udp:
                q, peer = udp.recvfrom(65536)
                a = answer(state["zone"], q, log)
                if a is not None:
                    limit = 1232 if len(q) > 12 and q[11] else 512
                    if len(a) > limit:  # the rest by TCP
                        n = 12
                        while a[n]:
                            n += 1 + a[n]
                        a = a[:2] + struct.pack("!H", struct.unpack("!H", a[2:4])[0] | 0x0200) + \
                            struct.pack("!4H", 1, 0, 0, 0) + a[12:n + 5]
                    late.append((time.monotonic() + delay, a, peer))
                    if not delay:
                        udp.sendto(*late.popleft()[1:])
            elif s is tcp:
                c, _ = tcp.accept()
                conns[c] = b""
            else:
                try:
                    got = s.recv(65536)
                except OSError:
                    got = b""
                if not got:
                    s.close()
                    del conns[s]
                    continue
                conns[s] += got
                while len(conns[s]) >= 2:
                    n, = struct.unpack("!H", conns[s][:2])
                    if len(conns[s]) < 2 + n:
                        break
                    a = answer(state["zone"], conns[s][2:2 + n], log)
                    conns[s] = conns[s][2 + n:]
                    if a is not None:
                        s.sendall(struct.pack("!H", len(a)) + a)


main()
