#include "run/run.h"
#include <stdlib.h>
#include <string.h>

static struct waitreason_text *
place(const struct run *r, const struct nametable_name *d)
{
	return &r->waitreason.text[d->hash % SAID_DOMAINS];
}

void
waitreason_set(struct run *r, uint32_t domain, const struct ltsv_field *text)
{
	const struct nametable_name *d = &r->s.domains.name[domain];
	struct waitreason_text *s;

	if (r->waitreason.text == NULL)
		r->waitreason.text =
		    calloc(SAID_DOMAINS, sizeof *r->waitreason.text);
	if (r->waitreason.text == NULL)
		return; /* it only helps to explain */
	s = place(r, d);
	s->text_len = text == NULL
	    ? 0
	    : ltsv_cut(text->value, text->value_len, SAID_TEXT_MAX);
	if (s->text_len > 0)
		memcpy(s->text, text->value, s->text_len);
	s->domain_len = d->len;
	memcpy(s->domain, d->s, d->len);
}

const char *
waitreason_of(const struct run *r, uint32_t domain, size_t *n)
{
	const struct nametable_name *d = &r->s.domains.name[domain];
	const struct waitreason_text *s =
	    r->waitreason.text == NULL ? NULL : place(r, d);

	if (s == NULL || s->domain_len != d->len || s->text_len == 0 ||
	    memcmp(s->domain, d->s, d->len) != 0)
		return NULL;
	*n = s->text_len;
	return s->text;
}
