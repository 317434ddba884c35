#!/usr/bin/env python3
"""mimedata.py DIR - the cases of DIR/header-*.json and DIR/rfc2046, as TAP

Each goes through mail-show; a case is one line.  Those that are judged
differently stand in DIFFERENT with what is wanted instead, and the entry of
doc/VIOLATIONS.md that says why.
"""
import calendar, datetime, json, os, subprocess, sys

number = bad = 0

# (kind, header): (what is wanted, entry)
DIFFERENT = {
    ("date", " 4 8 15 16 23 42, 4 8 15 16 23 42, 4 8 15 16 23 42, "): (None, "DATE-LENIENT"),
    ("content_type", 'image/jpeg;\n   name="=?iso-8859-1?B?4Q==?= =?utf-8?B?w6k=?= '
     '=?iso-8859-1?q?=ED?=.jpeg"\n'):
        (["image/jpeg", {"name": "\u00e1\u00e9\u00ed.jpeg"}], "WORDS-ANYWHERE"),
    ("content_type", "test/encoded; key4*=us-ascii''foo; key*9999=ba%; key2*0=a; "
     "key3*0*=us-ascii'en'xyz; key*0=\"f\0oo\"; key2*1*=b%25; key3*1=plop%; key*1=baz; "
     "*=test; =test2;\n"):
        (["test/encoded", {"key4": "foo", "key2": "ab%", "key3-language": "en",
                           "key3": "xyzplop%", "key": "f\ufffdoobazba%"}], "CONTROL-BYTES"),
    ("unstructured", "Some text =?utf-8?Q??=here\n"): ("Some text here", "WORDS-ANYWHERE"),
}


def show(data, *args):
    p = subprocess.run(["mail-show", *args], input=data, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE)
    if p.returncode != 0 or p.stderr:
        raise RuntimeError("exit %d: %r" % (p.returncode, p.stderr))
    return p.stdout


def lines(text):
    """LTSV lines as lists of (label, value)"""
    plain = {"t": "\t", "n": "\n", "r": "\r", "0": "\0", "\\": "\\"}
    for line in text.decode().splitlines():
        row = []
        for field in line.split("\t"):
            label, value = field.split(":", 1)
            out, it = "", iter(value)
            for c in it:
                out += plain[next(it)] if c == "\\" else c
            row.append((label, out))
        yield row


def tap(name, got, want, note=""):
    global number, bad
    number += 1
    ok = got == want
    bad += not ok
    name = "".join(c if c.isprintable() and c not in "#\\" else "?" for c in name)
    print("%sok %d - %s%s" % ("" if ok else "not ", number, name, note and " (%s)" % note))
    if not ok:
        print("# got  %s\n# want %s" % (json.dumps(got), json.dumps(want)))


def date(x):
    if not x:
        return None
    offset = (x["tz_hour"] * 60 + x["tz_minute"]) * (-1 if x["tz_before_gmt"] else 1)
    t = calendar.timegm((x["year"], x["month"], x["day"], x["hour"], x["minute"], x["second"]))
    return [t - offset * 60, offset]


def date_of(rows):
    for row in map(dict, rows):
        if row.get("date"):
            iso = datetime.datetime.fromisoformat(row["iso"])
            assert iso.timestamp() == int(row["date"])
            return [int(row["date"]), int(iso.utcoffset().total_seconds()) // 60]
    return None


def content(x):
    if x is None:
        return None
    pairs = x.get("attributes") or []
    pairs = [(p["name"], p["value"]) if isinstance(p, dict) else tuple(p) for p in pairs]
    sub = x.get("c_subtype")
    return [x["c_type"] + ("/" + sub if sub else ""), dict(pairs)]


def content_of(rows):
    kind, params = None, {}
    for row in map(dict, rows):
        if row.get("type") and "part" not in row:
            kind = row["type"]
        if "param" in row:
            params[row["param"]] = row["value"]
            if "language" in row:
                params[row["param"] + "-language"] = row["language"]
    return kind and [kind, params]


def ids_of(rows):
    return [r["id"] for r in map(dict, rows) if "id" in r] or None


def value_of(rows):
    return dict(rows[0]).get("value")


READERS = {
    "date": (lambda h: "Received" if ";" in h else "Date", date, date_of),
    "content_type": (lambda h: "Content-Type", content, content_of),
    "id": (lambda h: "Message-ID", lambda x: x, ids_of),
    "unstructured": (lambda h: "Subject", lambda x: x, value_of),
}


def headers(folder):
    for name in sorted(os.listdir(folder)):
        kind = name[7:].split("-")[0].split(".")[0]
        if not name.startswith("header-") or kind not in READERS:
            continue
        field, want_of, got_of = READERS[kind]
        with open(os.path.join(folder, name)) as f:
            cases = json.load(f)
        for i, case in enumerate(cases):
            rows = list(lines(show(case["header"].encode(), "-f", field(case["header"]))))
            want, note = want_of(case["expected"]), ""
            if (kind, case["header"]) in DIFFERENT:
                want, note = DIFFERENT[kind, case["header"]]
            tap("%s %d: %s" % (kind, i, case["header"].strip()), got_of(rows), want, note)


# -- whole messages

def addresses_of(rows):
    out = []
    for row in map(dict, rows):
        if "address" in row:
            out.append([row.get("name"), row["address"]])
    return out


def addresses(x):
    """what has no address and no domain may be read as either"""
    out = []
    for a in x["List"]:
        name, address = a["name"], a["address"]
        if address is None:
            address, name = ("", name) if " " in name else (name, None)
        out.append([name, address])
    return out


def field_value(h):
    v = h["value"]
    if v == "Empty":
        return None
    (kind, x), = v.items()
    if kind == "Address":
        return addresses(x)
    if kind == "DateTime":
        return date(x)
    if kind == "ContentType":
        return content(x)
    if kind == "Received":
        return "a Received field"
    if h["name"] in ("message_id", "content_id"):
        return [x] if isinstance(x, str) else x
    if h["name"] == "return_path":
        return [[None, x]]
    return x


def field_of(name, rows):
    if name in ("from", "to", "cc", "reply_to", "sender", "return_path"):
        return addresses_of(rows)
    if name == "date":
        return date_of(rows)
    if name in ("content_type", "content_disposition"):
        return content_of(rows)
    if name == "received":
        return "a Received field"
    if name in ("message_id", "content_id"):
        return ids_of(rows)
    return value_of(rows)


def want_parts(message):
    """parts in order, those of a message within behind it"""
    for part in message["parts"]:
        yield part
        if isinstance(part["body"], dict) and "Message" in part["body"]:
            if "offset" not in part:
                yield from want_parts(part["body"]["Message"])


def got_parts(data):
    """rows grouped by part: a part's fields come before its line"""
    fields, current = [], None
    for row in lines(show(data, "-a")):
        d = dict(row)
        if "part" in d:
            yield d, fields
            fields = []
        elif "field" in d:
            current = [row]
            fields.append(current)
        else:
            current.append(row)


def body(data, path, part):
    raw = show(data, "-p", path)
    want = part["body"]
    (kind, x), = want.items()
    if kind in ("Binary", "InlineBinary"):
        return list(raw), x
    if kind in ("Text", "Html"):
        return raw.decode(), x
    return None, None


def compare(data, message):
    """a list of what differs"""
    wrong = []
    want, got = list(want_parts(message)), list(got_parts(data))
    encoded = None
    i = 0
    for part in want:
        if encoded and part in encoded:
            continue
        if i == len(got):
            return wrong + ["a part is missing"]
        line, fields = got[i]
        i += 1
        where = [int(line["header"]), int(line["body"]), int(line["body"]) + int(line["length"])]
        should = [part["offset_header"], part["offset_body"], part["offset_end"]]
        if where != should:
            wrong.append("part %s at %s, not %s" % (line["part"], where, should))
        if len(fields) != len(part["headers"]):
            wrong.append("part %s has %d fields" % (line["part"], len(fields)))
        for rows, h in zip(fields, part["headers"]):
            d = dict(rows[0])
            if d["field"].lower().replace("-", "_") != h["name"]:
                wrong.append("%s is not %s" % (d["field"], h["name"]))
            at = [int(d["at"]), int(d["at"]) + int(d["length"])]
            if at != [h["offset_field"], h["offset_end"]]:
                wrong.append("%s at %s" % (h["name"], at))
            if field_of(h["name"], rows) != field_value(h):
                wrong.append("%s is %s" % (h["name"], field_of(h["name"], rows)))
        if part["is_encoding_problem"] != ("fault" in line):
            wrong.append("part %s: %s" % (line["part"], line.get("fault")))
        if not part["is_encoding_problem"]:
            a, b = body(data, line["part"], part)
            if a != b:
                wrong.append("part %s is %r" % (line["part"], a))
        if "Message" in part["body"] and line.get("encoding") == "base64":
            inner = part["body"]["Message"]
            encoded = list(want_parts(inner))
            wrong += compare(show(data, "-p", line["part"]), inner)
    if i != len(got):
        wrong.append("%d parts too many" % (len(got) - i))
    return wrong


def messages(folder):
    for name in sorted(os.listdir(folder)):
        if name.endswith(".eml"):
            with open(os.path.join(folder, name), "rb") as f:
                data = f.read()
            with open(os.path.join(folder, name[:-4] + ".json")) as f:
                want = json.load(f)
            tap("rfc2046/" + name, compare(data, want), [])


headers(sys.argv[1])
messages(os.path.join(sys.argv[1], "rfc2046"))
print("1..%d" % number)
sys.exit(bad > 0)
