#include "mail/author.h"
#include "mail/address.h"
#include "mail/addrlist.h"
#include "mail/header.h"
#include "mail/idn.h"
#include "policy/text.h"
#include <string.h>
#include <strings.h>

/* the next field of that name */
static int
next_from(const char **p, const char *end, struct header_field *f)
{
	const char *e;

	for (;;) {
		switch (header_next(p, end, f)) {
		case HEADER_FIELD:
			if (header_is(f, "From"))
				return 1;
			break;
		case HEADER_BODY:
			e = memchr(*p, '\n', end - *p);
			*p = e == NULL ? end : e + 1;
			break;
		case HEADER_EMPTY:
		case HEADER_EOF:
			return 0;
		}
	}
}

/* as the DNS has it, without a dot at its end */
static int
plain(const char *domain, size_t n, char *out)
{
	char ascii[TEXT_DOMAIN_MAX + 1];
	size_t i;

	if (n > 0 && domain[n - 1] == '.')
		n--;
	if (idn_needed(domain, n)) {
		if (idn_ascii(domain, n, ascii) == -1)
			return -1;
		domain = ascii;
		n = strlen(ascii);
	}
	if (n == 0 || n > TEXT_DOMAIN_MAX || !address_domain(domain, n))
		return -1;
	for (i = 0; i < n; i++)
		out[i] = domain[i] >= 'A' && domain[i] <= 'Z' ?
		    domain[i] + ('a' - 'A') : domain[i];
	out[n] = '\0';
	return 0;
}

static enum author
one_domain(const struct header_field *f, char *out)
{
	const char *p = f->value, *end = p + f->value_len, *at;
	char address[ADDRLIST_ADDRESS_MAX + 1], domain[DNSQ_NAME_MAX + 1];
	long n;

	*out = '\0';
	while ((n = addrlist_next(&p, end, address)) != 0) {
		at = n == -1 ? NULL : memrchr(address, '@', n);
		if (at == NULL ||
		    plain(at + 1, address + n - at - 1, domain) == -1)
			return AUTHOR_NO_ADDRESS;
		if (*out != '\0' && strcmp(out, domain) != 0)
			return AUTHOR_DOMAINS;
		memcpy(out, domain, strlen(domain) + 1);
	}
	return *out == '\0' ? AUTHOR_NO_ADDRESS : AUTHOR_FOUND;
}

enum author
author_domain(const char *header, size_t n, char out[DNSQ_NAME_MAX + 1])
{
	const char *p = header, *end = header + n;
	struct header_field f, other;
	enum author a;

	*out = '\0';
	if (!next_from(&p, end, &f))
		return AUTHOR_NO_FIELD;
	if (next_from(&p, end, &other))
		return AUTHOR_FIELDS;
	a = one_domain(&f, out);
	if (a != AUTHOR_FOUND)
		*out = '\0';
	return a;
}

const char *
author_text(enum author a)
{
	static const char *const text[] = { "", "no From", "several From",
		"no domain in From", "several domains in From" };

	return text[a];
}
