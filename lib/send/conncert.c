#include "send/conncert.h"
#include "send/tlsresume.h"
#include "tls/identity.h"
#include "tls/keyclient.h"
#include <stdio.h>

/* NULL, and why */
static const struct identity *
find(const struct sendconn *c, const char **why)
{
	const struct identity_set *s;

	*why = "there is no -k";
	if (c->share->key == NULL)
		return NULL;
	*why = "tls-key does not answer";
	if (!keyclient_ready(c->share->key) ||
	    (s = keyclient_identities(c->share->key)) == NULL)
		return NULL;
	*why = "tls-key has none of this name";
	return identity_named(s, c->site->cert);
}

int
conncert_host(struct sendconn *c)
{
	const char *why;
	char what[80];

	if (c->site->cert == NULL || find(c, &why) != NULL)
		return 0;
	snprintf(what, sizeof what,
	    "client certificate %.40s: ", c->site->cert);
	sendhost_fail(&c->host, "auth", "4.7.8", "%s%s", what, why);
	return -1;
}

void
conncert_hold(struct sendconn *c, struct conntls_try *try, struct tls_target *t)
{
	const char *why;

	/* it may have gone since conncert_host(): then nothing is shown */
	if (c->site->cert == NULL || (t->own = find(c, &why)) == NULL)
		return;
	t->key = c->share->key;
	try->identities = identity_set_ref(keyclient_identities(c->share->key));
}

void
conncert_drop(struct conntls_try *try)
{
	identity_set_drop(try->identities);
	try->identities = NULL;
}
