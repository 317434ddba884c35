#include "dmarc/author.h"
#include "dns/idn.h"
#include "mail/addrlist.h"
#include "mail/header.h"
#include <string.h>

/* the next field of that name */
static int
next_from(const char **p, const char *end, struct header_field *f)
{
	while (header_field(p, end, f))
		if (header_is(f, "From"))
			return 1;
	return 0;
}

/* words that are encoded within an address, which RFC 2047 section 5 forbids,
 * are an address of their own for who decodes first */
static enum author
one_domain(const struct header_field *f, char *out)
{
	const char *p = f->value, *end = p + f->value_len, *at;
	char address[ADDRLIST_ADDRESS_MAX + 1], domain[DNSQ_NAME_MAX + 1];
	int odd, unclear = 0;
	long n;

	*out = '\0';
	while ((n = addrlist_next_odd(&p, end, address, &odd)) != 0) {
		at = n == -1 || (odd & ADDRLIST_DOTS)
		    ? NULL
		    : memrchr(address, '@', n);
		if (at == NULL ||
		    idn_plain(at + 1, address + n - at - 1, domain) == -1)
			return AUTHOR_NO_ADDRESS;
		if (*out != '\0' && strcmp(out, domain) != 0)
			return AUTHOR_DOMAINS;
		memcpy(out, domain, strlen(domain) + 1);
		unclear |=
		    (odd & ADDRLIST_ODD) || strstr(address, "=?") != NULL;
	}
	if (*out == '\0')
		return AUTHOR_NO_ADDRESS;
	return unclear || (odd & ADDRLIST_ODD) ? AUTHOR_UNCLEAR : AUTHOR_FOUND;
}

/* what all the fields mention */
static int
mentioned(struct mention *m, const char *p, const char *end)
{
	struct header_field f;

	while (next_from(&p, end, &f))
		if (mention_add(m, f.value, f.value_len) == -1)
			return -1;
	return 0;
}

int
author_read(struct author_found *a, const char *header, size_t n)
{
	const char *p = header, *end = header + n;
	struct mention *m = &a->mention;
	struct header_field f, other;

	a->domain[0] = '\0';
	m->n = m->more = m->looked = 0;
	if (!next_from(&p, end, &f))
		a->how = AUTHOR_NO_FIELD;
	else if (next_from(&p, end, &other))
		a->how = AUTHOR_FIELDS;
	else
		a->how = one_domain(&f, a->domain);
	if (a->how == AUTHOR_FOUND)
		return 0;
	if (mentioned(m, header, end) == -1)
		return -1;
	if (a->how == AUTHOR_UNCLEAR && m->n == 1 && !m->more &&
	    strcmp(m->domain[0], a->domain) == 0)
		a->how = AUTHOR_FOUND;
	else
		a->domain[0] = '\0';
	return 0;
}

const char *
author_text(enum author a)
{
	static const char *const text[] = { "", "no From", "several From",
		"no domain in From", "several domains in From",
		"From can be read in several ways" };

	return text[a];
}
