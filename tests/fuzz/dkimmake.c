/*
 * Rules and a message: the made field is one that a verifier can read, has no
 * l=, lines that are not too long, and signs just what an independent
 * computation from its own tags says.
 */
#include "sign/dkimmake.h"
#include "../lib/dkimcheck.h"
#include "mail/header.h"
#include "sign/signers.h"
#include "sign/signersfile.h"

struct table {
	struct buf data;
	int n;
};

static int
on_add(void *arg, const char *key, size_t kn, const char *data, size_t dn)
{
	struct table *t = arg;

	(void)key;
	(void)kn;
	if (t->n++ == 0)
		buf_put(&t->data, data, dn);
	return 0;
}

static void
on_wrong(void *arg, const char *reason)
{
	(void)arg;
	(void)reason;
}

static int
get(void *arg, const char *key, size_t n, const char **data, size_t *len)
{
	struct table *t = arg;

	(void)key;
	(void)n;
	*data = buf_data(&t->data);
	*len = buf_len(&t->data);
	return t->n > 0;
}

static void
must(int good)
{
	if (!good)
		abort();
}

static void
check_field(const struct dkimmake_rule *r, const char *header, size_t n,
    const char *body, size_t body_len)
{
	static struct taglist t;
	struct dkimmake d;
	struct buf f = { 0 };
	struct header_field h;
	unsigned char digest[DIGEST_LEN], want[DIGEST_LEN];
	const char *p, *end, *lf;
	size_t cut = body_len / 3;

	dkimmake_init(&d, r, 1);
	dkimmake_body(&d, body, cut);
	dkimmake_body(&d, body + cut, body_len - cut);
	dkimmake_end(&d);
	if (dkimmake_field(&d, 0, header, n, 1700000000, &f, digest) !=
	    DKIMMAKE_GOOD) {
		buf_free(&f);
		return;
	}
	buf_putc(&f, '\0');
	f.end--;
	must(dkimcheck_digest(header, n, buf_data(&f), buf_len(&f), want) == 0);
	must(memcmp(digest, want, DIGEST_LEN) == 0);
	must(dkimmake_finish(&f, "AAAA", 4) == 0);
	p = buf_data(&f);
	end = p + buf_len(&f);
	for (; p < end; p = lf + 1) {
		lf = memchr(p, '\n', end - p);
		must(lf != NULL && lf - p <= 998 && lf > p);
	}
	p = buf_data(&f);
	must(header_next(&p, end, &h) == HEADER_FIELD && p == end);
	must(header_is(&h, "DKIM-Signature"));
	must(taglist_parse(&t, h.value, h.value_len) == 0);
	must(taglist_find(&t, "l") == NULL);
	must(taglist_find(&t, "b") != NULL && taglist_find(&t, "bh") != NULL &&
	    taglist_find(&t, "h") != NULL && taglist_find(&t, "d") != NULL);
	buf_free(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n);

/* a line of rules, a header up to an empty line, a body */
int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	struct table t = { .n = 0 };
	const struct conffile_sink sink = { on_add, on_wrong, &t };
	struct signers_found found = { .n = 0 };
	struct lookup l = { get, &t };
	const char *p = (const char *)in, *end = p + n, *lf, *body;
	void *state;
	unsigned i;

	lf = n == 0 ? NULL : memchr(p, '\n', n);
	if (lf == NULL)
		return 0;
	state = calloc(1, conffile_dkim.state_size);
	conffile_dkim.line(state, p, lf - p, 1, &sink);
	conffile_dkim.finish(state, &sink);
	free(state);
	if (t.n > 0)
		must(signers_find(&l, SIGNERS_FROM, "a@b.example", 11,
			 &found) == 0 &&
		    found.n == 1);
	else {
		found.rule[0] = (struct dkimmake_rule){ .domain = "a.example",
			.selector = "s",
			.header = n & 1,
			.body = n >> 1 & 1 };
		found.n = 1;
	}
	p = lf + 1;
	body = memmem(p, end - p, "\n\n", 2);
	for (i = 0; i < found.n; i++)
		check_field(&found.rule[i], p,
		    (body == NULL ? end : body + 1) - p,
		    body == NULL ? end : body + 2,
		    body == NULL ? 0 : end - body - 2);
	signers_clear(&found);
	buf_free(&t.data);
	return 0;
}
