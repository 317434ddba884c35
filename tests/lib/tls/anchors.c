/* tls/anchors: bundles of authorities, good ones and damaged ones */
#include "tls/anchors.h"
#include "pkidir.h"
#include "tap.h"
#include "tls/certparts.h"

static const char made[] = "a ca=1 key=rsa2048\n"
			   "b ca=1\n"
			   "b2 ca=1 cn=b key=ec384\n"
			   "leaf issuer=a\n"
			   "ed ca=1 key=ed25519\n"
			   "fat issuer=a size=16385 serial=7\n";

static char text[8 << 20];
static size_t len;

static void
add(const char *file)
{
	size_t n;
	char *p = pkidir_text(file, &n);

	memcpy(text + len, p, n);
	len += n;
	free(p);
}

static size_t
named(const struct anchors *s, const char *file,
    const br_x509_trust_anchor **first)
{
	struct certparts c;
	size_t n, found;
	char *p = pkidir_text(file, &n);

	certparts_read((unsigned char *)p, n, &c);
	found = anchors_named(s, c.subject.p, c.subject.n, first);
	free(p);
	return found;
}

static void
good(void)
{
	const br_x509_trust_anchor *first = NULL;
	struct anchors_told told;
	struct anchors *s;

	len = 0;
	add("a.crt");
	len += (size_t)sprintf(text + len, "# text between\nsubject=CN = x\n");
	add("leaf.key");
	add("b.crt");
	add("ed.crt");
	add("fat.crt");
	add("leaf.crt");
	add("b2.crt");
	s = anchors_parse(text, len - 1, &told); /* its last line has no end */
	is_num(told.used, 4, "known ones");
	is_num(told.skipped, 2, "of an unknown kind, too large");
	ok(told.over == 0 && !told.cut, "and no other");
	is_num((long long)named(s, "a.der", &first), 1, "by name");
	ok(first->pkey.key_type == BR_KEYTYPE_RSA &&
		first->pkey.key.rsa.nlen == 256 &&
		first->flags == BR_X509_TA_CA,
	    "an authority");
	is_num((long long)named(s, "leaf.der", &first), 1, "another");
	is_num(first->flags, 0, "is none");
	is_num((long long)named(s, "b.der", &first), 2, "two of one name");
	ok(first[0].pkey.key.ec.curve != first[1].pkey.key.ec.curve, "both");
	is_num((long long)named(s, "ed.der", &first), 0, "not there");
	is_num((long long)named(NULL, "a.der", &first), 0, "nor in none");
	is_num((long long)anchors_named(s, NULL, 0, &first), 0, "no name");
	ok(anchors_ref(s) == s, "held");
	anchors_drop(s);
	is_num((long long)named(s, "a.der", &first), 1, "stays");
	anchors_drop(s);
	anchors_drop(NULL);
}

static void
damaged(void)
{
	const br_x509_trust_anchor *first;
	struct anchors_told told;
	struct anchors *s;
	size_t n, bad = 0;

	len = 0;
	add("a.crt");
	add("b.crt");
	for (n = 0; n < len; n += 7) {
		s = anchors_parse(text, n, &told);
		bad += told.skipped > 0;
		anchors_drop(s);
	}
	is_num((long long)bad, 0, "cut, each is there or not");
	s = anchors_parse(text, len - 40, &told);
	ok(told.used == 1 && told.cut, "which is seen");
	anchors_drop(s);
	text[100] = '!';
	s = anchors_parse(text, len, &told);
	ok(told.used == 1 && told.cut, "a wrong byte costs one of them");
	is_num((long long)named(s, "b.der", &first), 1, "the next is there");
	anchors_drop(s);
	s = anchors_parse("", 0, &told);
	ok(s != NULL && told.used == 0 && !told.cut, "nothing is no fault");
	is_num((long long)named(s, "b.der", &first), 0, "and has nothing");
	anchors_drop(s);
}

static void
most(void)
{
	struct anchors_told told;
	int i;

	len = 0;
	for (i = 0; i < ANCHORS_MAX; i++)
		add("b.crt");
	anchors_drop(anchors_parse(text, len, &told));
	ok(told.used == ANCHORS_MAX && told.over == 0, "1000");
	add("a.crt");
	anchors_drop(anchors_parse(text, len, &told));
	ok(told.used == ANCHORS_MAX && told.over == 1, "and one more");
}

int
main(void)
{
	pkidir_make(made);
	good();
	damaged();
	most();
	pkidir_remove();
	return done();
}
