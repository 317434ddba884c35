/* hosts that need no DNS */
#include "route/literals.h"
#include "nolookup.h"
#include "tap.h"

static const char *
text(struct buf *b)
{
	buf_putc(b, '\0');
	b->end--;
	return buf_data(b);
}

static void
of_address(void)
{
	static const struct {
		const char *to;
		int is;
		const char *piece;
	} t[] = { { "u@[192.0.2.1]", 1, "192.0.2.1/25/192.0.2.1" },
		{ "u@[IPv6:2001:DB8::1]", 1, "2001:db8::1/25/2001:db8::1" },
		{ "u@[ipv6:]", 0, "" }, { "u@[192.0.2]", 0, "" },
		{ "u@[]", 0, "" }, { "u@[192.0.2.1", 0, "" } };
	struct hostaddr_policy policy = { .me = "me.example" };
	struct address a;
	struct hosts h;
	unsigned i;
	int r;

	policy.local.get = nolookup;
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		if (address_set(&a, t[i].to, strlen(t[i].to)) == -1) {
			ok(!t[i].is, t[i].to);
			continue;
		}
		r = literals_address(&a, &policy, &h);
		is_num(r, t[i].is, t[i].to);
		if (r != 1)
			continue;
		ok(h.n == 1 && h.piece[0].len == strlen(t[i].piece) &&
			memcmp(h.bytes + h.piece[0].at, t[i].piece,
			    h.piece[0].len) == 0,
		    t[i].piece);
		hosts_free(&h);
	}
}

/* the hosts of a rule as the table has them, up to an empty one */
static void
of_rule(const char *const *host, int lmtp, int want, const char *site,
    const char *mx)
{
	static struct routing w;
	static struct buf s, m;
	char groups[2 * ROUTES_HOSTS_MAX + 1];
	struct slice one;

	w.what = lmtp ? ROUTING_LMTP : ROUTING_HOST;
	for (w.rule.n_host = 0; host[w.rule.n_host] != NULL; w.rule.n_host++) {
		one.p = host[w.rule.n_host];
		one.n = strlen(one.p);
		routes_host(one, lmtp ? 0 : 25, &w.rule.host[w.rule.n_host]);
	}
	is_num(literals_rule(&w, &s, &m, groups), want, host[0]);
	if (want == 1) {
		is_num((long)strlen(groups),
		    w.rule.n_host < 2 ? 0 : 2 * w.rule.n_host - 1,
		    "each is a group");
		is_str(text(&s), site, site);
		is_str(text(&m), mx, mx);
	}
}

int
main(void)
{
	of_address();
	of_rule((const char *const[]){ "[192.0.2.1]", "[192.0.2.2]:2525",
		    NULL },
	    0, 1, "192.0.2.1,192.0.2.2:2525",
	    "192.0.2.1/25/192.0.2.1 192.0.2.2/2525/192.0.2.2");
	of_rule((const char *const[]){ "[192.0.2.1]", "mx.example", NULL }, 0,
	    0, "", "");
	of_rule((const char *const[]){ "[192.0.2.1]:25", NULL }, 1, 1,
	    "192.0.2.1:25", "192.0.2.1/25/192.0.2.1");
	of_rule((const char *const[]){ "/run/lmtp", NULL }, 1, 1, "/run/lmtp",
	    "localhost/0//run/lmtp");
	return done();
}
