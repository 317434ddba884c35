#!/usr/bin/env python3
"""policies.py [--listen ADDRESS --port PORT] [--ports FILE] --certs DIR RECEIVERS LOG

The web server of a world, see world(7): MTA-STS policies (RFC 8461 section 3.2),
good ones and bad ones, one for each receiver, and where reports about TLS are
taken (RFC 8460 section 3).  LOG has a line for each question.
"""
import argparse, http.server, os, signal, ssl, sys, threading
sys.dont_write_bytecode = True
import clock, ltsv, manners

LISTEN = "198.18.0.4"
PATH = "/.well-known/mta-sts.txt"
BIG = 10000000          # bytes of a policy that is too large
SLOW_S = 300            # of the world
REPORT_MAX = 1 << 24
MAX_AGE_S = 604800


def policy(m, mode, domain):
    """its text"""
    hosts = ["mx.elsewhere.test"] if m.sts == "missing-mx" else [h for _, h in manners.hosts(m, domain) if h] or [domain]
    lines = ["version: STSv1", "mode: " + mode] + ["mx: " + h for h in hosts] + ["max_age: %d" % (m.age or MAX_AGE_S)]
    return "".join(l + "\r\n" for l in lines)


class Answers(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def tell(self, code, size):
        host = self.headers.get("Host", "")
        with self.server.lock, open(self.server.log, "a", encoding="utf-8") as f:
            f.write(ltsv.line((("t", "%.6f" % clock.now()), ("from", self.client_address[0]), ("method", self.command),
                               ("host", host), ("path", self.path), ("code", code), ("size", size),
                               ("type", self.headers.get("Content-Type", "")))))

    def answer(self, code, text="", kind="text/plain", extra=()):
        self.tell(code, len(text))
        self.send_response(code)
        for k, v in (("Content-Type", kind), ("Content-Length", str(len(text))), *extra):
            self.send_header(k, v)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self):
        host = self.headers.get("Host", "").partition(":")[0]
        found = self.server.policies.get(host)
        if found is None or self.path != PATH:
            self.answer(404)
            return
        m, domain = found
        if m.sts == "404":
            self.answer(404)
        elif m.sts == "redirect":
            self.answer(302, extra=[("Location", "https://mta-sts.%s%s" % (self.server.good, PATH))])
        elif m.sts == "big":
            self.answer(200, policy(m, "enforce", domain) + "x" * BIG)
        else:
            if m.sts == "slow":
                clock.sleep(SLOW_S)
            self.answer(200, policy(m, m.sts if m.sts in ("testing", "none") else "enforce", domain),
                        "text/html" if m.sts == "type" else "text/plain")

    def do_POST(self):
        n = int(self.headers.get("Content-Length") or 0)
        if n > REPORT_MAX:
            self.answer(413)
            return
        report = self.rfile.read(n)
        host = self.headers.get("Host", "").partition(":")[0]
        if host != manners.REPORTS or self.path[1:] not in self.server.domains:
            self.answer(404)
            return
        with self.server.lock:
            self.server.reports += 1
            with open("%s.report.%d" % (self.server.log, self.server.reports), "wb") as f:
                f.write(report)
        self.answer(201)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address, certs, receivers, log):
        super().__init__(address, Answers)
        self.log, self.lock, self.reports = log, threading.Lock(), 0
        self.policies = {"mta-sts." + d: (m, d) for m in receivers for d in manners.sts_domains(m)}
        self.domains = {d for m in receivers for d in manners.domains(m)}
        self.good = manners.sts_domains(receivers[0])[0]
        self.trusted = context(os.path.join(certs, "policies.pem"))
        self.strange = context(os.path.join(certs, "policies-bad.pem"))
        self.trusted.sni_callback = self.by_name

    def by_name(self, sock, name, _):
        m, _ = self.policies.get(name, (None, None))
        if m is not None and m.sts == "cert":
            sock.context = self.strange

    def finish_request(self, request, client_address):
        # in the thread of the connection: who is slow holds up nobody
        request.settimeout(60)
        try:
            with self.trusted.wrap_socket(request, server_side=True) as secure:
                super().finish_request(secure, client_address)
        except OSError:
            pass


def context(pem):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain(pem)
    return c


def main():
    ap = argparse.ArgumentParser(usage=__doc__.split("\n", 1)[0])
    ap.add_argument("--listen", default=LISTEN)
    ap.add_argument("--port", type=int, default=443)
    ap.add_argument("--ports")
    ap.add_argument("--certs", required=True)
    ap.add_argument("receivers")
    ap.add_argument("log")
    a = ap.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    server = Server((a.listen, a.port), a.certs, manners.load(a.receivers), a.log)
    if a.ports:
        with open(a.ports + ".new", "w") as f:
            f.write("policies %s %d\n" % server.server_address[:2])
        os.rename(a.ports + ".new", a.ports)
    server.serve_forever()


if __name__ == "__main__":
    main()
