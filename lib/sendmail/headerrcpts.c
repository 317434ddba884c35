#include "sendmail/headerrcpts.h"
#include "mail/header.h"
#include "mail/rcptfields.h"
#include <stdlib.h>
#include <string.h>

int
headerrcpts_shown(size_t n)
{
	return n < HEADERRCPTS_SHOWN_MAX ? n : HEADERRCPTS_SHOWN_MAX;
}

/* an entry as it is told: without what only parts it from others */
static void
trim(const char **p, size_t *len)
{
	while (*len > 0 && strchr(" \t\n", **p) != NULL)
		++*p, --*len;
	while (*len > 0 && strchr(" \t\n,", (*p)[*len - 1]) != NULL)
		--*len;
}

/* 0, or -1 with ENOMEM */
static int
note(struct headerrcpts *h, const char *p, size_t len)
{
	size_t i, n = headerrcpts_shown(len);

	h->n_odd++;
	if (h->n_told == HEADERRCPTS_TOLD_MAX)
		return 0;
	for (i = 0; i < n; i++)
		if (buf_putc(&h->told, p[i] == '\0' ? ' ' : p[i]) == -1)
			return -1;
	h->n_told++;
	return buf_putc(&h->told, '\0');
}

/* those of a field that are addresses */
static enum envelope_result
add_field(struct headerrcpts *h, struct envelope *e, const char *p,
    const char *end)
{
	enum envelope_result r;
	const char *bad;
	size_t len, said = 0;

	while ((r = envelope_add(e, p, end - p, &bad, &len)) == ENVELOPE_BAD) {
		p = bad + len;
		trim(&bad, &len);
		if (note(h, bad, len) == -1)
			return ENVELOPE_MEMORY;
		if (h->odd != NULL && said++ < HEADERRCPTS_SAID_MAX)
			h->odd(bad, headerrcpts_shown(len));
	}
	return r;
}

enum envelope_result
headerrcpts_add(struct headerrcpts *h, struct envelope *e, const char *header,
    size_t n)
{
	const char *p = header, *end = p + n;
	int resent = rcptfields_resent(p, n);
	enum envelope_result r = ENVELOPE_OK;
	struct header_field f;

	while (r == ENVELOPE_OK && n > 0 &&
	    header_next(&p, end, &f) == HEADER_FIELD)
		if (rcptfields_is(f.name, f.name_len, resent) &&
		    !header_silent(&f))
			r = add_field(h, e, f.value, f.value + f.value_len);
	return r;
}

int
headerrcpts_report(const struct headerrcpts *h, struct returned *r,
    const char *header, size_t n, struct buf *env, struct buf *text)
{
	struct dsn_rcpt *rcpt = calloc(h->n_told, sizeof *rcpt);
	const char *s = buf_data(&h->told);
	size_t i;
	int e;

	if (rcpt == NULL)
		return -1;
	for (i = 0; i < h->n_told; s += strlen(s) + 1, i++) {
		rcpt[i].address = s;
		rcpt[i].status = "5.1.3";
		rcpt[i].text = "this is no address; the others that the "
			       "header names got the message";
	}
	e = returned_make(r, rcpt, h->n_told, header, n, env, text);
	free(rcpt);
	return e;
}
