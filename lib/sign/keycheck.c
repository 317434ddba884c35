#include "sign/keycheck.h"
#include "base/die.h"
#include "dns/dnsrun.h"
#include <stdio.h>
#include <string.h>

/* a machine with one question */
struct check {
	struct dnsq q;
	const struct privkey *key;
	struct buf pub;
	enum dkimrecord_verdict verdict;
	char why[200];
	unsigned over : 1;
};

enum signing_algorithm
keycheck_algorithm(const struct privkey *k)
{
	return privkey_kind(k) == PRIVKEY_RSA ? SIGNING_RSA_SHA256
					      : SIGNING_ED25519_SHA256;
}

int
keycheck_record(struct buf *out, const struct privkey *k)
{
	struct buf pub = { 0 };
	int r = privkey_public(&pub, k);

	if (r == 0)
		r = dkimrecord_put(out, keycheck_algorithm(k), buf_data(&pub),
		    buf_len(&pub));
	buf_free(&pub);
	return r;
}

static int
want(void *arg, struct dnsq *q)
{
	struct check *c = arg;

	*q = c->q;
	return !c->over;
}

static void
answer(void *arg, const struct dnsa *a)
{
	struct check *c = arg;
	const char *why;

	c->over = 1;
	c->verdict = dkimrecord_judge(a, keycheck_algorithm(c->key),
	    buf_data(&c->pub), buf_len(&c->pub), &why);
	snprintf(c->why, sizeof c->why, "%s", why);
}

static const struct dnsrun_machine machine = { want, answer };

enum dkimrecord_verdict
keycheck(struct resolve *dns, const char *domain, const char *selector,
    const struct privkey *k, int64_t wait_ms, const char **why)
{
	static struct check c;
	char name[DNSQ_NAME_MAX + 1];
	int n =
	    snprintf(name, sizeof name, "%s._domainkey.%s", selector, domain);

	memset(&c, 0, sizeof c);
	c.key = k;
	c.verdict = DKIMRECORD_TEMPERROR;
	if (n >= (int)sizeof name || dnsq_name(&c.q, name, n) == -1) {
		*why = "no such name can be";
		return DKIMRECORD_MISSING;
	}
	c.q.type = DNSQ_TXT;
	needs(privkey_public(&c.pub, k));
	dnsrun_now(dns, &machine, &c, wait_ms);
	buf_free(&c.pub);
	*why = c.why;
	return c.verdict;
}
