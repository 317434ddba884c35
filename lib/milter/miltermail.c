#include "milter/miltermail.h"
#include "format/envlines.h"
#include <string.h>

/* the key of the line that says it, parcel(5) */
static const char *const keys[MILTERMAIL_FACTS] = {
	[MILTERMAIL_JOB] = "uuid",
	[MILTERMAIL_CLIENT] = "client",
	[MILTERMAIL_CLIENT_NAME] = "client-name",
	[MILTERMAIL_PORT] = "port",
	[MILTERMAIL_HELO] = "helo",
	[MILTERMAIL_PROTO] = "proto",
	[MILTERMAIL_USER] = "user",
	[MILTERMAIL_TLS] = "tls",
	[MILTERMAIL_FROM] = "from",
	[MILTERMAIL_BODY] = "body",
	[MILTERMAIL_UTF8] = "smtputf8",
	[MILTERMAIL_RET] = "ret",
	[MILTERMAIL_ENVID] = "envid",
};

/* n bytes and a NUL; a NUL in them becomes a blank */
static int
keep(struct buf *b, const char *p, size_t n)
{
	buf_clear(b);
	if (buf_reserve(b, n + 1) == -1)
		return -1;
	memcpy(buf_tail(b), p, n);
	bytes_no_nul(buf_tail(b), n);
	buf_tail(b)[n] = '\0';
	buf_added(b, n + 1);
	return 0;
}

int
miltermail_make(struct miltermail *m)
{
	const char *at = buf_data(m->env), *end = at + buf_len(m->env);
	char value[PARCEL_LINE_MAX];
	struct parcel_line l;
	unsigned i;
	long n;

	while (at < end && parcel_next(&at, end, &l) == 1)
		for (i = 0; i < MILTERMAIL_FACTS; i++) {
			if (!parcel_is(&l, keys[i]) || buf_len(&m->fact[i]) > 0)
				continue;
			n = envlines_value(&l, value);
			if (n >= 0 && keep(&m->fact[i], value, (size_t)n) == -1)
				return -1;
		}
	return 0;
}

void
miltermail_free(struct miltermail *m)
{
	unsigned i;

	for (i = 0; i < MILTERMAIL_FACTS; i++)
		buf_free(&m->fact[i]);
}

const char *
miltermail_fact(const struct miltermail *m, enum miltermail_fact f)
{
	return buf_len(&m->fact[f]) == 0 ? NULL : buf_data(&m->fact[f]);
}

int
miltermail_rcpt(const struct miltermail *m, size_t *at, struct buf *address,
    struct buf *args)
{
	const char *p = buf_data(m->env), *end = p + buf_len(m->env);
	char value[PARCEL_LINE_MAX];
	struct parcel_line l;
	size_t len;
	long n;

	for (p += *at; p < end && parcel_next(&p, end, &l) == 1;) {
		if (!parcel_is(&l, "to"))
			continue;
		*at = (size_t)(p - buf_data(m->env));
		n = envlines_value(&l, value);
		if (n < 0)
			continue;
		len = parcel_address(value, (size_t)n);
		if (keep(address, value, len) == -1)
			return -1;
		while (len < (size_t)n && value[len] == ' ')
			len++;
		return keep(args, value + len, (size_t)n - len) == -1 ? -1 : 1;
	}
	return 0;
}

const char *
miltermail_domain(const char *address)
{
	const char *at = strrchr(address, '@');

	return at == NULL ? "" : at + 1;
}
