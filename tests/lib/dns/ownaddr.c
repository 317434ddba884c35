/* the addresses of this machine */
#include "dns/ownaddr.h"
#include "tap.h"

int
main(void)
{
	static const struct hostaddr loopback = { 4, { 127, 0, 0, 1 } };
	struct hostaddr_policy strict = { .n_own = 7 }, loose = { .n_own = 7 };
	struct hostaddr_prefix all[2];
	unsigned i, sane = 0;

	hostaddr_prefix_scan("0.0.0.0/0", &all[0]);
	hostaddr_prefix_scan("::/0", &all[1]);
	ownaddr_read(&strict);
	ok(strict.own != NULL && strict.n_own <= OWN_MAX, "they are read");
	for (i = 0; i < strict.n_own; i++)
		sane += hostaddr_sane(&strict.own[i], &strict);
	is_num(sane, strict.n_own, "only those that mail may go to");
	ok(!hostaddr_own(&loopback, &strict), "so not loopback");
	loose.allow = all;
	loose.n_allow = 2;
	ownaddr_read(&loose);
	is_num(loose.n_own, 7, "not again within OWN_EVERY_MS");
	return done();
}
