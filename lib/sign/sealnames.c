#include "sign/sealnames.h"
#include "base/ascii.h"
#include "dkim/taglist.h"
#include <string.h>

/* the usual ones; those with a mark are also signed where they are not
 * there, so that none can be added (RFC 6376 section 8.15) */
static const char usual[] =
    "from+:to+:cc+:subject+:date+:message-id+:"
    "reply-to+:sender:in-reply-to:references:mime-version+:content-type+:"
    "content-transfer-encoding+:list-id:list-unsubscribe:"
    "list-unsubscribe-post:list-post:list-help:list-archive:list-owner:"
    "resent-from:resent-to:resent-cc:resent-date:resent-message-id:"
    "dkim-signature";

/* the last field of that name above `end` */
static int
last_above(const char *header, const char *name, size_t len, const char *end,
    struct header_field *out)
{
	const char *p = header;
	struct header_field f;
	int there = 0;

	while (p < end && header_field(&p, end, &f))
		if (ascii_same(f.name, f.name_len, name, len)) {
			*out = f;
			there = 1;
		}
	return there;
}

/* several of a name are meant from below (RFC 6376 section 5.4.2) */
static int
choose(struct sealnames *c, const char *header, const char *end,
    const char *name, size_t len)
{
	struct header_field f;
	unsigned i;
	int there;

	if (c->n == ARCSEAL_NAMES_MAX)
		return 0;
	for (i = 0; i < c->n; i++)
		if (ascii_same(c->name[i], c->len[i], name, len))
			end = c->below[i];
	there = last_above(header, name, len, end, &f);
	c->name[c->n] = name;
	c->len[c->n] = len;
	c->raw[c->n] = there ? f.raw : NULL;
	c->raw_len[c->n] = there ? f.raw_len : 0;
	c->below[c->n++] = there ? f.raw : header;
	return there;
}

void
sealnames_choose(struct sealnames *c, const char *list, const char *header,
    size_t len)
{
	const char *p = list == NULL ? usual : list;
	const char *end = p + strlen(p), *name;
	unsigned found;
	size_t n;
	int missing;

	c->n = 0;
	while (tag_item(&p, end, &name, &n)) {
		if (list != NULL) {
			choose(c, header, header + len, name, n);
			continue;
		}
		missing = name[n - 1] == '+';
		do
			found = c->n;
		while (choose(c, header, header + len, name, n - missing));
		/* the last one was not there, or has no room */
		if (!missing)
			c->n = found;
	}
}

const char *
arcseal_headers_fault(const char *list)
{
	const char *p = list, *end = p + strlen(p), *name;
	unsigned names_n = 0;
	size_t n, i;

	if (strlen(list) > ARCSEAL_HEADERS_MAX)
		return "the list of names is too long";
	while (tag_item(&p, end, &name, &n)) {
		for (i = 0; i < n; i++)
			if (name[i] <= ' ' || name[i] > '~' || name[i] == ';')
				return "not the name of a field";
		if (n == 0)
			return "not the name of a field";
		if (ascii_begins(name, n, "arc-"))
			return "ARC fields are not to be signed";
		if (ascii_is(name, n, "authentication-results"))
			return "Authentication-Results is not to be signed";
		if (++names_n > ARCSEAL_NAMES_MAX)
			return "too many names";
	}
	return names_n == 0 ? "no name of a field" : NULL;
}
