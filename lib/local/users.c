#include "local/users.h"
#include <stdio.h>
#include <string.h>

int
users_name_ok(const char *s, size_t n)
{
	size_t i;

	if (n == 0 || n > USERS_NAME_MAX || memchr(".-|:", s[0], 4) != NULL)
		return 0;
	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f || s[i] == '/')
			return 0;
	return 1;
}

/* the key of a line into a; NULL, or what is wrong with it */
static const char *
read_key(struct address *a, const char *p, size_t n)
{
	if (n == 7 && memcmp(p, ":system", 7) == 0) {
		memset(a, 0, sizeof *a);
		return NULL;
	}
	if (address_set(a, p, n) == -1 || !users_name_ok(a->key, a->user_len))
		return "not a user's name";
	if (memchr(a->key, '+', a->user_len) != NULL)
		return "a name with an extension: what stands behind the + "
		       "does not count";
	if (memchr(a->key, ' ', a->len) != NULL ||
	    memchr(a->key, '\t', a->len) != NULL ||
	    memchr(a->key, '@', a->user_len) != NULL)
		return "not a user's name";
	if (a->user_len < a->len && a->domain[0] != '[' &&
	    !word_domain(a->domain, a->domain_len))
		return "not a domain behind the @";
	return NULL;
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct address a;
	const char *fault = read_key(&a, p, n);
	char t[16];
	int len;

	if (fault != NULL)
		return conffile_wrong(sink, fault);
	if (wordset_once(arg, a.key, a.len, lineno, sink) == -1)
		return -1;
	len = snprintf(t, sizeof t, "%u", lineno);
	return sink->add(sink->arg, a.key, a.len, t, len);
}

const struct conffile conffile_users = { "users", sizeof(struct wordset), line,
	wordset_finish };

int
users_has(const struct lookup *l, struct slice user, struct slice domain)
{
	char key[USERS_NAME_MAX + 1 + WORD_DOMAIN_MAX];
	const char *data;
	size_t len;
	int r;

	/* one with an @ would be another's key */
	if (!users_name_ok(user.p, user.n) ||
	    memchr(user.p, '@', user.n) != NULL)
		return 0;
	r = lookup_get(l, user.p, user.n, &data, &len);
	if (r != 0 || domain.n == 0 || domain.n > WORD_DOMAIN_MAX)
		return r;
	memcpy(key, user.p, user.n);
	key[user.n] = '@';
	memcpy(key + user.n + 1, domain.p, domain.n);
	return lookup_get(l, key, user.n + 1 + domain.n, &data, &len);
}

int
users_system(const struct lookup *l)
{
	const char *data;
	size_t len;

	return lookup_get(l, "", 0, &data, &len);
}
