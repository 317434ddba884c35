#include "dkim/arcchain.h"
#include "base/ascii.h"
#include "base/num.h"
#include "dkim/taglist.h"
#include <string.h>

enum arcchain_part
arcchain_part(const struct header_field *f)
{
	if (header_is(f, "arc-authentication-results"))
		return ARC_AAR;
	if (header_is(f, "arc-message-signature"))
		return ARC_AMS;
	return header_is(f, "arc-seal") ? ARC_AS : ARC_PARTS;
}

/* 1..99, 0 when it is no instance number */
static unsigned
number(const char *p, size_t n)
{
	uint64_t v;

	return n <= 2 && num_scan(p, n, 1, 99, &v) == 0 ? (unsigned)v : 0;
}

unsigned
arcchain_results(const struct header_field *f)
{
	const char *p = f->value, *end = p + f->value_len, *start;

	while (p < end && ascii_white(*p))
		p++;
	if (p == end || *p++ != 'i')
		return 0;
	while (p < end && ascii_white(*p))
		p++;
	if (p == end || *p++ != '=')
		return 0;
	while (p < end && ascii_white(*p))
		p++;
	start = p;
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	end = memchr(p, ';', end - p);
	if (end == NULL)
		return 0;
	while (end > p && ascii_white(end[-1]))
		end--;
	return end == p ? number(start, p - start) : 0;
}

/* that of the other two, which are lists of tags; the rest of them is looked
 * at when they are checked */
static unsigned
instance(const struct header_field *f)
{
	struct taglist l;
	const struct tag *t;

	if (taglist_parse(&l, f->value, f->value_len) == -1)
		return 0;
	t = taglist_find(&l, "i");
	return t == NULL ? 0 : number(t->value, t->value_len);
}

void
arcchain_add(struct arcchain *c, const struct header_field *f)
{
	static const char *const no_number
	    [] = { "ARC-Authentication-Results without instance number",
		    "ARC-Message-Signature without instance number",
		    "ARC-Seal without instance number" },
   *const twice[] = { "two ARC-Authentication-Results of one instance",
	   "two ARC-Message-Signatures of one instance",
	   "two ARC-Seals of one instance" };
	enum arcchain_part part = arcchain_part(f);
	unsigned i;

	if (part == ARC_PARTS)
		return;
	i = part == ARC_AAR ? arcchain_results(f) : instance(f);
	if (i == 0) {
		c->why = no_number[part];
		return;
	}
	if (i > ARC_SETS_MAX) {
		c->why = "too many ARC sets";
		i = ARC_SETS_MAX;
	}
	if (c->n < i)
		c->n = i;
	if (c->set[i - 1][part].raw != NULL && c->why == NULL)
		c->why = twice[part];
	c->set[i - 1][part] = *f;
}

void
arcchain_end(struct arcchain *c)
{
	static const char *const missing[] = {
		"an ARC-Authentication-Results is missing",
		"an ARC-Message-Signature is missing", "an ARC-Seal is missing"
	};
	unsigned i, part;

	for (i = 0; i < c->n; i++)
		for (part = 0; part < ARC_PARTS && c->why == NULL; part++)
			if (c->set[i][part].raw == NULL)
				c->why = missing[part];
}
