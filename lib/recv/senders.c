#include "recv/senders.h"
#include "base/ascii.h"
#include <stdio.h>
#include <string.h>

enum { KEY_SIZE = SASLNAME_LOGIN_MAX + 1 + WORD_ADDRESS_MAX };

/* the text */

/* what is wrong with a word; NULL: nothing */
static const char *
fault(const char *p, size_t n)
{
	struct address a;
	struct slice w = { p, n };

	if (word_is(w, "*") || word_is(w, "<>") || ascii_is(p, n, "<login>"))
		return NULL;
	if (n > 0 && p[0] == '@') {
		size_t dot = n > 1 && p[1] == '.';

		return word_domain(p + 1 + dot, n - 1 - dot)
		    ? NULL
		    : "not a domain behind the @";
	}
	if (address_set(&a, p, n) == -1 || a.domain_len == 0 ||
	    !word_domain(a.domain, a.domain_len))
		return "not an address: want user@domain, @domain, @.domain, "
		       "<login>, <> or *";
	return NULL;
}

/* the key of a login and a word: its length */
static size_t
key_of(char key[KEY_SIZE], struct slice login, const char *p, size_t n)
{
	ascii_lower_copy(key, login.p, login.n);
	key[login.n] = '\0';
	ascii_lower_copy(key + login.n + 1, p, n);
	return login.n + 1 + n;
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	char login[WORD_LINE_MAX + 1], word[WORD_LINE_MAX + 1], key[KEY_SIZE],
	    t[16];
	const char *end = p + n, *why;
	size_t login_len, len;
	int r = word_next(&p, end, login, &login_len), words = 0, t_len;

	if (r != 1 || !saslname_login_ok(login, login_len))
		return conffile_wrong(sink, "not a login");
	t_len = snprintf(t, sizeof t, "%u", lineno);
	while ((r = word_next(&p, end, word, &len)) == 1) {
		why = fault(word, len);
		if (why != NULL)
			return conffile_wrong(sink, why);
		len =
		    key_of(key, (struct slice){ login, login_len }, word, len);
		if (wordset_once(arg, key, len, lineno, sink) == -1 ||
		    sink->add(sink->arg, key, len, t, t_len) == -1)
			return -1;
		words++;
	}
	if (r == -1)
		return conffile_wrong(sink, "quotes that do not fit");
	return words > 0 ? 0 : conffile_wrong(sink, "no address");
}

const struct conffile conffile_senders = { "senders", sizeof(struct wordset),
	line, wordset_finish };

/* the question */

struct question {
	const struct lookup *l;
	struct slice login;
	int broken;
};

static int
has(struct question *q, const char *p, size_t n)
{
	char key[KEY_SIZE];
	const char *data;
	size_t len;
	int r;

	if (q->login.n > SASLNAME_LOGIN_MAX || n > WORD_ADDRESS_MAX)
		return 0;
	r = lookup_get(q->l, key, key_of(key, q->login, p, n), &data, &len);
	q->broken |= r == -1;
	return r == 1;
}

/* "@domain", or "@." and a domain that it is below */
static int
has_domain(struct question *q, const char *at, size_t n)
{
	char below[WORD_ADDRESS_MAX];
	const char *dot = at;

	if (has(q, at, n))
		return 1;
	below[0] = '@';
	while ((dot = memchr(dot + 1, '.', at + n - dot - 1)) != NULL) {
		if ((size_t)(at + n - dot) >= sizeof below)
			continue;
		memcpy(below + 1, dot, at + n - dot);
		if (has(q, below, at + n - dot + 1))
			return 1;
	}
	return 0;
}

/* is the address that of the login? */
static int
is_login(const char *me, const char *login, struct slice a)
{
	size_t n = strlen(login);

	if (strchr(login, '@') != NULL)
		return ascii_is(a.p, a.n, login);
	return a.n > n && a.p[n] == '@' && ascii_same(a.p, n, login, n) &&
	    ascii_is(a.p + n + 1, a.n - n - 1, me);
}

static int
lists(struct question *q, const char *me, const char *login, struct slice a)
{
	const char *at;

	if (has(q, "*", 1))
		return 1;
	if (a.n == 0)
		return has(q, "<>", 2);
	if (has(q, a.p, a.n))
		return 1;
	at = memrchr(a.p, '@', a.n);
	if (at != NULL && has_domain(q, at, a.p + a.n - at))
		return 1;
	return is_login(me, login, a) && has(q, "<login>", 7);
}

enum senders_verdict
senders_may(const struct lookup *l, const char *me, const char *login,
    struct slice a)
{
	struct question q = { l, { login, strlen(login) }, 0 };

	if (lists(&q, me, login, a))
		return SENDERS_YES;
	q.login = (struct slice){ "*", 1 };
	if (lists(&q, me, login, a))
		return SENDERS_YES;
	return q.broken ? SENDERS_UNKNOWN : SENDERS_NO;
}
