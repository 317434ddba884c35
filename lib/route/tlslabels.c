#include "route/tlslabels.h"
#include "route/putslice.h"
#include <string.h>

int
tlslabels_has(const struct ltsv_field *f)
{
	/* each label of each job is looked at */
	static const struct slice labels[] = { { "tls", 3 }, { "tls-else", 8 },
		{ "tls-from", 8 }, { "tls-names", 9 }, { "tls-pins", 8 },
		{ "tlsa", 4 }, { "mx-secure", 9 }, { "sts", 3 },
		{ "sts-id", 6 }, { "sts-bad", 7 }, { "login", 5 },
		{ "client-cert", 11 }, { "implicit", 8 } };
	size_t i;

	for (i = 0; i < sizeof labels / sizeof *labels; i++)
		if (f->label_len == labels[i].n &&
		    memcmp(f->label, labels[i].p, labels[i].n) == 0)
			return 1;
	return 0;
}

/* words behind commas as words behind blanks */
static int
put_list(struct buf *b, const char *label, struct slice list)
{
	char t[TLSOUT_PINS_MAX * (TLSOUT_PIN_LEN + 1)];
	size_t i;

	if (list.n > sizeof t)
		return -1;
	for (i = 0; i < list.n; i++)
		t[i] = list.p[i] == ',' ? ' ' : list.p[i];
	return putslice(b, label, (struct slice){ t, list.n });
}

/* nexthop and .nexthop are the destination's name; hostname is for who knows
 * the host */
static int
put_names(struct buf *b, struct slice match, struct slice nexthop)
{
	char t[TLSOUT_NAMES_MAX * (WORD_DOMAIN_MAX + 2)];
	struct slice one, name;
	size_t n = 0;

	if (match.n == 0)
		match = (struct slice){ "nexthop,.nexthop", 16 };
	while (word_piece(&match, ',', &one)) {
		name = word_is(one, "nexthop") || word_is(one, ".nexthop")
		    ? nexthop
		    : one;
		if (n + name.n + 2 > sizeof t)
			return -1;
		if (n > 0)
			t[n++] = ' ';
		if (word_is(one, ".nexthop"))
			t[n++] = '.';
		memcpy(t + n, name.p, name.n);
		n += name.n;
	}
	return ltsv_put(b, "tls-names", t, n);
}

/* what the line of tls-out has beside its policy */
static int
put_line(struct buf *b, const struct tlsplan *p, struct slice nexthop)
{
	int r = 0;

	if (p->word == TLSOUT_VERIFY)
		r |= put_names(b, p->line->match, nexthop);
	if (p->word == TLSOUT_FINGERPRINT)
		r |= put_list(b, "tls-pins", p->line->pins);
	r |= putslice(b, "login", p->line->login);
	r |= putslice(b, "client-cert", p->line->cert);
	if (p->line->implicit)
		r |= ltsv_puts(b, "implicit", "1");
	return r;
}

/* the policy that was found; of one that is only tried, which hosts it would
 * leave out */
static int
put_sts(struct buf *b, const struct protect *w)
{
	char t[HOSTS_MAX * (WORD_DOMAIN_MAX + 1)];
	struct slice name;
	size_t n = 0;
	unsigned i;
	int r = ltsv_puts(b, "sts", sts_mode_names[w->in.sts]);

	r |= putslice(b, "sts-id", w->in.sts_id);
	for (i = 0; i < w->in.n && w->in.sts == STS_TESTING; i++) {
		name = w->host[i].name;
		if (w->host[i].listed || !w->plan.keep[i])
			continue;
		if (n > 0)
			t[n++] = ' ';
		memcpy(t + n, name.p, name.n);
		n += name.n;
	}
	return r | putslice(b, "sts-bad", (struct slice){ t, n });
}

int
tlslabels_put(struct buf *b, const struct protect *w)
{
	const struct tlsplan *p = &w->plan;
	int r = ltsv_puts(b, "tls", tlsout_word_text(p->word));

	if (p->other != TLSOUT_NONE)
		r |= ltsv_puts(b, "tls-else", tlsout_word_text(p->other));
	r |= ltsv_puts(b, "tls-from", p->from);
	r |= putslice(b, "tlsa",
	    (struct slice){ buf_data(&w->tlsa), buf_len(&w->tlsa) });
	if (p->word == TLSOUT_DANE)
		r |= ltsv_puts(b, "mx-secure", w->in.mx_secure ? "1" : "0");
	if (w->in.sts != STS_NONE)
		r |= put_sts(b, w);
	if (p->line != NULL)
		r |= put_line(b, p, w->in.nexthop);
	return r;
}
