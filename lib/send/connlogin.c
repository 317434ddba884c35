#include "send/connlogin.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/random.h"
#include "send/loginread.h"
#include "send/tlsmemory.h"
#include <string.h>

void
connlogin_free(struct sendconn *c)
{
	authout_free(c->s.auth);
	c->s.auth = NULL;
}

static int
fail(struct sendconn *c, const char *why)
{
	sendhost_fail(&c->host, "auth", "4.7.8", "%s%s", "login: ", why);
	return -1;
}

int
connlogin_begin(struct sendconn *c)
{
	unsigned char nonce[SCRAMOUT_NONCE];
	char why[LOGINREAD_WHY];
	struct loginread l;
	struct authout *a;

	if (!c->s.secured) /* cannot be: conntls_host() */
		return fail(c, "there is no TLS");
	if (random_bytes(nonce, sizeof nonce) == -1)
		return fail(c, "no randomness");
	if (loginread(&l, c->share->logins, c->site->login, why) == -1)
		return fail(c, why);
	a = authout_new(l.user, l.password, nonce);
	loginread_free(&l);
	if (a == NULL)
		die(EXIT_TEMP, "out of memory");
	if (smtpout_login(&c->s, a) == 0)
		return 0;
	connlogin_broken(c, authout_text(a));
	return -1;
}

void
connlogin_broken(struct sendconn *c, const char *why)
{
	/* ours, and no reason to pass the host over */
	if (why == scramout_no_memory)
		die(EXIT_TEMP, "%s", why);
	tlsmemory_failed(c, "-", "4.7.8 ", why);
	fail(c, why);
}

void
connlogin_refused(struct sendconn *c, const struct reply *r)
{
	char said[REPLY_TEXT_MAX + 1];
	size_t n = reply_text(r, said, REPLY_TEXT_MAX);

	said[n] = '\0';
	tlsmemory_failed(c, "-", "4.7.8 ", said);
	/* never for good, for it is about us; VIOLATIONS.md: AUTH-5XX */
	sendhost_fail_reply(&c->host, "auth", r);
}
