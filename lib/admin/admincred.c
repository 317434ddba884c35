#include "admin/admincred.h"
#include "base/ip.h"
#include "crypt/digest.h"

/* what a signature is of has the digest of the body in it */
static int
sign(struct admincred *c, const struct httphead *h, struct slice body)
{
	unsigned char sum[DIGEST_LEN];
	struct digest d;

	digest_init(&d);
	digest_add(&d, body.p, body.n);
	digest_end(&d, sum);
	return httpcred_signed(&c->cred, &c->text, h, sum);
}

static void
take_client(struct admincred *c, const struct httphead *h)
{
	const struct slice *v = httphead_find(h, "X-Forwarded-For");
	unsigned char ip[IP_LEN];
	struct slice last;
	size_t n;

	if (v == NULL || httphead_count(h, "X-Forwarded-For") != 1)
		return;
	last = *v;
	for (n = last.n; n > 0 && last.p[n - 1] != ',';)
		n--;
	last.p += n;
	last.n -= n;
	last = slice_trim(last);
	if (ip_scan(last.p, last.n, ip) != 0)
		c->cred.q.value[ACCOUNTWIRE_IP] = last;
}

int
admincred_read(struct admincred *c, const struct httphead *h, struct slice body)
{
	struct accountwire_question *q = &c->cred.q;

	/* other names of the field are other servers' */
	if (httphead_find(h, "Authorization") == NULL ||
	    httpcred_read(&c->cred, h) == -1)
		return -1;
	take_client(c, h);
	return q->scheme == ACCOUNTWIRE_HMAC && sign(c, h, body) == -1 ? -2 : 0;
}

void
admincred_wipe(struct admincred *c)
{
	httpcred_wipe(&c->cred);
	buf_wipe(&c->text);
}
