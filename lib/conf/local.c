#include "conf/local.h"
#include "base/ascii.h"
#include "mail/address.h"
#include <stdio.h>
#include <string.h>

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct address a;
	char t[16];
	int len;

	if (!word_domain(p, n) && !address_literal(p, n))
		return conffile_wrong(sink, "not a domain name");
	if (address_set(&a, p, n) == -1)
		return conffile_wrong(sink, "not a domain name");
	if (wordset_once(arg, a.key, n, lineno, sink) == -1)
		return -1;
	len = snprintf(t, sizeof t, "%u", lineno);
	return sink->add(sink->arg, a.key, n, t, len);
}

const struct conffile conffile_local = { "local", sizeof(struct wordset), line,
	wordset_finish };

static int
is(const char *p, size_t n, const char *name, size_t len)
{
	return n > 0 && n == len && memcmp(p, name, n) == 0;
}

static int
get(void *arg, const char *key, size_t n, const char **data, size_t *len)
{
	const struct local_default *d = arg;

	if (!is(key, n, d->me, d->len) && !is(key, n, d->me, d->label_len) &&
	    !is(key, n, "localhost", 9))
		return lookup_get(&d->table, key, n, data, len);
	*data = "0";
	*len = 1;
	return 1;
}

struct lookup
local_by_default(struct local_default *d, const char *me, struct lookup table)
{
	size_t n = me == NULL ? 0 : strlen(me);

	memset(d, 0, sizeof *d);
	d->table = table;
	if (n < sizeof d->me) {
		ascii_lower_copy(d->me, me, n);
		d->len = n;
		if (!address_literal(d->me, n) && word_ip(d->me, n) == 0)
			d->label_len = strcspn(d->me, ".");
	}
	return (struct lookup){ get, d };
}

int
local_has(const struct lookup *l, const char *domain, size_t n)
{
	const char *data;
	size_t len;

	return n == 0 ? 0 : lookup_get(l, domain, n, &data, &len);
}

int
local_form(const struct lookup *l, const char *domain, size_t n,
    struct slice *form)
{
	const char *data, *blank;
	size_t len;
	int r = n == 0 ? 0 : lookup_get(l, domain, n, &data, &len);

	if (r != 1)
		return r;
	blank = memchr(data, ' ', len);
	if (blank == NULL)
		return 0;
	*form = (struct slice){ blank + 1, (size_t)(data + len - blank - 1) };
	return 1;
}
