#!/usr/bin/env python3
"""A receiver of events over HTTP for tests, on a free port of 127.0.0.1, that
takes the forms of many and looks at each byte of them.

usage: shipsink.py PORTFILE CONF.json LOG [PORT]

Writes its port into PORTFILE when it is ready; ends with its standard input if
that is a pipe.  CONF is read anew for each request:

    kind     webhook http elastic loki clickhouse splunk gelf influx riak, or
             count: the body is not looked at
    cert     PEM of a key and a chain: it speaks TLS (read once)
    secrets  keys by which webhooks are signed, any of them; "TENANT": key
    user, token   what Authorization has to say
    gzip     true: bodies have to be compressed
    status fields body size   answered in place of what the receiver would say;
             size: so many bytes
    manner   silent, close (no answer), cut (in the body), slow (a byte each 20 ms)
    clock    true: behind "event ID" stands when it was taken, seconds since 1970
    times    so many requests only; then as without status and manner
    script   list: what the requests get, one after the other and again from its
             beginning: a status, a manner, or "ok"
    refuse   object: id of an event -> status it is refused with (elastic), or
             any (then the request has 400)
    error    type and reason of what elastic refuses
    ack      splunk: answers have an ackId; acked false: it never comes

LOG receives a line for each request: "METHOD PATH STATUS N" with N events taken,
for each event taken "event ID", and "BAD REASON" for what is not as documented,
which is answered 400.  What is in a file LOG.last is the body of the last one.
"""
import base64
import gzip
import hashlib
import hmac
import http.server
import json
import os
import re
import select
import ssl
import stat
import sys
import threading
import time
import urllib.parse


class Bad(Exception):
    pass


def want(good, why):
    if not good:
        raise Bad(why)


def no_doubles(pairs):
    d = dict(pairs)
    want(len(d) == len(pairs), "a name twice")
    return d


def parse(text):
    def no(x):
        raise Bad("%s in JSON" % x)
    try:
        return json.loads(text, object_pairs_hook=no_doubles, parse_constant=no)
    except ValueError as e:
        raise Bad("no JSON: %s" % e)


def text_of(body):
    try:
        t = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Bad("no UTF-8")
    want(not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", t), "control characters")
    return t


def lines_of(body):
    t = text_of(body)
    want(t.endswith("\n"), "no newline at the end")
    lines = t[:-1].split("\n")
    want(all(lines), "an empty line")
    return lines


def event(e):
    want(isinstance(e, dict), "no object")
    want(re.fullmatch("[0-9a-f]{32}", e.get("eid", "")), "no eid")
    for k, v in e.items():
        want(k != "", "an empty name")
        if k == "tags":
            want(isinstance(v, dict) and "" not in v, "tags")
        elif k in ("code", "n", "ms", "try", "size"):
            want(isinstance(v, (int, list)) or not re.fullmatch(r"\d{1,15}", v), "no number: %s" % k)
    return e["eid"]


def check_webhook(h, path, query, body, conf):
    want(h["content-type"] == "application/json", "type")
    a = parse(text_of(body))
    want(isinstance(a, list) and a, "no array")
    if conf.get("fields_of") == "manycore":
        names = ["id", "uuid", "timestamp", "ip", "reason", "type", "email", "msg", "service", "stack-trace", "streamid"]
        want(all(list(e) == names for e in a), "names")
        return [e["id"] for e in a]
    return [event(e) for e in a]


def check_signature(h, path, body, conf):
    secrets = conf.get("secrets", [])
    if isinstance(secrets, dict):
        secrets = [v for k, v in secrets.items() if "/" + k in path]
    if not secrets:
        return
    want(re.fullmatch("msg_[0-9a-f]{32}", h.get("webhook-id", "")), "id")
    want(abs(int(h["webhook-timestamp"]) - time.time()) < 300, "time")
    for s in secrets:
        key = base64.b64decode(s[6:]) if s.startswith("whsec_") else s.encode()
        what = ("%s.%s." % (h["webhook-id"], h["webhook-timestamp"])).encode() + body
        mac = "v1," + base64.b64encode(hmac.new(key, what, hashlib.sha256).digest()).decode()
        if any(hmac.compare_digest(mac, w) for w in h["webhook-signature"].split(" ")):
            return
    raise Bad("signature")


def ltsv(line):
    d = {}
    for f in line.split("\t"):
        k, colon, v = f.partition(":")
        want(colon and re.fullmatch("[a-z0-9_.-]+", k), "no LTSV")
        d.setdefault(k, v)
    return d


def check_http(h, path, query, body, conf):
    t = h["content-type"]
    if t == "application/x-ndjson":
        return [event(parse(x)) for x in lines_of(body)]
    if t == "application/json":
        return [event(e) for e in parse(text_of(body))]
    if t.startswith("text/plain"):
        return [ltsv(x)["eid"] for x in lines_of(body)]
    want(t == "text/csv", "type")
    return lines_of(body)[1:]


def check_elastic(h, path, query, body, conf):
    want(path.endswith("/_bulk"), "path")
    want(h["content-type"] == "application/x-ndjson", "type")
    lines, ids = lines_of(body), []
    want(len(lines) % 2 == 0, "odd lines")
    for a, d in zip(lines[::2], lines[1::2]):
        a, d = parse(a), parse(d)
        want(list(a) == [conf.get("op", "create")], "action")
        a = a[conf.get("op", "create")]
        want(sorted(a) == ["_id", "_index"] and a["_id"] == event(d), "id")
        want(d["@timestamp"] == d["ts"], "@timestamp")
        if "index" in conf:
            want(a["_index"] == time.strftime(conf["index"], time.strptime(d["ts"][:19], "%Y-%m-%dT%H:%M:%S")), "index")
        want(re.fullmatch(r"[a-z0-9][^\\/*?\"<>| ,#A-Z]*", a["_index"]), "name of the index")
        ids.append(a["_id"])
    INDEX[0] = a["_index"]
    return ids


check_opensearch = check_elastic


def check_loki(h, path, query, body, conf):
    want(path == "/loki/api/v1/push", "path")
    want(h["content-type"] == "application/json", "type")
    d, ids, seen = parse(text_of(body)), [], set()
    want(list(d) == ["streams"], "streams")
    for s in d["streams"]:
        want(sorted(s) == ["stream", "values"] and s["values"], "a stream")
        key = json.dumps(s["stream"], sort_keys=True)
        want(key not in seen, "a stream twice")
        seen.add(key)
        want(all(re.fullmatch("[a-zA-Z_][a-zA-Z0-9_]*", k) and isinstance(v, str) and v for k, v in s["stream"].items()),
             "labels")
        last = 0
        for v in s["values"]:
            want(len(v) == 2 and re.fullmatch(r"\d{19}", v[0]) and int(v[0]) >= last, "order")
            last = int(v[0])
            e = parse(v[1])
            ids.append(event(e))
            want(s["stream"].get("src", e["src"]) == e["src"], "another stream")
    return ids


def check_clickhouse(h, path, query, body, conf):
    want(path == "/", "path")
    q = query["query"][0]
    want(re.fullmatch("INSERT INTO (`[^`]+`\\.)?`[^`]+` FORMAT JSONEachRow", q), "query: %s" % q)
    want(re.fullmatch("[0-9a-f]{32}", query["insert_deduplication_token"][0]), "token")
    want(query["input_format_skip_unknown_fields"] == ["1"], "unknown fields")
    return [event(parse(x)) for x in lines_of(body)]


def check_splunk(h, path, query, body, conf):
    if path.endswith("/ack"):
        want(query["channel"] == [conf["channel"]] == [h["x-splunk-request-channel"]], "channel")
        want(list(parse(text_of(body))) == ["acks"], "acks")
        return []
    want(path == "/services/collector/event", "path")
    if conf.get("ack"):
        want(re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", h["x-splunk-request-channel"]), "channel")
        CHANNEL[0] = h["x-splunk-request-channel"]
    t, ids, at = text_of(body), [], 0
    decoder = json.JSONDecoder(object_pairs_hook=no_doubles)
    while at < len(t):
        e, at = decoder.raw_decode(t, at)
        at += len(t[at:]) - len(t[at:].lstrip())
        want(set(e) <= {"time", "host", "source", "sourcetype", "index", "event"}, "names")
        want(isinstance(e["time"], (int, float)) and e["time"] > 1e9, "time")
        ids.append(event(e["event"]))
    return ids


def check_gelf(h, path, query, body, conf):
    want(path == "/gelf", "path")
    e = parse(text_of(body))
    want(e["version"] == "1.1" and e["host"] and e["short_message"], "what it must have")
    want(isinstance(e["timestamp"], (int, float)) and 0 <= e["level"] <= 7, "time or level")
    for k, v in e.items():
        if k not in ("version", "host", "short_message", "timestamp", "level"):
            want(re.fullmatch(r"_[\w.-]+", k) and k != "_id", "a field: %s" % k)
            want(isinstance(v, (str, int, float)), "a value")
    return [e["_eid"]]


def influx_part(s, at, stop):
    """up to one of stop; a backslash takes the next with it"""
    out = ""
    while at < len(s) and s[at] not in stop:
        if s[at] == "\\" and at + 1 < len(s) and s[at + 1] in ", =\\":
            at += 1
        out += s[at]
        at += 1
    want(out, "an empty part")
    want(not out.endswith("\\"), "a backslash at its end")
    return out, at


def influx_value(s, at):
    if s[at] != '"':
        v, at = influx_part(s, at, ", ")
        want(re.fullmatch(r"-?\d+(\.\d+)?", v), "no number: %s" % v)
        return float(v), at
    out, at = "", at + 1
    while s[at] != '"':
        if s[at] == "\\" and s[at + 1] in '"\\':
            at += 1
        out += s[at]
        at += 1
    return out, at + 1


def check_influx(h, path, query, body, conf):
    want((path == "/write" and "db" in query) or (path == "/api/v2/write" and "bucket" in query), "path")
    want(query["precision"] == ["ns"], "precision")
    ids, seen = [], set()
    for s in lines_of(body):
        _, at = influx_part(s, 0, ", ")
        tags = {}
        while s[at] == ",":
            k, at = influx_part(s, at + 1, "=")
            want(k not in tags, "a tag twice")
            tags[k], at = influx_part(s, at + 1, ", ")
        fields = {}
        want(s[at] == " ", "no fields")
        while s[at] in " ,":
            if s[at] == " " and fields:
                break
            k, at = influx_part(s, at + 1, "=")
            want(k not in fields and k not in tags, "a field twice: %s" % k)
            fields[k], at = influx_value(s, at + 1)
        want(re.fullmatch(r" \d{19}", s[at:]), "time")
        for k, v in fields.items():
            want(TYPES.setdefault(k, type(v)) == type(v), "another type: %s" % k)
        key = (json.dumps(tags, sort_keys=True), s[at:])
        want(key not in seen, "the same point")
        seen.add(key)
        ids.append(fields["eid"])
    return ids


def check_riak(h, path, query, body, conf):
    m = re.fullmatch(r"(/types/[^/]+)?/buckets/[^/]+/keys/([^/]+)", path)
    want(m, "path")
    want(h["content-type"] == "application/json", "type")
    want(h["if-none-match"] == "*", "what would become a sibling")
    conf["path"] = path
    e = parse(text_of(body))
    want(list(e) == ["node", "module", "time", "type", "message", "qc", "data"], "names")
    want(list(e["qc"]) == ["id", "from", "receiver", "submit_time", "try_count", "retry_time", "status", "opaque"],
         "names of qc")
    want(event(e["data"]) == m.group(2), "key")
    return [m.group(2)]


CHECKS = {k[6:]: v for k, v in globals().items() if k.startswith("check_") and k != "check_signature"}
TYPES, KNOWN, INDEX, CHANNEL, LOCK = {}, set(), [""], [""], threading.Lock()
METHODS = {"riak": "PUT"}


def taken(kind, ids, conf):
    """status, body, fields, and which events are taken"""
    refuse = conf.get("refuse", {})
    if kind in ("elastic", "opensearch"):
        items, good = [], []
        for i in ids:
            status = refuse.get(i, 409 if (INDEX[0], i) in KNOWN else 201)
            item = {"status": status}
            if status >= 300:
                item["error"] = conf.get("error", {"type": "some_exception", "reason": "no \u001b[2J \"%d\"" % status})
            else:
                good.append(i)
                KNOWN.add((INDEX[0], i))
            items.append({conf.get("op", "create"): item})
        errors = any(i["status"] >= 300 for x in items for i in x.values())
        return 200, json.dumps({"took": 1, "errors": errors, "items": items}), good
    if any(i in refuse for i in ids):
        if kind == "splunk":
            at = [i in refuse for i in ids].index(True)
            return 400, json.dumps({"text": "Invalid data format", "code": 6, "invalid-event-number": at}), ids[:at]
        if kind == "clickhouse":
            return 500, "Code: 27. DB::Exception: Cannot parse input (CANNOT_PARSE_INPUT_ASSERTION_FAILED)", []
        if kind in ("loki", "influx"):
            return 400, '{"error":"partial write: dropped=1"}', [i for i in ids if i not in refuse]
        return 400, "refused", []
    if kind == "riak":
        there = conf["path"] in KNOWN
        KNOWN.add(conf["path"])
        return (412, "", []) if there else (204, "", ids)
    if kind == "splunk" and conf.get("ack"):
        return 200, '{"text":"Success","code":0,"ackId":7}', ids
    return {"loki": 204, "influx": 204, "gelf": 202}.get(kind, 200), "", ids


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def say(self, *lines):
        with LOCK, open(self.server.log, "a") as f:
            f.write("".join(x + "\n" for x in lines))

    def reply(self, status, text, fields, manner):
        data = text.encode()
        self.send_response(status)
        for k, v in fields.items():
            self.send_header(k, v)
        self.send_header("Content-Length", str(0 if status == 204 else len(data)))
        self.end_headers()
        if manner == "cut":
            self.wfile.write(data[:len(data) // 2])
            self.close_connection = True
        elif manner == "slow":
            for i in range(len(data)):
                self.wfile.write(data[i:i + 1])
                time.sleep(0.02)
        elif status != 204:
            self.wfile.write(data)

    def scripted(self, conf):
        with LOCK:
            step = conf["script"][self.server.steps % len(conf["script"])]
            self.server.steps += 1
        if isinstance(step, int):
            conf["status"] = step
        elif step != "ok":
            conf["manner"] = step

    def special(self, conf):
        if "times" not in conf:
            return "status" in conf or "manner" in conf
        with LOCK:
            if self.server.seen != conf:
                self.server.used, self.server.seen = 0, dict(conf)
            self.server.used += 1
            return self.server.used <= conf["times"]

    def check(self, conf, body):
        url = urllib.parse.urlsplit(self.path)
        h = {k.lower(): v for k, v in self.headers.items()}
        kind = conf["kind"]
        want("expect" not in h and "transfer-encoding" not in h, "fields")
        want(self.command == conf.get("method", METHODS.get(kind, "POST")), "method")
        if "user" in conf:
            want(h.get("authorization") == "Basic " + base64.b64encode(conf["user"].encode()).decode(), "user")
        if "token" in conf:
            want(h.get("authorization") == conf["token"], "token")
        for k, v in conf.get("has", {}).items():
            want(h.get(k.lower()) == v, "field %s" % k)
        check_signature(h, url.path, body, conf)
        if conf.get("gzip"):
            want(h.get("content-encoding") == "gzip", "no gzip")
            body = gzip.decompress(body)
        conf["channel"] = CHANNEL[0]
        return CHECKS[kind](h, url.path, urllib.parse.parse_qs(url.query, strict_parsing=url.query != ""), body, conf)

    def do(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open(self.server.conf) as f:
            conf = json.load(f)
        if conf["kind"] == "count":
            self.say("%d" % body.count(b'"eid"'))
            self.reply(200, "", {}, "")
            return
        with open(self.server.log + ".last", "wb") as f:
            f.write(body)
        if "script" in conf:
            self.scripted(conf)
        special = self.special(conf)
        try:
            ids = self.check(conf, body)
        except (Bad, KeyError, ValueError, IndexError) as e:
            self.say("BAD %s %s" % (type(e).__name__, e))
            self.reply(400, "BAD %s" % e, {}, "")
            return
        if special and conf.get("manner") in ("silent", "close"):
            self.say("%s %s - 0" % (self.command, self.path))
            if conf["manner"] == "silent":
                select.select([self.connection], [], [], 30)
            self.close_connection = True
            return
        if self.path.split("?")[0].endswith("/ack"):
            self.say("ack")
            self.reply(200, '{"acks":{"7":%s}}' % ("true" if conf.get("acked", True) else "false"), {}, "")
            return
        status, text, good = taken(conf["kind"], ids, conf)
        if special and "status" in conf:
            status, text, good = conf["status"], conf.get("body", "x" * conf.get("size", 4)), []
        if special and conf.get("manner") == "cut":
            good, text = [], text + "x" * 100
        at = " %.3f" % time.time() if conf.get("clock") else ""
        self.say("%s %s %d %d" % (self.command, self.path, status, len(good)), *["event " + i + at for i in good])
        self.reply(status, text, conf.get("fields", {}) if special else {}, conf.get("manner", "") if special else "")

    do_POST = do_PUT = do_GET = do


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        pass


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    portfile, conf, log = sys.argv[1:4]
    server = Server(("127.0.0.1", int(sys.argv[4]) if len(sys.argv) > 4 else 0), Handler)
    server.conf, server.log, server.used, server.seen, server.steps = conf, log, 0, None, 0
    with open(conf) as f:
        cert = json.load(f).get("cert")
    if cert:
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        c.load_cert_chain(cert)
        server.socket = c.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    with open(portfile + ".new", "w") as f:
        f.write("%d\n" % server.server_address[1])
    os.rename(portfile + ".new", portfile)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        while os.read(0, 4096):
            pass
    else:
        threading.Event().wait()


main()
