#!/usr/bin/env python3
"""fakemx.py - a mail server that does what it is told

usage: fakemx.py [options] DIR [RULE...]

Listens, writes its port to DIR/port, what happens to DIR/log (a line each:
"1 from 127.0.0.1", "1 > MAIL FROM:<a>", "1 eof") and each message as it came
over the wire to DIR/msg.N.

RULE is PHASE[~TEXT][@N]=ACTION: at this phase (greeting ehlo helo starttls handshake tlsehlo
auth challenge mail rcpt data block chunk dot rset quit), only when the command holds TEXT, only the Nth time it
matches; tlsehlo is the EHLO under TLS, which ehlo is not; at it, and at greeting, starttls, handshake and auth, TEXT is
in the client's address, at data and dot in the RCPT commands.  ACTION is a reply ("550 5.1.1 no", "|" for a line end), or
  close         close without a reply          reset   the same with RST
  end           the same as TLS has it, so that its session can be resumed
  hang          never answer                   long    a line without end
  sleep:S:REPLY answer late                    block:N read N bytes, then stop
  when:F:REPLY  answer when DIR has a file F
  drip          a byte now and then
--chaos P does something of the kind by itself with probability P at each
reply (--seed); "ok RCPT" stands in the log for what was stored.
The first rule that fits counts.  LMTP: the dot's rules see each recipient.

--tls PEM has STARTTLS, with this certificate and key; --tls-set takes a least
version (1.3), a greatest (-1.1) or a list of ciphers; --tlsext is what is offered
under TLS; --implicit begins with it.  --login USER:PASSWORD takes AUTH PLAIN, LOGIN and SCRAM-SHA-256
(with --rounds); what is offered is told by --tlsext.  "1 tls TLSv1.2 SUITE new" stands in the log, or "resumed", with the
name that was asked for behind it.  An action at handshake takes its place.
"""
import argparse, base64, hmac, os, random, socket, ssl, struct, sys, threading, time, hashlib, warnings

ap = argparse.ArgumentParser()
ap.add_argument('--lmtp', action='store_true')
ap.add_argument('--unix')
ap.add_argument('--listen', default='127.0.0.1')
ap.add_argument('--port', type=int, default=0)
ap.add_argument('--ext', default='PIPELINING,8BITMIME,SIZE,DSN')
ap.add_argument('--tls')
ap.add_argument('--implicit', action='store_true')
ap.add_argument('--tls-set', default='')
ap.add_argument('--tlsext')
ap.add_argument('--login', default='')
ap.add_argument('--rounds', type=int, default=4096)
ap.add_argument('--hash', action='store_true')
ap.add_argument('--rcvbuf', type=int)
ap.add_argument('--slow', type=float, default=0)
ap.add_argument('--chaos', type=float, default=0)
ap.add_argument('--seed', type=int, default=1)
ap.add_argument('dir')
ap.add_argument('rules', nargs='*')
a = ap.parse_args()
if a.tls and not a.implicit:
    a.ext += ',STARTTLS'
if a.tlsext is None:
    a.tlsext = a.ext

warnings.simplefilter('ignore', DeprecationWarning)  # old versions are wanted

def context():
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain(a.tls)
    if a.tls_set.startswith('-'):
        c.set_ciphers('ALL:@SECLEVEL=0')
        c.minimum_version = ssl.TLSVersion.TLSv1
        c.maximum_version = {'-1.0': ssl.TLSVersion.TLSv1, '-1.1': ssl.TLSVersion.TLSv1_1}[a.tls_set]
    elif a.tls_set == '1.3':
        c.minimum_version = ssl.TLSVersion.TLSv1_3
    elif a.tls_set:
        c.set_ciphers(a.tls_set)
        c.maximum_version = ssl.TLSVersion.TLSv1_2
    return c
secure = context() if a.tls else None

lock = threading.Lock()
dice = random.Random(a.seed)

def chaos(phase, default):
    """what a bad day brings instead of this reply"""
    with lock:
        if dice.random() >= a.chaos:
            return default
        return dice.choice(['close', 'reset', '421 4.3.2 bye', '450 4.0.0 not now',
            '550 5.0.0 never', 'what?', default + '|250 and more', '452 4.5.3 too many',
            default[:3] + '-' + default[4:] + '|' + default[:3] + ' x', 'sleep:0.05:' + default, default,
            'hang' if dice.random() < 0.1 else 'close', '354 go', '500 what'])

log = open(a.dir + '/log', 'a', buffering=1)
seen = {}
messages = 0
connections = 0

def say(n, text):
    with lock:
        log.write('%d %s\n' % (n, text))

def rule(phase, text):
    """the action for this phase, or None"""
    with lock:
        for r in a.rules:
            cond, act = r.split('=', 1)
            nth = None
            if '@' in cond.split('~')[0] or cond.rsplit('@', 1)[-1].isdigit():
                cond, nth = cond.rsplit('@', 1)
            p, _, t = cond.partition('~')
            if p != phase or t not in text:
                continue
            seen[r] = seen.get(r, 0) + 1
            if nth is None or seen[r] == int(nth):
                return act
    return None

def messages_kept(data):
    global messages
    with lock:
        messages += 1
        name = '%s/msg.%d' % (a.dir, messages)
    with open(name + '.tmp', 'wb') as f:
        f.write(data)
    os.rename(name + '.tmp', name)

class Gone(Exception):
    pass

class Conn:
    def __init__(self, s, n, peer):
        self.s, self.n, self.buf, self.peer, self.tls = s, n, b'', peer, False

    def more(self):
        d = self.s.recv(65536)
        if not d:
            raise Gone('eof')
        self.buf += d

    def line(self):
        while b'\n' not in self.buf:
            self.more()
        l, self.buf = self.buf.split(b'\n', 1)
        return l.rstrip(b'\r').decode('utf-8', 'replace')

    def starttls(self, l):
        """the handshake, or what else is to happen"""
        if self.act('starttls', self.peer, '220 2.0.0 go ahead')[0] != '2':
            return
        self.handshake()

    def handshake(self):
        what = rule('handshake', self.peer)
        if what == 'hang':
            while True:
                self.more()
        if what == 'close':
            raise Gone('closed')
        if what is not None:
            self.more()
            self.reply(what)
            raise Gone('no handshake')
        names = []
        c = context() if a.tls_set else secure
        c.sni_callback = lambda s, name, c: names.append(name)
        try:
            self.s = c.wrap_socket(self.s, server_side=True)
        except ssl.SSLError as e:
            raise Gone('tls failed: %s' % e.reason)
        self.buf, self.tls = b'', True
        say(self.n, 'tls %s %s %s %s' % (self.s.version(), self.s.cipher()[0],
            'resumed' if self.s.session_reused else 'new', names and names[-1] or '-'))

    def ask(self, text):
        """a challenge, and the answer to it, both without their base64"""
        act = rule('challenge', self.peer)
        self.reply(act or '334 ' + base64.b64encode(text).decode())
        return base64.b64decode(self.line())

    def scram(self, first):
        """RFC 5802 section 5; 1 when the client knows the password"""
        user, password = a.login.split(':', 1)
        bare = first.split(b',', 2)[2]
        salt = b'salt of the server'
        said = b'r=%s%s,s=%s,i=%d' % (bare.split(b',r=')[1], b'ours',
            base64.b64encode(salt), a.rounds)
        final = self.ask(said)
        without, proof = final.rsplit(b',p=', 1)
        salted = hashlib.pbkdf2_hmac('sha256', password.encode(), salt, a.rounds)
        mac = lambda k, m: hmac.new(k, m, 'sha256').digest()
        key = mac(salted, b'Client Key')
        auth = b','.join([bare, said, without])
        signed = mac(hashlib.sha256(key).digest(), auth)
        good = bytes(x ^ y for x, y in zip(key, signed)) == base64.b64decode(proof)
        name = bare.split(b',')[0][2:].replace(b'=2C', b',').replace(b'=3D', b'=')
        if not good or name.decode() != user:
            return 0
        return self.ask(b'v=' + base64.b64encode(mac(mac(salted, b'Server Key'), auth))) == b''

    def auth(self, l):
        words = l.split(' ')
        first = base64.b64decode(words[2]) if len(words) > 2 else None
        user, _, password = a.login.partition(':')
        mech = words[1].upper()
        if mech == 'PLAIN':
            good = (first if first is not None else self.ask(b'')) == \
                b'\0' + user.encode() + b'\0' + password.encode()
        elif mech == 'LOGIN':
            good = [self.ask(b'Username:'), self.ask(b'Password:')] == \
                [user.encode(), password.encode()]
        else:
            good = self.scram(first)
        self.act('auth', self.peer, '235 2.7.0 in' if good else '535 5.7.8 wrong')

    def reply(self, text):
        self.s.sendall(text.replace('|', '\r\n').encode() + b'\r\n')

    def act(self, phase, text, default):
        """answer; returns the code"""
        act = rule(phase, text) or chaos(phase, default)
        if phase == 'dot' and (act.split(':')[-1])[:1] == '2':
            say(self.n, 'ok ' + text)
        if act.startswith('sleep:'):
            _, sec, act = act.split(':', 2)
            time.sleep(float(sec))
        if act.startswith('when:'):
            _, name, act = act.split(':', 2)
            while not os.path.exists(a.dir + '/' + name):
                time.sleep(0.02)
        if act == 'close':
            raise Gone('closed')
        if act == 'end':
            raise Gone('quit')
        if act == 'reset':
            self.s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                struct.pack('ii', 1, 0))
            raise Gone('reset')
        if act == 'hang':
            while True:
                self.more()
        if act == 'drip':
            while True:
                self.s.sendall(b'2')
                time.sleep(0.2)
        if act == 'long':
            while True:
                self.s.sendall(b'250-' + b'x' * 4096)
        self.reply(act)
        if act.startswith('421'):
            raise Gone('421')
        return act[:3]

    def block(self):
        """the message up to its lone dot; returns what to store"""
        act = rule('block', '')
        limit = int(act.split(':')[1]) if act and act.startswith('block:') else None
        h, keep, got, tail = hashlib.sha256(), [], 0, b'\r\n'
        while True:
            if not self.buf:
                if a.slow:
                    time.sleep(a.slow)
                self.more()
            d, self.buf = self.buf, b''
            got += len(d)
            if limit is not None and got >= limit:
                raise Gone('block')
            if act and limit is None:
                self.reply(act)
                act = None
            t = tail + d
            i = t.find(b'\r\n.\r\n')
            if i == -1:
                d = t[len(tail):]
                tail = t[-4:]
            else:
                self.buf = t[i + 5:]
                d = t[:i + 5][len(tail):]
            h.update(d)
            if not a.hash:
                keep.append(d)
            if i != -1:
                return b''.join(keep) if not a.hash else (h.hexdigest() + '\n').encode()

    def chunk(self, n):
        """RFC 3030 section 2"""
        while len(self.buf) < n:
            self.more()
        found, self.buf = self.buf[:n], self.buf[n:]
        return found

    def store(self):
        messages_kept(self.block())

    def run(self):
        if a.implicit:
            self.handshake()
        code = self.act('greeting', self.peer, '220 fake.example')
        rcpts, tried, body, mail = [], [], b'', False
        while True:
            l = self.line()
            say(self.n, '> ' + l)
            if 'PIPELINING' not in (a.tlsext if self.tls else a.ext) and self.buf:
                say(self.n, '! pipelined')
            v = l.split(' ')[0].upper()
            if v in ('EHLO', 'LHLO', 'HELO'):
                if v == 'HELO':
                    self.act('helo', l, '250 fake.example')
                else:
                    e = [x.replace('_', ' ') for x in (a.tlsext if self.tls else a.ext).split(',')
                        if x and not (x == 'STARTTLS' and self.tls)]
                    self.act(*('tlsehlo', self.peer) if self.tls else ('ehlo', l), '|'.join(['250-fake.example'] +
                        ['250-' + x for x in e[:-1]] + ['250 ' + (e or ['HELP'])[-1]]
                        if e else ['250 fake.example']))
            elif v == 'STARTTLS' and secure and not self.tls:
                self.starttls(l)
            elif v == 'AUTH' and a.login:
                self.auth(l)
            elif v == 'MAIL':
                mail = self.act('mail', l, '250 2.1.0 sender fine')[0] == '2'
                rcpts, tried, body = [], [], b''
            elif v == 'RCPT':
                tried.append(l)
                if self.act('rcpt', l, '250 2.1.5 recipient fine' if mail
                        else '503 5.5.1 no MAIL')[0] == '2':
                    rcpts.append(l)
            elif v == 'DATA':
                if self.act('data', ' '.join(tried), '354 go on' if rcpts
                        else '503 5.5.1 no recipient')[0] == '3':
                    self.store()
                    say(self.n, 'dot')
                    for r in rcpts if a.lmtp else [' '.join(rcpts)]:
                        self.act('dot', r, '250 2.0.0 stored')
                mail = False
            elif v == 'BDAT':
                body += self.chunk(int(l.split(' ')[1]))
                if not rcpts:
                    self.act('dot', '', '503 5.5.1 no recipient')
                elif not l.upper().endswith(' LAST'):
                    self.act('chunk', '%d' % len(body), '250 2.0.0 so far')
                else:
                    messages_kept(body)
                    say(self.n, 'dot')
                    for r in rcpts if a.lmtp else [' '.join(rcpts)]:
                        self.act('dot', r, '250 2.0.0 stored')
                    mail, body = False, b''
            elif v == 'RSET':
                mail = False
                self.act('rset', l, '250 2.0.0 reset')
            elif v == 'QUIT':
                self.act('quit', l, '221 2.0.0 bye')
                raise Gone('quit')
            else:
                self.reply('500 5.5.1 what')

    def serve(self):
        why = 'error'
        try:
            self.run()
        except Gone as e:
            why = str(e)
        except OSError as e:
            why = 'error %s' % e.strerror
        say(self.n, why)
        try:
            if self.tls and why == 'quit':
                self.s.unwrap()  # else its session cannot be resumed
        except OSError:
            pass
        self.s.close()

if a.unix:
    l = socket.socket(socket.AF_UNIX)
    l.bind(a.unix)
else:
    l = socket.socket(socket.AF_INET6 if ':' in a.listen else socket.AF_INET)
    l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if a.rcvbuf:
        l.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, a.rcvbuf)
    l.bind((a.listen, a.port))
l.listen(1000)
with open(a.dir + '/port.tmp', 'w') as f:
    f.write('%s\n' % (l.getsockname()[1] if not a.unix else 0))
os.rename(a.dir + '/port.tmp', a.dir + '/port')
while True:
    s, peer = l.accept()
    connections += 1
    if not a.unix:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    peer = peer[0] if not a.unix else 'unix'
    say(connections, 'from %s' % peer)
    threading.Thread(target=Conn(s, connections, peer).serve, daemon=True).start()
