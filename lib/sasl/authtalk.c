#include "sasl/authtalk.h"
#include "base/ascii.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* saying */

/* what was put behind had is a line; else it is taken back */
static int
whole(struct buf *b, size_t had, int r)
{
	if (r == 0)
		r = buf_putc(b, '\n');
	if (r == 0 && buf_len(b) - had <= AUTHWIRE_REQUEST_MAX)
		return 0;
	if (r == 0)
		errno = EMSGSIZE;
	if (buf_len(b) > had)
		explicit_bzero(buf_data(b) + had, buf_len(b) - had);
	b->end = b->off + had;
	return -1;
}

int
authtalk_hello(struct buf *b, uint64_t pid)
{
	size_t had = buf_len(b);
	int r = 0;

	if (buf_puts(b, "VERSION\t1\t1\nCPID\t") == -1 ||
	    buf_putnum(b, pid) == -1)
		r = -1;
	return whole(b, had, r);
}

static int
put_address(struct buf *b, const char *word, const char *ip, const char *number,
    uint16_t port)
{
	char t[8];
	int n;

	if (ip == NULL)
		return 0;
	if (authwire_put(b, word, ip, strlen(ip)) == -1)
		return -1;
	n = snprintf(t, sizeof t, "%u", (unsigned)port);
	return port == 0 ? 0 : authwire_put(b, number, t, (size_t)n);
}

/* in capitals, since some compare it as it stands */
static int
put_mech(struct buf *b, const struct authtalk_ask *ask)
{
	char t[SASLNAME_MAX];
	size_t i;

	if (ask->mech_len > sizeof t) {
		errno = EMSGSIZE;
		return -1;
	}
	for (i = 0; i < ask->mech_len; i++)
		t[i] = ask->mech[i] >= 'a' && ask->mech[i] <= 'z'
		    ? (char)(ask->mech[i] - 'a' + 'A')
		    : ask->mech[i];
	return authwire_put(b, "", t, ask->mech_len);
}

/* resp= comes last */
static int
put_auth(struct buf *b, const struct authtalk_ask *ask)
{
	if (put_mech(b, ask) == -1 ||
	    authwire_put(b, "service=smtp", NULL, 0) == -1 ||
	    (ask->secured && authwire_put(b, "secured", NULL, 0) == -1) ||
	    put_address(b, "lip=", ask->lip, "lport=", ask->lport) == -1 ||
	    put_address(b, "rip=", ask->rip, "rport=", ask->rport) == -1 ||
	    authwire_put(b, "nologin", NULL, 0) == -1)
		return -1;
	return ask->resp == NULL
	    ? 0
	    : authwire_put(b, "resp=", ask->resp, ask->resp_len);
}

int
authtalk_auth(struct buf *b, uint32_t id, const struct authtalk_ask *ask)
{
	size_t had = buf_len(b);
	int r = authwire_begin(b, "AUTH", id);

	return whole(b, had, r == 0 ? put_auth(b, ask) : r);
}

int
authtalk_cont(struct buf *b, uint32_t id, const char *b64, size_t n)
{
	size_t had = buf_len(b);
	int r = authwire_begin(b, "CONT", id);

	return whole(b, had, r == 0 ? authwire_put(b, "", b64, n) : r);
}

int
authtalk_cancel(struct buf *b, uint32_t id)
{
	size_t had = buf_len(b);

	return whole(b, had, authwire_begin(b, "CANCEL", id));
}

/* hearing */

void
authtalk_mech(struct authtalk_mechs *a, const struct authwire_line *l)
{
	size_t had = strlen(a->names), n;
	struct slice v;

	if (l->n < 2)
		return;
	n = l->w[1].n;
	if (!saslname_offered(l->w[1].p, n) || a->n == AUTHTALK_MECHS_MAX ||
	    had + (had > 0) + n > AUTHTALK_MECHS_BYTES ||
	    authwire_find(l, 2, "anonymous", &v) ||
	    authwire_find(l, 2, "private", &v) ||
	    authwire_find(l, 2, "channel-binding", &v))
		return;
	if (had > 0)
		a->names[had++] = ' ';
	memcpy(a->names + had, l->w[1].p, n);
	a->names[had + n] = '\0';
	a->n++;
}

/* the name behind user=; 0: there is none that will do */
static int
user_of(const struct authwire_line *l, char *text)
{
	struct slice v;
	long n = -1;

	if (authwire_find(l, 2, "user", &v))
		n = authwire_value(v, text, SASLNAME_LOGIN_MAX + 1);
	if (n != -1 && saslname_login_ok(text, (size_t)n))
		return 1;
	text[0] = '\0';
	return 0;
}

/* the word of old servers, or the code of new ones */
static int
code_is(const struct authwire_line *l, const char *word, const char *code)
{
	struct slice v;

	return authwire_find(l, 2, word, &v) ||
	    (authwire_find(l, 2, "code", &v) && word_is(v, code));
}

static enum authtalk_answer
on_fail(const struct authwire_line *l, char *text)
{
	user_of(l, text);
	if (code_is(l, "temp", "temp_fail"))
		return AUTHTALK_LATER;
	return code_is(l, "user_disabled", "user_disabled") ? AUTHTALK_DISABLED
							    : AUTHTALK_WRONG;
}

static enum authtalk_answer
on_cont(const struct authwire_line *l, char *text)
{
	struct slice s = { "", 0 };
	size_t i;

	if (l->n > 2)
		s = l->w[2];
	for (i = 0; i < s.n; i++)
		if (!ascii_alnum(s.p[i]) && s.p[i] != '+' && s.p[i] != '/' &&
		    s.p[i] != '=')
			return AUTHTALK_LATER;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	return AUTHTALK_MORE;
}

enum authtalk_answer
authtalk_answer(const struct authwire_line *l, char text[AUTHWIRE_LINE_MAX])
{
	text[0] = '\0';
	if (authwire_is(l, "OK"))
		return user_of(l, text) ? AUTHTALK_GOOD : AUTHTALK_LATER;
	if (authwire_is(l, "FAIL"))
		return on_fail(l, text);
	return authwire_is(l, "CONT") ? on_cont(l, text) : AUTHTALK_NONE;
}
