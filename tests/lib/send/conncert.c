#include "send/conncert.h"
#include "send/tlsresume.h"
#include "tap.h"
#include "tls/keyclient.h"
#include <stdlib.h>

/* what is wrong with the certificate of a site; NULL: nothing */
static const char *
fault(struct sendconn *c)
{
	free(c->host.fail);
	c->host.fail = NULL;
	if (conncert_host(c) == 0)
		return NULL;
	return c->host.fail != NULL ? c->host.fail->text : "out of memory";
}

/* with a key process that answers: tests/cmd/remote-send-cert.t */
int
main(void)
{
	static struct sendconn_share share;
	static struct sendsite site;
	static struct sendconn c = { .share = &share, .site = &site };
	struct tls_target target = { .name = NULL };
	struct conntls_try try = { .resumes = 0 };
	char shop[] = "shop", empty[100];

	ok(fault(&c) == NULL, "a site that wants none");
	conncert_hold(&c, &try, &target);
	ok(target.own == NULL && try.identities == NULL, "shows none");
	site.cert = shop;
	is_str(fault(&c), "client certificate shop: there is no -k", "no -k");
	is_str(c.host.fail->esc, "4.7.8", "as a login that fails");
	is_str(c.host.fail->class, "auth", "of this class");
	share.key = keyclient_new("none");
	is_str(fault(&c), "client certificate shop: tls-key does not answer",
	    "nobody there");
	conncert_hold(&c, &try, &target);
	ok(target.own == NULL && target.key == NULL, "nothing is shown");
	conncert_drop(&try);
	memset(empty, 'x', sizeof empty - 1);
	empty[sizeof empty - 1] = '\0';
	site.cert = empty;
	is_str(fault(&c),
	    "client certificate xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: "
	    "tls-key does not answer",
	    "a long name is cut");
	keyclient_free(share.key);
	free(c.host.fail);
	return done();
}
