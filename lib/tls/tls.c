/* what is known of a connection: tls.h, for who uses it */
#include "tls/bearname.h"
#include "tls/engine.h"
#include "tls/park.h"
#include <errno.h>
#include <stdio.h>

const char *
tls_unable(int err)
{
	return err == ENOMEM ? "out of memory"
	    : err == EPROTO  ? "spoken before the handshake"
			     : "no random bytes";
}

int
tls_is_on(const struct stream *s)
{
	return tls_of(s) != NULL;
}

int
tls_up(const struct stream *s)
{
	const struct tls *t = tls_of(s);

	return t != NULL && t->up;
}

enum tls_failure
tls_failure(const struct stream *s)
{
	const struct tls *t = tls_of(s);

	return t == NULL ? TLS_FINE : (enum tls_failure)t->failure;
}

unsigned
tls_alert(const struct stream *s)
{
	const struct tls *t = tls_of(s);

	return t == NULL ? 0 : bearname_alert(t->bear);
}

const char *
tls_why(const struct stream *s, char why[TLS_TEXT_MAX])
{
	const struct tls *t = tls_of(s);

	if (t == NULL || t->failure == TLS_FINE)
		snprintf(why, TLS_TEXT_MAX, "no fault");
	else if (t->why != NULL)
		snprintf(why, TLS_TEXT_MAX, "%s", t->why);
	else if (t->failure == TLS_CUT)
		snprintf(why, TLS_TEXT_MAX, "connection closed");
	else
		bearname_text(t->bear, why);
	return why;
}

const struct tls_info *
tls_info(const struct stream *s)
{
	const struct tls *t = tls_of(s);

	return t == NULL ? NULL : &t->info;
}

const char *
tls_text(const struct stream *s, char text[TLS_TEXT_MAX])
{
	const struct tls *t = tls_of(s);

	if (t == NULL || !t->up)
		snprintf(text, TLS_TEXT_MAX, "none");
	else
		snprintf(text, TLS_TEXT_MAX, "TLSv1.2,%s%s", t->info.suite,
		    t->info.resumed ? ",resumed" : "");
	return text;
}

size_t
tls_held(const struct stream *s)
{
	const struct tls *t = tls_of(s);

	return t == NULL ? 0 : park_held(t);
}

uint32_t
tls_work(struct stream *s)
{
	struct tls *t = tls_of(s);
	uint32_t work = t == NULL ? 0 : t->work;

	if (t != NULL)
		t->work = 0;
	return work;
}
