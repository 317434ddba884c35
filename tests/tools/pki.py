#!/usr/bin/env python3
"""Certificates for tests, good ones and bad ones.

usage: pki.py DIR <LINES        or, from another test:  import pki

A line makes a certificate: its name, and words KEYWORD=VALUE in any order.
Made are in DIR

    NAME.key    the private key, PKCS #8 in PEM
    NAME.crt    the certificate in PEM, and NAME.der
    NAME.chain  it and those above it, the leaf first, without the root
    NAME.pem    the same with the key behind it

    issuer=NAME      who signs, made before; default: itself
    key=KIND         ec256 (default) ec384 ec521 ed25519 rsaBITS; =NAME: the
                     key of another
    cn=TEXT          common name, default the name; cn= leaves it out
    names=A,B        dNSName each (\\xHH: any byte); ips=A,B: iPAddress each
    ca=1, ca=none    basicConstraints says CA:TRUE; there are none; default
                     CA:FALSE
    pathlen=N        with ca=1
    from=SPAN until=SPAN  of validity, from now on: -1d, 90d, 12h, 30s, or
                     @SECONDS since 1970; default -1h and 90d
    hash=sha256      or sha1 sha384 sha512
    usage=BITS       keyUsage, as bits from the left, 1000000; none: left out
    purposes=WORDS   server,client (default; a CA has none), none, or OIDs
    permit=A exclude=A    nameConstraints, dNSName each
    size=N           bytes of the certificate in DER
    damage=1         its signature is one of something else
    strange=1        a critical extension that nobody knows
    serial=N

Written with the field's bytes in hand and not by a library, which would not
make the bad ones; keys and signatures are by openssl(1).
"""
import base64, hashlib, os, re, socket, subprocess, sys, time

HASHES = {'sha1': (5, 1), 'sha256': (11, 2), 'sha384': (12, 3),
          'sha512': (13, 4)}  # last arc of PKCS #1's OID, of ECDSA's
KINDS = {'ec256': 'P-256', 'ec384': 'P-384', 'ec521': 'P-521'}
PURPOSES = {'server': '1.3.6.1.5.5.7.3.1', 'client': '1.3.6.1.5.5.7.3.2'}
UNITS = {'s': 1, 'm': 60, 'h': 3600, 'd': 86400}


# DER, X.690

def tlv(tag, *parts):
    body = b''.join(parts)
    n = len(body)
    if n < 128:
        return bytes([tag, n]) + body
    size = (n.bit_length() + 7) // 8
    return bytes([tag, 128 | size]) + n.to_bytes(size, 'big') + body


def seq(*parts):
    return tlv(0x30, *parts)


def oid(dotted):
    arcs = [int(a) for a in dotted.split('.')]
    out = b''
    for a in [arcs[0] * 40 + arcs[1]] + arcs[2:]:
        groups = [a & 127]
        while a > 127:
            a >>= 7
            groups.insert(0, 128 | a & 127)
        out += bytes(groups)
    return tlv(6, out)


def integer(n):
    return tlv(2, n.to_bytes(n.bit_length() // 8 + 1, 'big'))


def bits(text):
    """a BIT STRING of named bits: no zeros at its end"""
    text = text.rstrip('0')
    pad = -len(text) % 8
    n = len(text) + pad
    return tlv(3, bytes([pad]),
               int((text + '0' * pad) or '0', 2).to_bytes(n // 8, 'big'))


def moment(at):
    t = time.gmtime(at)
    if 1950 <= t.tm_year < 2050:
        return tlv(0x17, time.strftime('%y%m%d%H%M%SZ', t).encode())
    return tlv(0x18, time.strftime('%Y%m%d%H%M%SZ', t).encode())


def common_name(text):
    if not text:
        return seq()
    return seq(tlv(0x31, seq(oid('2.5.4.3'), tlv(12, text.encode()))))


def raw(text):
    """bytes of a word, \\xHH undone"""
    return re.sub(rb'\\x([0-9a-f]{2})',
                  lambda m: bytes([int(m.group(1), 16)]), text.encode())


def extension(dotted, content, critical=False):
    return seq(oid(dotted), tlv(1, b'\xff') if critical else b'',
               tlv(4, content))


def pem(word, der):
    text = base64.encodebytes(der).decode().replace('\n', '')
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return '-----BEGIN %s-----\n%s\n-----END %s-----\n' % (
        word, '\n'.join(lines), word)


def when(text, now):
    if text.startswith('@'):
        return int(text[1:])
    return now + int(text[:-1]) * UNITS[text[-1]]


def openssl(*args, data=None):
    r = subprocess.run(('openssl',) + args, input=data, capture_output=True)
    if r.returncode != 0:
        sys.exit('openssl ' + ' '.join(args) + ': ' + r.stderr.decode())
    return r.stdout


class Pki:
    """what was made in a folder; make() makes one more"""

    def __init__(self, folder):
        self.folder = folder
        self.made = {}
        os.makedirs(folder, exist_ok=True)

    def path(self, name, kind):
        return os.path.join(self.folder, name + '.' + kind)

    def write(self, name, kind, text, mode=0o644):
        fd = os.open(self.path(name, kind),
                     os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(fd, 'wb') as f:
            f.write(text if isinstance(text, bytes) else text.encode())

    def key(self, name, kind):
        """make NAME.key; the text of it"""
        if kind.startswith('='):
            text = open(self.path(kind[1:], 'key')).read()
        elif kind in KINDS:
            text = openssl('genpkey', '-algorithm', 'EC', '-pkeyopt',
                           'ec_paramgen_curve:' + KINDS[kind]).decode()
        elif kind.startswith('rsa'):
            text = openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt',
                           'rsa_keygen_bits:' + kind[3:]).decode()
        else:
            text = openssl('genpkey', '-algorithm', kind).decode()
        self.write(name, 'key', text, 0o600)
        return text

    def sign(self, issuer, tbs, algorithm, hash_name, damage):
        path = self.path(issuer, 'key')
        data = tbs + b'!' if damage else tbs
        if algorithm == 'ed25519':
            self.write(issuer, 'tbs', data)
            sig = openssl('pkeyutl', '-sign', '-rawin', '-inkey', path,
                          '-in', self.path(issuer, 'tbs'))
            os.unlink(self.path(issuer, 'tbs'))
            return sig
        return openssl('dgst', '-' + hash_name, '-sign', path, data=data)

    def make(self, name, **o):
        """keywords as above; returns the certificate in DER"""
        me = {'name': name, 'cn': o.get('cn', name)}
        me['text'] = self.key(name, o.get('key', 'ec256'))
        me['spki'] = openssl('pkey', '-pubout', '-outform', 'DER',
                             data=me['text'].encode())
        self.made[name] = me
        me['issuer'] = self.made[o.get('issuer', name)]
        me['der'] = self.sized(me, o, int(o['size'])) if 'size' in o \
            else self.build(me, o, 0)
        self.files(me)
        return me['der']

    def files(self, me):
        chain, at = pem('CERTIFICATE', me['der']), me
        self.write(me['name'], 'der', me['der'])
        self.write(me['name'], 'crt', chain)
        while at['issuer'] is not at and at['issuer']['issuer'] is not \
                at['issuer']:
            at = at['issuer']
            chain += pem('CERTIFICATE', at['der'])
        self.write(me['name'], 'chain', chain)
        self.write(me['name'], 'pem', chain + me['text'], 0o600)

    def sized(self, me, o, want):
        """ECDSA's signatures are not of one length: try again"""
        pad = max(want - len(self.build(me, o, 1)), 1)
        for _ in range(1000):
            der = self.build(me, o, pad)
            if len(der) == want:
                return der
            pad += want - len(der) if abs(want - len(der)) > 2 else 0
        sys.exit('%s: %d bytes are out of reach' % (me['name'], want))

    @staticmethod
    def algorithm(issuer, hash_name):
        """its name, and the AlgorithmIdentifier of its signatures"""
        if oid('1.2.840.10045.2.1') in issuer['spki'][:40]:
            arc = HASHES[hash_name][1]
            return 'ec', seq(oid('1.2.840.10045.4.1' if hash_name == 'sha1'
                                 else '1.2.840.10045.4.3.%d' % arc))
        if oid('1.3.101.112') in issuer['spki'][:20]:
            return 'ed25519', seq(oid('1.3.101.112'))
        return 'rsa', seq(oid('1.2.840.113549.1.1.%d' % HASHES[hash_name][0]),
                          tlv(5))

    def build(self, me, o, pad):
        now = int(time.time())
        issuer = me['issuer']
        hash_name = o.get('hash', 'sha256')
        algorithm, identifier = self.algorithm(issuer, hash_name)
        serial = int(o.get('serial', int.from_bytes(os.urandom(15), 'big')))
        tbs = seq(
            tlv(0xa0, integer(2)), integer(serial), identifier,
            common_name(issuer['cn']),
            seq(moment(when(o.get('from', '-1h'), now)),
                moment(when(o.get('until', '90d'), now))),
            common_name(me['cn']), me['spki'],
            tlv(0xa3, seq(*self.extensions(me, o, pad))))
        sig = self.sign(issuer['name'], tbs, algorithm, hash_name,
                        'damage' in o)
        return seq(tbs, identifier, tlv(3, b'\0', sig))

    def extensions(self, me, o, pad):
        ca = o.get('ca', '0')
        id_of = lambda c: hashlib.sha1(c['spki']).digest()
        yield extension('2.5.29.14', tlv(4, id_of(me)))
        if me['issuer'] is not me:
            yield extension('2.5.29.35', seq(tlv(0x80, id_of(me['issuer']))))
        if ca != 'none':
            yield extension('2.5.29.19', seq(
                tlv(1, b'\xff') if ca == '1' else b'',
                integer(int(o['pathlen'])) if 'pathlen' in o else b''), True)
        usage = o.get('usage', '0000011' if ca == '1' else '1')
        if usage != 'none':
            yield extension('2.5.29.15', bits(usage), True)
        purposes = o.get('purposes', 'none' if ca == '1' else 'server,client')
        if purposes != 'none':
            yield extension('2.5.29.37', seq(
                *[oid(PURPOSES.get(p, p)) for p in purposes.split(',')]))
        names = [tlv(0x82, raw(n)) for n in o.get('names', '').split(',') if n]
        names += [tlv(0x87, socket.inet_pton(
            socket.AF_INET6 if ':' in a else socket.AF_INET, a))
            for a in o.get('ips', '').split(',') if a]
        if names:
            yield extension('2.5.29.17', seq(*names), not me['cn'])
        trees = [tlv(0xa0 + i, *[seq(tlv(0x82, n.encode()))
                                 for n in o[w].split(',')])
                 for i, w in enumerate(('permit', 'exclude')) if w in o]
        if trees:
            yield extension('2.5.29.30', seq(*trees), True)
        if 'strange' in o:
            yield extension('1.3.6.1.4.1.99999.1', tlv(5), True)
        if pad > 0:
            yield extension('1.3.6.1.4.1.99999.2', b'\0' * pad)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.split('\n\n')[1])
    p = Pki(sys.argv[1])
    for line in sys.stdin:
        words = line.split()
        if words and not words[0].startswith('#'):
            p.make(words[0], **dict(w.split('=', 1) for w in words[1:]))


if __name__ == '__main__':
    main()
