#!/usr/bin/env python3
"""sevenbit.py CONF N SEED - N generated messages with 8-bit content
sevenbit.py CONF DIR... - the .eml files there, and each of them in 8 bit

Each goes through mail-fix with CONF, where the rule is seven-bit.  Python's
email package and mail-show must find the same parts with the same content as
before, no byte may be above 127 where nothing is excepted, no line of what
was encoded too long.  One TAP line a message.
"""
import email, os, random, subprocess, sys

FIELDS = b"Message-ID: <m@x>\nDate: d\nFrom: ann@example.org\n"
TEXT = [b"hello", b"caf\xc3\xa9", b"\xfc", b"\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82", b"=", b"=3D",
        b".", b"..", b"From ", b"--", b"--b1", b"--b2--", b" ", b"\t", b"", b"x" * 60, b"\x01", b"\x7f", b"\xff\xfe"]
TYPES = [b"", b"Content-Type: text/plain; charset=utf-8\n", b"Content-Type: text/html; charset=x-unknown\n",
         b"Content-Type: application/octet-stream\n", b"Content-Type: image/png; name=x\n"]
ENCODINGS = [b"", b"Content-Transfer-Encoding: 8bit\n", b"Content-Transfer-Encoding: 7BIT\n",
             b"content-transfer-encoding: binary (x)\n"]


def text(r):
    lines = []
    for _ in range(r.randrange(8)):
        line = b" ".join(r.choice(TEXT) for _ in range(r.choice([0, 1, 3, 10, 60])))
        # what would be a delimiter is none of ours
        lines.append(b"x" + line if line.startswith(b"--b") else line)
    return b"\n".join(lines)


def part(r, depth):
    """header and body; is something in it excepted?"""
    k = r.random()
    if depth < 5 and k < 0.35:
        boundary = b"b%d" % (depth + 10)
        kind, excepted = r.choice([(b"mixed", False), (b"alternative", False), (b"mixed", False), (b"signed", True)])
        head = b"Content-Type: multipart/%s; boundary=%s\n" % (kind, boundary) + r.choice(ENCODINGS)
        body = r.choice([b"", b"before\n"])
        for _ in range(1 + r.randrange(4)):
            p, e = part(r, depth + 1)
            body += b"--" + boundary + b"\n" + p + b"\n"
            excepted |= e
        body += r.choice([b"--" + boundary + b"--\n", b"--" + boundary + b"--\nbehind\n"])
        return head + b"\n" + body, excepted
    if depth < 5 and k < 0.45:
        p, excepted = part(r, depth + 1)
        return b"Content-Type: message/rfc822\n" + r.choice(ENCODINGS) + b"\nSubject: within\n" + p, excepted
    return r.choice(TYPES) + r.choice(ENCODINGS) + b"\n" + text(r), False


def walk(m):
    yield m
    if m.is_multipart():
        for p in m.get_payload():
            yield from walk(p)


def lf(b):
    return b.replace(b"\r\n", b"\n")


def python(data):
    m = email.message_from_bytes(data)
    for p in walk(m):
        body = None if p.is_multipart() else lf(p.get_payload(decode=True))
        yield p.get_content_type(), p.get_filename(), p["Subject"], body


def show(data, *args):
    return subprocess.run(["mail-show", *args], input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True).stdout


def ours(data):
    for line in show(data).decode().splitlines():
        row = dict(f.split(":", 1) for f in line.split("\t"))
        if "part" not in row:
            continue
        inner = row["type"].startswith("multipart/") or row["type"] == "message/rfc822"
        yield row["part"], row["type"], row.get("filename"), None if inner else lf(show(data, "-p", row["part"]))


def end(parts):
    """base64 has a line end where the message ends, which is none of it"""
    return [p[:-1] + (p[-1] and p[-1].rstrip(b"\n"),) for p in parts]


def fix(conf, data):
    return subprocess.run(["mail-fix", "-C", conf], input=data, stdout=subprocess.PIPE, check=True).stdout


def differ(conf, data, excepted):
    out = fix(conf, data)
    if out != data and fix(conf, out) != out:
        return "twice is not once", out
    for name, read in (("Python", python), ("mail-show", ours)) if out != data else ():
        for x, y in zip(end(read(data)), end(read(out))):
            if x != y:
                return "%s: %r was %r" % (name, y, x), out
        if len(list(read(data))) != len(list(read(out))):
            return "%s: other parts" % name, out
    if not excepted:
        if any(c > 127 for c in out):
            return "8 bit", out
        if any(len(line) > 998 for line in out.split(b"\n")):
            return "a long line", out
    return "", out


def generated(n, seed):
    for i in range(n):
        r = random.Random(seed * 1000003 + i)
        p, excepted = part(r, 0)
        yield "message %d" % i, FIELDS + p, excepted


def eight(m):
    """its text parts in 8 bit"""
    for p in walk(m):
        if p.get_content_maintype() == "text" and not p.is_multipart():
            body = p.get_payload(decode=True)
            if b"\n--" in body or body.startswith(b"--") or b"\r" in lf(body) or b"\0" in body:
                continue
            del p["Content-Transfer-Encoding"]
            p["Content-Transfer-Encoding"] = "8bit"
            p.set_payload(lf(body).decode("ascii", "surrogateescape"))
    return m.as_bytes()


def collected(folders):
    for folder in folders:
        for where, _, names in sorted(os.walk(folder)):
            for name in sorted(n for n in names if n.endswith(".eml")):
                with open(os.path.join(where, name), "rb") as f:
                    data = lf(f.read())
                yield name, fix(sys.argv[1], data), True
                try:
                    data = eight(email.message_from_bytes(data))
                except (KeyError, LookupError, UnicodeError, AttributeError):
                    continue
                yield name + " in 8 bit", FIELDS + lf(data), True


def main():
    conf, rest = sys.argv[1], sys.argv[2:]
    cases = generated(int(rest[0]), int(rest[1])) if rest[0].isdigit() else collected(rest)
    n = bad = changed = 0
    for name, data, excepted in cases:
        n += 1
        why, out = differ(conf, data, excepted)
        changed += out != data
        bad += why != ""
        print("%sok %d - %s" % ("not " if why else "", n, name))
        if why:
            print("# " + why)
    n += 1
    bad += changed == 0
    print("%sok %d - some were changed" % ("" if changed else "not ", n))
    print("1..%d" % n)
    sys.exit(bad > 0)


main()
