#include "sign/dkimrecord.h"
#include "base/base64.h"
#include "dkim/dkimkey.h"
#include "dkim/taglist.h"
#include <string.h>

int
dkimrecord_put(struct buf *out, enum signing_algorithm a, const void *pub,
    size_t n)
{
	if (n == 0)
		return buf_puts(out, "v=DKIM1; p=");
	if (buf_puts(out,
		a == SIGNING_RSA_SHA256 ? "v=DKIM1; k=rsa; p="
					: "v=DKIM1; k=ed25519; p=") == -1)
		return -1;
	return base64_put(out, pub, n);
}

int
dkimrecord_zone(struct buf *out, const char *selector, const char *domain,
    const char *text, size_t n)
{
	size_t k;
	int r;

	r = buf_printf(out, "%s._domainkey%s%s%s IN TXT (", selector,
	    domain == NULL ? "" : ".", domain == NULL ? "" : domain,
	    domain == NULL ? "" : ".");
	for (; r == 0 && n > 0; text += k, n -= k) {
		k = n < DKIMRECORD_STRING_MAX ? n : DKIMRECORD_STRING_MAX;
		r = buf_puts(out, " \"") == -1 || buf_put(out, text, k) == -1 ||
			buf_putc(out, '"') == -1
		    ? -1
		    : 0;
	}
	return r == -1 ? -1 : buf_puts(out, " )\n");
}

const char *
dkimrecord_word(enum dkimrecord_verdict v)
{
	static const char *const words[] = { "good", "missing", "different",
		"revoked", "temperror" };

	return words[v];
}

static int
same(const struct dkimkey *k, enum signing_algorithm a,
    const unsigned char *pub, size_t n)
{
	struct pubkey_rsa r;

	if (a == SIGNING_ED25519_SHA256)
		return k->type == DKIMSIG_ED25519 && k->len == n &&
		    memcmp(k->key, pub, n) == 0;
	/* two forms of an RSA key are the same key */
	return k->type == DKIMSIG_RSA && pubkey_rsa_parse(pub, n, &r) == 0 &&
	    r.n_len == k->rsa.n_len && r.e_len == k->rsa.e_len &&
	    memcmp(r.n, k->rsa.n, r.n_len) == 0 &&
	    memcmp(r.e, k->rsa.e, r.e_len) == 0;
}

static enum dkimrecord_verdict
judge(const char *text, size_t n, enum signing_algorithm a, const void *pub,
    size_t pub_len, const char **why)
{
	static struct dkimkey k;
	static struct taglist t;
	const struct tag *p;

	if (taglist_parse(&t, text, n) == 0 &&
	    (p = taglist_find(&t, "p")) != NULL && p->value_len == 0) {
		*why = "p= is empty";
		return DKIMRECORD_REVOKED;
	}
	*why = dkimkey_parse(&k, text, n);
	if (*why != NULL)
		return DKIMRECORD_DIFFERENT;
	*why = "another key";
	if (!same(&k, a, pub, pub_len))
		return DKIMRECORD_DIFFERENT;
	*why = "h= does not have sha256";
	if (!k.sha256)
		return DKIMRECORD_DIFFERENT;
	*why = "";
	return DKIMRECORD_GOOD;
}

enum dkimrecord_verdict
dkimrecord_judge(const struct dnsa *d, enum signing_algorithm a,
    const void *pub, size_t pub_len, const char **why)
{
	static char text[8192];
	long n;

	switch (d->status) {
	case DNSA_OK: break;
	case DNSA_NONE:
	case DNSA_NXDOMAIN:
		*why = "there is no such record";
		return DKIMRECORD_MISSING;
	case DNSA_FAILED:
		*why = d->text != NULL ? d->text : "no answer";
		return DKIMRECORD_TEMPERROR;
	}
	/* which of them a verifier takes nobody knows (section 3.6.2.2) */
	*why = "there are several records";
	if (d->n > 1)
		return DKIMRECORD_DIFFERENT;
	*why = "damaged record";
	n = dnsa_text(d, 0, text, sizeof text);
	return n == -1 ? DKIMRECORD_DIFFERENT
		       : judge(text, n, a, pub, pub_len, why);
}
