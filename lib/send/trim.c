#include "send/trim.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *
domain_of(const struct smtpout_rcpt *r)
{
	const char *at = strrchr(r->to, '@');

	return at == NULL ? "" : at + 1;
}

/* is its domain among those of the first n? */
static int
is_known(const struct smtpout_rcpt *all, unsigned n, const char *domain)
{
	/* those of one domain mostly stand side by side */
	while (n-- > 0)
		if (strcasecmp(domain_of(&all[n]), domain) == 0)
			return 1;
	return 0;
}

unsigned
sendtrim(struct sendtxn *t, uint32_t rcpts, uint32_t domains)
{
	struct smtpout_rcpt *all = t->mail.rcpt, one;
	unsigned i, kept = 0;
	uint32_t known = 0;
	int is_new;

	if (domains == 0)
		return rcpts == 0 || t->mail.n_rcpt <= rcpts ? t->mail.n_rcpt
							     : rcpts;
	for (i = 0; i < t->mail.n_rcpt; i++) {
		if (rcpts > 0 && kept == rcpts)
			break;
		is_new = !is_known(all, kept, domain_of(&all[i]));
		if (is_new && known == domains)
			continue;
		known += (uint32_t)is_new;
		one = all[i];
		memmove(&all[kept + 1], &all[kept], (i - kept) * sizeof *all);
		all[kept++] = one;
	}
	return kept;
}

void
sendtrim_cut(struct sendtxn *t, unsigned n)
{
	/* the first is in the transaction's own room */
	for (; t->mail.n_rcpt > n; t->mail.n_rcpt--)
		free((char *)t->mail.rcpt[t->mail.n_rcpt - 1].to);
}
