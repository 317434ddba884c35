/* options that all who make a request have, and what they are without them */
#include "http/httpsopt.h"
#include "base/die.h"
#include "tap.h"

static const char where[] = "/etc/ssl/certs/ca-certificates.crt";

int
main(void)
{
	static char *args[] = { "httpsopt", NULL };
	static struct httpsopt none, all;
	int64_t wait_ms = 7;

	prog_init(args);
	httpsopt_done(&none);
	is_str(none.client.cafile, where, "authorities");
	ok(none.client.dns == &none.dns, "it asks its own name servers");
	ok(none.client.policy.own != NULL, "not at addresses of this machine");
	is_num(none.client.policy.refuse_private, 1, "nor at private ones");
	is_num(httpsopt_take('a', "roots", &all, &wait_ms), 1, "-a");
	is_num(httpsopt_take('i', "10.0.0.0/8", &all, &wait_ms), 1, "-i");
	is_num(httpsopt_take('w', "2", &all, &wait_ms), 1, "-w");
	is_num(httpsopt_take('x', "2", &all, &wait_ms), 0, "another option");
	httpsopt_done(&all);
	is_str(all.client.cafile, "roots", "other authorities");
	is_num(all.client.policy.n_allow, 1, "but at those all the same");
	is_num(wait_ms, 2000, "and a time");
	return done();
}
