/* how often an address may ask */
#include "httpd/addrrate.h"
#include "tap.h"

#define S INT64_C(1000000)

static struct addrrate r = {
	.limit = { .period_us = 60 * S, .n = 60, .burst = 3 }, .keys_max = 2
};

static int64_t
take(const char *text, int64_t now)
{
	unsigned char ip[IP_LEN], out[IP_LEN];

	ip_map(out, ip, ip_scans(text, ip));
	return addrrate_take(&r, out, now);
}

int
main(void)
{
	unsigned i;

	for (i = 0; i < 3; i++)
		is_num(take("192.0.2.1", S), 0, "a burst");
	is_num(take("192.0.2.1", S), S, "and no more than that");
	is_num(take("192.0.2.1", S + S / 2), S / 2, "nor a little later");
	is_num(take("192.0.2.1", 2 * S), 0, "but a second later");
	is_num(take("192.0.2.2", 2 * S), 0, "another address has its own");
	is_num(take("192.0.2.1", 2 * S), S, "and takes nothing of his");
	is_num((long long)r.n, 2, "as many as may be");
	is_num(take("2001:db8::1", 2 * S), 0, "one more");
	is_num((long long)r.n, 2, "takes the place");
	is_num(take("192.0.2.1", 2 * S), S, "of who did not ask for longest");
	take("2001:db8::2", 2 * S);
	take("2001:db8:0:0:ffff::", 2 * S);
	is_num(take("2001:db8::1", 2 * S), S, "a /64 is one");
	is_num(take("2001:db8:0:1::1", 2 * S), 0, "and the next another");
	addrrate_free(&r);
	is_num((long long)r.n, 0, "nobody is left");
	is_num(take("192.0.2.1", 2 * S), 0, "all may again");
	addrrate_free(&r);
	return done();
}
