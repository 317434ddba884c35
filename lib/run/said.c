#include "run/run.h"
#include <stdlib.h>
#include <string.h>

/*
 * Why the mail of a domain waits: what the chain said with its last `later'.
 * For people who ask; a place for each hash of a name, and who comes last
 * has it.
 */
enum { SAID_DOMAINS = 2048, SAID_TEXT_MAX = 224 };

struct said {
	char domain[JOBHEAD_DOMAIN_MAX];
	char text[SAID_TEXT_MAX]; /* escaped as in LTSV */
	uint8_t domain_len, text_len;
};

static struct said *said;

static struct said *
place(const struct nametable_name *d)
{
	return &said[d->hash % SAID_DOMAINS];
}

/* not behind half an escape */
static size_t
cut(const char *p, size_t n)
{
	size_t i = 0, len;

	while (i < n) {
		len = p[i] == '\\' ? 2 : 1;
		if (i + len > SAID_TEXT_MAX)
			break;
		i += len;
	}
	return i;
}

void
said_later(struct run *r, uint32_t domain, const struct ltsv_field *text)
{
	const struct nametable_name *d = &r->s.domains.name[domain];
	struct said *s;

	if (said == NULL && (said = calloc(SAID_DOMAINS, sizeof *said)) == NULL)
		return; /* it only helps to explain */
	s = place(d);
	s->text_len = text == NULL ? 0 : cut(text->value, text->value_len);
	if (s->text_len > 0)
		memcpy(s->text, text->value, s->text_len);
	s->domain_len = d->len;
	memcpy(s->domain, d->s, d->len);
}

const char *
said_text(const struct run *r, uint32_t domain, size_t *n)
{
	const struct nametable_name *d = &r->s.domains.name[domain];
	const struct said *s = said == NULL ? NULL : place(d);

	if (s == NULL || s->domain_len != d->len || s->text_len == 0 ||
	    memcmp(s->domain, d->s, d->len) != 0)
		return NULL;
	*n = s->text_len;
	return s->text;
}
