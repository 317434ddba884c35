/* chains: put into order, compared with a key, named */
#include "crypt/certificate.h"
#include "pkidir.h"
#include "tap.h"

static const char spec[] =
    "root ca=1 until=900d\n"
    "mid ca=1 issuer=root from=-30d until=50d\n"
    "low ca=1 issuer=mid until=70d\n"
    "leaf issuer=low names=Mail.example.org,*.Example.net cn=x\n"
    "renewed issuer=low key==leaf names=new.example\n"
    "rsa key=rsa2048 issuer=mid cn=Only.Name.Example\n"
    "direct issuer=root cn=not_a\\x20name\n"
    "own names=own.example\n"
    "noname cn=\n"
    "ips ips=192.0.2.1 cn=ips.example\n"
    "evil issuer=mid names=good.example\\x00.bad.example,good.example\n"
    "p521 key=ec521\n"
    /* the authority `low` under another root, and under one that ended */
    "other ca=1 until=900d\n"
    "cross ca=1 issuer=other key==low cn=low until=60d\n"
    "past ca=1 issuer=other key==low cn=low until=-1h\n"
    "crossroot ca=1 key==low cn=low until=800d\n"
    /* names that fit, signed by another key */
    "false ca=1 cn=low\n"
    "fat issuer=low size=16384\n"
    "fatter issuer=low size=16385\n";

static char *
join(const char *names, size_t *n)
{
	struct buf b = { 0 };
	char name[64], *text;
	size_t k, len;

	for (; *names != '\0'; names += k + (names[k] == ' ')) {
		k = strcspn(names, " ");
		snprintf(name, sizeof name, "%.*s", (int)k, names);
		text = pkidir_text(name, &len);
		buf_put(&b, text, len);
		free(text);
	}
	*n = buf_len(&b);
	buf_putc(&b, '\0');
	return buf_data(&b);
}

/* the chain as names of files, by their bytes; or the fault */
static void
show(struct buf *out, const struct certificate *c)
{
	static const char *const known[] = { "leaf", "renewed", "low", "mid",
		"root", "cross", "past", "crossroot", "false", "other", "rsa",
		"direct", "own" };
	size_t i, k, n, len;
	const unsigned char *der;
	char name[32], *text;

	for (i = 0; i < certificate_count(c); i++) {
		der = certificate_der(c, i, &n);
		for (k = 0; k < sizeof known / sizeof *known; k++) {
			snprintf(name, sizeof name, "%s.der", known[k]);
			text = pkidir_text(name, &len);
			if (len == n && memcmp(text, der, n) == 0)
				buf_printf(out, "%s ", known[k]);
			free(text);
		}
	}
	buf_puts(out, certificate_self(c) ? "self" : "");
	buf_puts(out, certificate_lone(c) ? "lone" : "");
}

static const struct {
	const char *key, *files, *want;
} chains[] = {
	{ "leaf", "leaf.crt low.crt mid.crt", "leaf low mid " },
	{ "leaf", "leaf.chain", "leaf low mid " },
	{ "leaf", "leaf.pem", "leaf low mid " },
	{ "leaf", "mid.crt leaf.crt low.crt", "leaf low mid " },
	{ "leaf", "root.crt mid.crt low.crt leaf.crt", "leaf low mid " },
	{ "leaf", "rsa.crt own.crt low.crt leaf.crt direct.crt", "leaf low " },
	{ "leaf", "leaf.crt leaf.crt low.crt low.crt", "leaf low " },
	{ "leaf", "leaf.crt mid.crt", "leaf lone" },
	{ "leaf", "leaf.crt", "leaf lone" },
	{ "leaf", "leaf.crt false.crt", "leaf lone" },
	{ "leaf", "leaf.crt false.crt low.crt", "leaf low " },
	/* one that is renewed with its old key: the first counts */
	{ "leaf", "renewed.crt leaf.crt low.crt", "renewed low " },
	/* several of one name and key */
	{ "leaf", "leaf.crt low.crt cross.crt mid.crt", "leaf low mid " },
	{ "leaf", "leaf.crt past.crt cross.crt", "leaf cross " },
	{ "leaf", "leaf.crt crossroot.crt cross.crt other.crt", "leaf cross " },
	{ "leaf", "leaf.crt crossroot.crt", "leaf " },
	{ "direct", "direct.crt root.crt", "direct " },
	{ "direct", "direct.crt", "direct lone" },
	{ "own", "own.pem", "own self" },
	{ "root", "root.pem leaf.crt", "root self" },
	{ NULL, "mid.crt root.crt", "mid " },
	{ "own", "leaf.pem", "key does not belong to the certificate" },
	{ "own", "own.key", "no certificate in PEM" },
	{ NULL, "p521.crt",
	    "key is neither RSA nor ECDSA with P-256 or P-384" },
	{ "fatter", "fatter.crt", "certificate too large" },
};

static struct certkey *
key_of(const char *name)
{
	char file[64], *text;
	const char *fault;
	struct certkey *k;
	size_t n;

	snprintf(file, sizeof file, "%s.key", name);
	text = pkidir_text(file, &n);
	k = certkey_parse(text, n, &fault);
	free(text);
	return k;
}

static struct certificate *
parse(const char *key, const char *files, const char **fault)
{
	struct certkey *k = key == NULL ? NULL : key_of(key);
	struct certificate *c;
	size_t n;
	char *text = join(files, &n);

	c = certificate_parse(text, n, k, fault);
	certkey_free(k);
	free(text);
	return c;
}

static void
order(const char *key, const char *files, const char *want)
{
	struct buf b = { 0 };
	const char *fault = "no fault";
	struct certificate *c = parse(key, files, &fault);

	if (c != NULL)
		show(&b, c);
	else
		buf_puts(&b, fault);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), want, files);
	certificate_free(c);
	buf_free(&b);
}

static const struct {
	const char *name, *names;
	long n;
} names[] = {
	{ "leaf", "mail.example.org,*.example.net", 2 },
	{ "rsa", "only.name.example", 1 },
	{ "direct", "", 0 },
	{ "noname", "", 0 },
	{ "ips", "ips.example", 1 },
	{ "evil", "good.example", 1 },
};

static void
name(void)
{
	struct buf b = { 0 };
	struct certificate *c;
	const char *fault;
	char file[64];
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(file, sizeof file, "%s.crt", names[i].name);
		c = parse(NULL, file, &fault);
		buf_clear(&b);
		is_num(certificate_names(c, &b), names[i].n, file);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), names[i].names, "its names");
		certificate_free(c);
	}
	buf_free(&b);
}

static void
name_ok(void)
{
	char longest[260];

	memset(longest, 'a', sizeof longest);
	ok(certificate_name_ok(longest, 253), "a name at the limit");
	ok(!certificate_name_ok(longest, 254), "one above");
	memcpy(longest, "*.", 2);
	ok(certificate_name_ok(longest, 255), "and behind *.");
	ok(certificate_name_ok("a_b-1.x", 7), "letters, digits, - and _");
	ok(!certificate_name_ok("", 0), "empty");
	ok(!certificate_name_ok("*.", 2), "*. alone");
	ok(!certificate_name_ok("*", 1), "* alone");
	ok(!certificate_name_ok("a.*.b", 5), "* inside");
	ok(!certificate_name_ok("a..b", 4), "an empty label");
	ok(!certificate_name_ok(".a", 2), "a dot in front");
	ok(!certificate_name_ok("a.", 2), "a dot behind");
	ok(!certificate_name_ok("a,b", 3), "a comma");
	ok(!certificate_name_ok("b\303\274", 3), "an umlaut");
}

/* names a0.example,a1.example... */
static long
many(unsigned n)
{
	struct buf b = { 0 }, out = { 0 };
	struct certificate *c;
	const char *fault;
	size_t i, commas = 0;
	long got;

	buf_puts(&b, "many names=");
	for (i = 0; i < n; i++)
		buf_printf(&b, "%sa%u.example", i > 0 ? "," : "", (unsigned)i);
	buf_puts(&b, "\n");
	buf_putc(&b, '\0');
	pkidir_add(buf_data(&b));
	c = parse("many", "many.crt", &fault);
	got = certificate_names(c, &out);
	for (i = 0; i < buf_len(&out); i++)
		commas += buf_data(&out)[i] == ',';
	is_num((long long)commas,
	    (n < CERTIFICATE_NAMES_MAX ? n : CERTIFICATE_NAMES_MAX) - 1,
	    "so many are there");
	certificate_free(c);
	buf_free(&out);
	buf_free(&b);
	return got;
}

static void
validity(void)
{
	const char *fault;
	struct certificate *c = parse("leaf", "leaf.pem root.crt", &fault);
	struct certificate *leaf = parse("leaf", "leaf.crt", &fault);
	struct certificate *mid = parse("mid", "mid.crt", &fault);

	is_num(certificate_until(c), certificate_until(mid),
	    "the chain ends with the first one that ends");
	ok(certificate_until(leaf) > certificate_until(mid), "not the leaf");
	is_num(certificate_from(c), certificate_from(leaf),
	    "and begins with the last one that begins");
	ok(certificate_from(mid) < certificate_from(leaf), "not the issuer");
	certificate_free(c);
	certificate_free(leaf);
	certificate_free(mid);
}

/* a line of issuers, made one under the other */
static void
depth(void)
{
	struct buf b = { 0 };
	unsigned i;

	buf_puts(&b, "d0 ca=1\n");
	for (i = 1; i <= CERTIFICATE_CHAIN_MAX + 1; i++)
		buf_printf(&b, "d%u ca=1 issuer=d%u\n", i, i - 1);
	buf_putc(&b, '\0');
	pkidir_add(buf_data(&b));
	order("d8", "d8.pem", "");
	order("d9", "d9.pem", "more than 8 certificates in its chain");
	buf_free(&b);
}

/* the file's last certificates are its leaf and issuer */
static void
crowd(unsigned before, const char *want)
{
	struct buf b = { 0 };
	unsigned i;

	for (i = 0; i < before; i++)
		buf_puts(&b, "own.crt ");
	buf_puts(&b, "low.crt leaf.crt");
	buf_putc(&b, '\0');
	order("leaf", buf_data(&b), want);
	buf_free(&b);
}

static void
text(void)
{
	const char *fault;
	struct certificate *c = parse("leaf", "leaf.pem", &fault), *again;
	unsigned char a[32], b[32], x[32], y[32], sha[32];
	struct buf out = { 0 };
	const unsigned char *der;
	size_t n;

	is_num(certificate_pem(&out, c), 0, "written as PEM");
	again = certificate_parse(buf_data(&out), buf_len(&out), NULL, &fault);
	is_num((long long)certificate_count(again), 3, "and read again");
	is_num(certificate_hash(c, a, b), 0, "hashed");
	is_num(certificate_hash(again, x, y), 0, "hashed");
	der = certificate_der(c, 0, &n);
	certificate_sha256(der, n, sha);
	ok(memcmp(a, x, 32) == 0 && memcmp(a, sha, 32) == 0,
	    "the hash of its bytes");
	ok(memcmp(b, y, 32) == 0 && memcmp(a, b, 32) != 0, "that of its key");
	certificate_free(again);
	again = parse("renewed", "renewed.crt", &fault);
	certificate_hash(again, x, y);
	ok(memcmp(b, y, 32) == 0 && memcmp(a, x, 32) != 0,
	    "the key's stays when the certificate is renewed");
	certificate_free(again);
	certificate_free(c);
	buf_data(&out)[100] = '*';
	c = certificate_parse(buf_data(&out), buf_len(&out), NULL, &fault);
	ok(c == NULL, "damaged");
	is_str(fault, "damaged certificate", "is said so");
	c = certificate_parse(buf_data(&out), buf_len(&out) - 3, NULL, &fault);
	ok(c == NULL, "cut");
	is_str(fault, "cut short", "is said so");
	buf_free(&out);
}

int
main(void)
{
	size_t i;

	pkidir_make(spec);
	for (i = 0; i < sizeof chains / sizeof *chains; i++)
		order(chains[i].key, chains[i].files, chains[i].want);
	order("fat", "fat.crt low.crt", "low ");
	name();
	name_ok();
	is_num(many(CERTIFICATE_NAMES_MAX), CERTIFICATE_NAMES_MAX,
	    "names at the limit");
	is_num(many(CERTIFICATE_NAMES_MAX + 1), CERTIFICATE_NAMES_MAX + 1,
	    "one above");
	validity();
	depth();
	crowd(CERTIFICATE_READ_MAX - 2, "leaf low ");
	crowd(CERTIFICATE_READ_MAX - 1,
	    "key does not belong to the certificate");
	text();
	pkidir_remove();
	return done();
}
