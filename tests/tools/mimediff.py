#!/usr/bin/env python3
"""mimediff.py N SEED - N generated messages, read by mail-show and by Python
mimediff.py DIR... - the .eml files there

Python's email package makes and reads them; parts, types, character sets,
file names, subjects, addresses, dates and bodies must be the same.  Some are
bent on the way as mail is: CRLF, the last delimiter cut off, blanks behind
delimiters, an mbox's first line.  One TAP line a message.
"""
import email, email.header, email.message, email.policy, email.utils
import os, random, re, subprocess, sys
from email.mime.application import MIMEApplication
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

WORDS = ["hello", "=?", "=3D", "--b", "From", "a.b", "caf\u00e9", "\u65e5\u672c\u8a9e", "\u20ac",
         "Gr\u00fc\u00dfe", "\u041f\u0440\u0438\u0432\u0435\u0442", "x" * 60, "\U0001f600", ".", "-- "]
CHARSETS = ["us-ascii", "utf-8", "iso-8859-1", "iso-8859-15", "koi8-r", "iso-2022-jp", "utf-8"]


def words(r, n, charset="utf-8"):
    out = []
    while len(out) < n:
        w = r.choice(WORDS)
        try:
            w.encode(charset)
        except UnicodeEncodeError:
            continue
        out.append(w)
    return " ".join(out)


def text_part(r):
    charset = r.choice(CHARSETS)
    body = "\n".join(words(r, r.randrange(8), charset) for _ in range(r.randrange(6)))
    if r.random() < 0.7:
        body += "\n"
    m = MIMEText("", r.choice(["plain", "html", "x-y"]), charset)
    del m["Content-Transfer-Encoding"]
    del m["Content-Type"]
    c = email.charset.Charset(charset)
    c.body_encoding = r.choice([email.charset.QP, email.charset.BASE64])
    m["Content-Type"] = "text/%s" % r.choice(["plain", "html", "x-y"])
    m.set_payload(body, c)
    if r.random() < 0.3:
        m.add_header("Content-Disposition", "inline")
    return m


def file_part(r):
    m = MIMEApplication(r.randbytes(r.randrange(300)), r.choice(["pdf", "octet-stream", "zip"]))
    name = words(r, 1 + r.randrange(3)).replace("=?", "eq").strip() + ".bin"
    if r.random() < 0.5:
        m.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    else:
        m.set_param("name", name.encode("ascii", "ignore").decode().strip() or "x")
    return m


def part(r, depth):
    k = r.random()
    if depth < 4 and k < 0.3:
        m = MIMEMultipart(r.choice(["mixed", "alternative", "related", "signed"]))
        if r.random() < 0.5:
            m.set_boundary("=_" + "".join(r.choice("abc'()+_,-./:=?") for _ in range(20)) + "z")
        m.preamble = r.choice([None, "a preamble\n", "--\n"])
        m.epilogue = r.choice([None, "", "an epilogue\n"])
        for _ in range(1 + r.randrange(4)):
            m.attach(part(r, depth + 1))
        return m
    if depth < 4 and k < 0.4:
        return MIMEMessage(message(r, depth + 1))
    return text_part(r) if k < 0.8 else file_part(r)


def message(r, depth):
    m = part(r, depth)
    m["Subject"] = email.header.Header(words(r, r.randrange(1, 12)).replace("=?", "eq").strip(), "utf-8")
    people = []
    for _ in range(r.randrange(1, 4)):
        name = words(r, r.randrange(3)).replace("=?", "eq").strip()
        people.append(email.utils.formataddr((name, "user%d@example.org" % r.randrange(99))))
    m["To"] = ",\n ".join(people)
    m["Date"] = email.utils.format_datetime(email.utils.datetime.datetime.fromtimestamp(
        r.randrange(-10**9, 4 * 10**9), email.utils.datetime.timezone(
            email.utils.datetime.timedelta(minutes=r.randrange(-720, 840)))))
    return m


def bend(r, data):
    """what happens to mail on its way"""
    k = r.random()
    if k < 0.2:
        return data.replace(b"\n", b"\r\n")
    if k < 0.3 and data.endswith(b"--\n") and data.count(b"\n--") > 2:
        return data[:data.rindex(b"\n--") + 1]
    if k < 0.4:
        out = []
        for line in data.split(b"\n"):
            out.append(line + b" \t" if line.startswith((b"--===", b"--=_")) else line)
        return b"\n".join(out)
    if k < 0.45:
        return b"From a@b Mon Jan  1 00:00:00 2024\n" + data
    return data


def show(data, *args):
    return subprocess.run(["mail-show", *args], input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True).stdout


def rows(data):
    for line in show(data, "-a").decode().splitlines():
        yield dict((f.split(":", 1)[0], f.split(":", 1)[1].replace("\\\\", "\\"))
                   for f in line.split("\t"))


def plain(x):
    """a field as Python decodes it"""
    return str(email.header.make_header(email.header.decode_header(x)))


def ours(data):
    out, subject, to, dates = [], None, [], []
    field = None
    for row in rows(data):
        if "part" in row:
            out.append([row["type"], row.get("charset"), row.get("filename"), row["part"],
                        subject, to, dates])
            subject, to, dates = None, [], []
        elif "field" in row:
            field = row["field"]
            if field == "Subject":
                subject = row["value"]
        elif "address" in row and field == "To":
            to.append([row.get("name", ""), row["address"]])
        elif "date" in row and field == "Date":
            dates.append(row["date"] and int(row["date"]))
    return out


def walk(m):
    """as Python does, but a delivery report's blocks of fields are no parts"""
    yield m
    if m.is_multipart() and (m.get_content_maintype() == "multipart" or
                             m.get_content_type() in ("message/rfc822", "message/global")):
        for p in m.get_payload():
            yield from walk(p)


def date(x):
    try:
        return int(email.utils.parsedate_to_datetime(x).timestamp())
    except ValueError:
        return ""


def theirs(m):
    for p in walk(m):
        subject = p["Subject"]
        name = p.get_filename()
        # Python leaves folding in a quoted string (RFC 5322 section 3.2.4: it
        # is none of its value)
        name = name and name.replace("\r", "").replace("\n", "")
        yield ([p.get_content_type(), p.get_content_charset(), name, None,
                subject and " ".join(plain(subject).split("\n")),
                [[plain(n), a] for n, a in email.utils.getaddresses(p.get_all("To", []))],
                [date(d) for d in p.get_all("Date", [])]], p)


def loosely(x):
    if isinstance(x, bytes):
        return x.rstrip(b"\r\n")
    kind, charset, name, path, subject, to, dates = x
    subject = re.sub(r"\s|\ufffd|[^\0-\x7f]", "", subject or "")
    return [kind, charset, name, path, subject, [a for a in to if "@" in a[1]], dates]


def differ(data, view=lambda x: x):
    got = [view(x) for x in ours(data)]
    want = [(view(w), p) for w, p in theirs(email.message_from_bytes(data))]
    if len(got) != len(want):
        return "%d parts, Python has %d" % (len(got), len(want))
    for g, (w, p) in zip(got, want):
        path = g[3]
        if [x for i, x in enumerate(g) if i != 3] != [x for i, x in enumerate(w) if i != 3]:
            return "part %s is %r, not %r" % (path, g, w)
        if p.is_multipart():
            continue
        body = show(data, "-p", path)
        if view(body) != view(p.get_payload(decode=True)):
            return "body %s is %r, not %r" % (path, body, p.get_payload(decode=True))
    return ""


OTHERWISE = {
    "lhost-x2-04.eml": "9:00 AM is no time, RFC 5322 section 3.3",
    "rfc3464-34.eml": "29-04-2017 is a date, VIOLATIONS.md DATE-LENIENT",
    "008.eml": "a message in base64 is to be decoded first, RFC 2046 section 5.2.1",
}


def generated(n, seed):
    for i in range(n):
        r = random.Random(seed * 1000003 + i)
        data = bend(r, message(r, 0).as_bytes())
        yield "message %d, %d bytes" % (i, len(data)), differ(data)


def collected(folders):
    for folder in folders:
        for where, _, names in sorted(os.walk(folder)):
            for name in sorted(n for n in names if n.endswith(".eml")):
                with open(os.path.join(where, name), "rb") as f:
                    why = differ(f.read(), loosely)
                if name in OTHERWISE and why:
                    name, why = "%s (%s)" % (name, OTHERWISE[name]), ""
                yield name, why


def main():
    if sys.argv[1].isdigit():
        cases = generated(int(sys.argv[1]), int(sys.argv[2]))
    else:
        cases = collected(sys.argv[1:])
    n = bad = 0
    for name, why in cases:
        n += 1
        bad += why != ""
        print("%sok %d - %s" % ("not " if why else "", n, name))
        if why:
            print("# " + why)
    print("1..%d" % n)
    sys.exit(bad > 0)


main()
