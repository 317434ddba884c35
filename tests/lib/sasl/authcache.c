/* passwords that were right */
#include "sasl/authcache.h"
#include "tap.h"
#include <stdlib.h>

static struct authcache c = { .secret = "secret", .keep_ms = 1000 };
static unsigned char key[DIGEST_LEN];

static const unsigned char *
of(const char *name, const char *hash, const char *password)
{
	authcache_key(&c, name, (struct slice){ hash, strlen(hash) },
	    (struct slice){ password, strlen(password) }, key);
	return key;
}

int
main(void)
{
	char name[20];
	int i;

	ok(!authcache_has(&c, of("ann", "h", "p"), 0), "nothing is there");
	authcache_add(&c, of("ann", "h", "p"), 5000);
	ok(authcache_has(&c, of("ann", "h", "p"), 5000), "it is there");
	ok(authcache_has(&c, of("ann", "h", "p"), 5999), "for a second");
	ok(!authcache_has(&c, of("ann", "h", "p"), 6000), "and no longer");
	ok(!authcache_has(&c, of("ann", "h", "q"), 5000), "another password");
	ok(!authcache_has(&c, of("ann", "i", "p"), 5000), "another hash");
	ok(!authcache_has(&c, of("bob", "h", "p"), 5000), "another login");
	ok(!authcache_has(&c, of("annh", "", "p"), 5000) &&
		!authcache_has(&c, of("an", "nh", "p"), 5000),
	    "pieces are whole");
	authcache_add(&c, of("ann", "h", "p"), 6000);
	ok(authcache_has(&c, of("ann", "h", "p"), 6999), "right once more");
	is_num(c.used, 1, "and there once");
	for (i = 0; i < AUTHCACHE_N - 1; i++) {
		snprintf(name, sizeof name, "u%d", i);
		authcache_add(&c, of(name, "h", "p"), 6000);
	}
	ok(authcache_has(&c, of("ann", "h", "p"), 6000), "4096 are kept");
	authcache_add(&c, of("one more", "h", "p"), 6000);
	ok(authcache_has(&c, of("ann", "h", "p"), 6000) &&
		authcache_has(&c, of("one more", "h", "p"), 6000),
	    "with one more, who was used");
	ok(!authcache_has(&c, of("u0", "h", "p"), 6000), "the oldest goes");
	c.secret[0] = 'S';
	ok(!authcache_has(&c, of("ann", "h", "p"), 6000), "another process");
	c.keep_ms = 0;
	authcache_add(&c, of("ann", "h", "p"), 6000);
	ok(!authcache_has(&c, of("ann", "h", "p"), 6000), "nothing is kept");
	return done();
}
