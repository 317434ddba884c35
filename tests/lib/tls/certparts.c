/* tls/certparts: what stands in certificates, and what is none */
#include "tls/certparts.h"
#include "pkidir.h"
#include "tap.h"

static const char made[] =
    "root ca=1 key=rsa2048\n"
    "leaf issuer=root names=a.example,b.example ips=192.0.2.1 "
    "from=@1700000000 until=@2600000000\n"
    "mid issuer=root ca=1 pathlen=3 key=ec384 hash=sha384\n"
    "p521 issuer=mid key=ec521 purposes=client hash=sha1\n"
    "ed key=ed25519 ca=none usage=none purposes=2.5.29.37.0\n"
    "nosign ca=1 usage=1 key=rsa1024 hash=sha1\n";

static struct certparts
parts(const char *name)
{
	static char *text;
	struct certparts c;
	char file[64];
	size_t n;

	snprintf(file, sizeof file, "%s.der", name);
	text = pkidir_text(file, &n); /* stays: the parts point into it */
	is_num(certparts_read((unsigned char *)text, n, &c), 0, name);
	return c;
}

static void
good(void)
{
	struct certparts root = parts("root"), leaf = parts("leaf"),
			 mid = parts("mid"), p521 = parts("p521"),
			 ed = parts("ed"), nosign = parts("nosign");
	struct der left = leaf.names, name;

	ok(root.key == CERTPARTS_RSA && root.bits == 2048 &&
		root.exponent_bits == 17,
	    "RSA");
	ok(leaf.key == CERTPARTS_P256 && mid.key == CERTPARTS_P384 &&
		p521.key == CERTPARTS_P521 && ed.key == CERTPARTS_OTHER,
	    "other kinds");
	ok(root.how == CERTPARTS_SIGNED && leaf.how == CERTPARTS_SIGNED &&
		mid.how == CERTPARTS_SIGNED,
	    "signed");
	ok(p521.how == CERTPARTS_SIGNED_WEAK &&
		nosign.how == CERTPARTS_SIGNED_WEAK,
	    "with SHA-1");
	ok(ed.how == CERTPARTS_SIGNED_OTHER, "with something else");
	ok(root.is_ca && mid.is_ca && !leaf.is_ca && !ed.is_ca, "authorities");
	ok(!nosign.is_ca, "one that may not sign is none");
	is_num(mid.pathlen, 3, "how long a path");
	is_num(root.pathlen, CERTPARTS_PATHLEN_NONE, "any");
	ok(certparts_self(&root) && !certparts_self(&leaf), "its own issuer");
	ok(der_same(leaf.issuer, root.subject), "names");
	ok(leaf.issuer_id.n == 20 && der_same(leaf.issuer_id, root.key_id),
	    "keys' names");
	is_num(leaf.from_s, 1700000000, "from");
	is_num(leaf.until_s, 2600000000, "until, after 2050");
	ok(leaf.serves && root.serves && ed.serves && !p521.serves,
	    "for servers");
	ok(leaf.has_san && !root.has_san, "it has names");
	is_num(certparts_name(&left, &name), CERTPARTS_DNS, "a name");
	ok(name.n == 9 && memcmp(name.p, "a.example", 9) == 0, "is a.example");
	certparts_name(&left, &name);
	is_num(certparts_name(&left, &name), CERTPARTS_IP, "an address");
	is_num((long long)name.n, 4, "of 4 bytes");
	is_num(certparts_name(&left, &name), 0, "then none");
	ok(leaf.spki.n > 26 && leaf.spki.p[0] == DER_SEQUENCE, "the key");
}

/* cut anywhere, or with a byte behind it, it is none; and no byte that is
 * changed makes it read beyond its end */
static void
bad(void)
{
	struct certparts c;
	size_t n, k, whole = 0;
	char *text = pkidir_text("leaf.der", &n);
	unsigned char *p;

	for (k = 0; k <= n + 1; k++) {
		p = malloc(k + 1);
		memcpy(p, text, k < n ? k : n);
		whole += certparts_read(p, k, &c) == 0;
		free(p);
	}
	is_num((long long)whole, 1, "only the whole is one");
	for (k = 0; k < n * 8; k++) {
		text[k / 8] ^= (char)(1 << k % 8);
		certparts_read((unsigned char *)text, n, &c);
		text[k / 8] ^= (char)(1 << k % 8);
	}
	ok(1, "any bit changed");
	free(text);
}

/* a certificate with these extensions */
static int
with(const char *extensions, size_t n, struct certparts *c)
{
	static const char head[] =
	    "\x02\x01\x01\x30\x00\x30\x00"
	    "\x30\x1e\x17\x0d"
	    "700101000000Z\x17\x0d"
	    "490101000000Z\x30\x00\x30\x0c\x30\x07\x06\x05\x2b\x81\x04\x00"
	    "\x0a\x03\x01\x00";
	static const char tail[] = "\x30\x03\x06\x01\x2a\x03\x01\x00";
	static unsigned char b[8192];
	size_t h = sizeof head - 1, list = n + 4, outer = list + 4, at = 0;

	b[at++] = 0x30;
	b[at++] = 0x82;
	b[at++] = (unsigned char)((4 + h + outer + 8) >> 8);
	b[at++] = (unsigned char)(4 + h + outer + 8);
	b[at++] = 0x30;
	b[at++] = 0x82;
	b[at++] = (unsigned char)((h + outer) >> 8);
	b[at++] = (unsigned char)(h + outer);
	memcpy(b + at, head, h);
	at += h;
	b[at++] = 0xa3;
	b[at++] = 0x82;
	b[at++] = (unsigned char)(list >> 8);
	b[at++] = (unsigned char)list;
	b[at++] = 0x30;
	b[at++] = 0x82;
	b[at++] = (unsigned char)(n >> 8);
	b[at++] = (unsigned char)n;
	memcpy(b + at, extensions, n);
	memcpy(b + at + n, tail, sizeof tail - 1);
	return certparts_read(b, at + n + sizeof tail - 1, c);
}

#define WITH(text, c) with((text), sizeof(text) - 1, (c))
#define CA "\x30\x0c\x06\x03\x55\x1d\x13\x04\x05\x30\x03\x01\x01\xff"

static void
extensions(void)
{
	char many[16 * (CERTPARTS_EXTENSIONS_MAX + 1)];
	struct certparts c;
	size_t i;

	is_num(WITH("", &c), 0, "none");
	is_num(WITH(CA, &c), 0, "one");
	ok(c.is_ca, "which counts");
	is_num(WITH(CA CA, &c), -1, "and not twice");
	is_num(WITH("\x30\x0a\x06\x03\x55\x1d\x11\x04\x03\x30\x01\x82", &c), -1,
	    "names that are cut");
	is_num(WITH("\x30\x0b\x06\x03\x55\x1d\x11\x04\x04\x30\x02\x81\x00", &c),
	    0, "a name of another kind");
	ok(!c.has_san, "is none");
	is_num(WITH("\x30\x0a\x06\x03\x55\x1d\x25\x04\x03\x30\x01\x06", &c), -1,
	    "purposes that are cut");
	is_num(WITH("\x30\x09\x06\x03\x55\x1d\x25\x04\x02\x30\x00", &c), 0,
	    "no purpose");
	ok(!c.serves, "is none for a server");
	is_num(WITH("\x30\x0e\x06\x03\x55\x1d\x13\x01\x01\xff\x04\x04\x30\x02"
		    "\x30\x00",
		   &c),
	    0, "critical, with what nobody knows");
	for (i = 0; i < CERTPARTS_EXTENSIONS_MAX + 1; i++)
		memcpy(many + 9 * i,
		    (char[]){ 0x30, 7, 6, 3, 0x2a, 1, (char)i, 4, 0 }, 9);
	is_num(with(many, 9 * CERTPARTS_EXTENSIONS_MAX, &c), 0, "64 of them");
	is_num(with(many, 9 * (CERTPARTS_EXTENSIONS_MAX + 1), &c), -1,
	    "one more");
}

int
main(void)
{
	pkidir_make(made);
	good();
	bad();
	extensions();
	pkidir_remove();
	return done();
}
