/* by what greylisting knows an attempt again */
#include "grey/greykey.h"
#include "tap.h"
#include <stdlib.h>

static struct slice
slice(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static const struct {
	const char *ip, *spf, *who; /* who NULL: none */
} clients[] = {
	{ "192.0.2.77", "", "192.0.2.0/24" },
	{ "192.0.2.255", "", "192.0.2.0/24" },
	{ "192.0.3.0", "", "192.0.3.0/24" },
	{ "::ffff:192.0.2.77", "", "192.0.2.0/24" },
	{ "::FFFF:c000:24d", "", "192.0.2.0/24" },
	{ "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64" },
	{ "2001:db8:1:2:ffff::1", "", "2001:db8:1:2::/64" },
	{ "2001:DB8::1", "", "2001:db8::/64" },
	{ "::1", "", "::/64" },
	{ "192.0.2", "", NULL },
	{ "192.0.2.256", "", NULL },
	{ "[192.0.2.1]", "", NULL },
	{ "fe80::1%eth0", "", NULL },
	{ "unknown", "", NULL },
	{ "", "", NULL },
	{ "192.0.2.77", "Example.ORG", "spf:example.org" },
	{ "", "example.org", "spf:example.org" },
	{ "", "a\tb", "spf:a?b" },
};

static void
who(void)
{
	struct greykey_conf c = { 24, 64, 0 };
	struct greykey k;
	size_t i;
	int r;

	for (i = 0; i < sizeof clients / sizeof *clients; i++) {
		r = greykey_who(&k, &c, slice(clients[i].ip),
		    slice(clients[i].spf));
		if (is_num(r, clients[i].who == NULL ? -1 : 0, clients[i].ip) &&
		    r == 0) {
			is_str(k.text, clients[i].who, "its network");
			is_num(k.who_len, k.len, "length");
		}
	}
	c = (struct greykey_conf){ 32, 128, 0 };
	greykey_who(&k, &c, slice("192.0.2.77"), slice(""));
	is_str(k.text, "192.0.2.77/32", "whole IPv4 address");
	greykey_who(&k, &c, slice("2001:db8::77"), slice(""));
	is_str(k.text, "2001:db8::77/128", "whole IPv6 address");
	c = (struct greykey_conf){ 0, 0, 0 };
	greykey_who(&k, &c, slice("192.0.2.77"), slice(""));
	is_str(k.text, "0.0.0.0/0", "no bit of it");
	c = (struct greykey_conf){ 21, 61, 0 };
	greykey_who(&k, &c, slice("192.0.255.77"), slice(""));
	is_str(k.text, "192.0.248.0/21", "bits within a byte");
	greykey_who(&k, &c, slice("2001:db8::ffff:0:0:0:1"), slice(""));
	is_str(k.text, "2001:db8:0:fff8::/61", "the same, IPv6");
}

static const struct {
	const char *in, *out;
} senders[] = {
	{ "", "" },
	{ "Ann@Example.ORG", "ann@example.org" },
	{ "ann", "ann" },
	{ "list-return-123-bob=example.net@lists.example.org",
	    "list-return-#-bob=example.net@lists.example.org" },
	{ "list-return-97-bob=example.net@lists.example.org",
	    "list-return-#-bob=example.net@lists.example.org" },
	{ "u12v3@example.org", "u#v#@example.org" },
	{ "4@host4.example.org", "#@host4.example.org" },
	{ "bounce+0100018f2c3d-aaaa@example.org", "bounce+#-aaaa@example.org" },
	{ "bounce+ffff018f2c3e-aaaa@example.org", "bounce+#-aaaa@example.org" },
	{ "abcdefgh1@example.org", "abcdefgh#@example.org" },
	{ "abcdefghi1@example.org", "#@example.org" },
	{ "abcdefghijklmnop@example.org", "abcdefghijklmnop@example.org" },
	{ "prvs=1234abcdef=joe@example.org", "prvs=#=joe@example.org" },
	{ "prvs=x=joe@example.org", "prvs=#=joe@example.org" },
	{ "prvs==joe@example.org", "prvs==joe@example.org" },
	{ "prvs=joe@example.org", "prvs=joe@example.org" },
	{ "SRS0=Ab+/=Cd=example.net=joe@relay.example",
	    "srs0=#=#=example.net=joe@relay.example" },
	{ "SRS0=xyzw=QR=example.net=joe@relay.example",
	    "srs0=#=#=example.net=joe@relay.example" },
	{ "SRS0+xyzw=QR=example.net=joe@relay.example",
	    "srs0+#=#=example.net=joe@relay.example" },
	{ "SRS1=xyzw=a.example==Hash=TT=example.net=joe@relay.example",
	    "srs1=#=a.example==hash=tt=example.net=joe@relay.example" },
	{ "srs0=a=@relay.example", "srs#=a=@relay.example" },
	{ "\"a b@1\"@example.org", "\"a b@#\"@example.org" },
	{ "j\xc3\xb6rg7@example.org", "j\xc3\xb6rg#@example.org" },
};

static void
sender(void)
{
	char *out;
	size_t i, n;

	for (i = 0; i < sizeof senders / sizeof *senders; i++) {
		/* no byte more than there is room for */
		n = strlen(senders[i].in);
		out = malloc(n + 1);
		n = greykey_sender(out, senders[i].in, n);
		out[n] = '\0';
		is_str(out, senders[i].out, senders[i].in);
		free(out);
	}
}

static void
mail(void)
{
	struct greykey_conf c = { 24, 64, 0 };
	struct greykey k;
	char part[GREYKEY_PART_MAX + 2], other[GREYKEY_PART_MAX + 2];
	static char vast[100000];
	const char *p;

	greykey_who(&k, &c, slice("192.0.2.77"), slice(""));
	greykey_mail(&k, &c, slice("A@b"), slice("C@D.example"));
	is_str(k.text, "192.0.2.0/24\ta@b\tc@d.example", "all three");
	greykey_mail(&k, &c, slice(""), slice("e@d.example"));
	is_str(k.text, "192.0.2.0/24\t\te@d.example",
	    "the next recipient, null sender");
	c.domain = 1;
	greykey_mail(&k, &c, slice("a\tb\n@c"), slice("E@D.example"));
	is_str(k.text, "192.0.2.0/24\ta?b?@c\td.example",
	    "the domain, no control bytes");
	greykey_mail(&k, &c, slice("a"), slice("postmaster"));
	is_str(k.text, "192.0.2.0/24\ta\tpostmaster", "no domain");
	greykey_mail(&k, &c, slice("a"), slice(""));
	is_str(k.text, "192.0.2.0/24\ta\t", "empty recipient");
	c.domain = 0;

	memset(part, 'a', sizeof part);
	greykey_mail(&k, &c, slice(""),
	    (struct slice){ part, GREYKEY_PART_MAX });
	p = strrchr(k.text, '\t') + 1;
	ok(strlen(p) == GREYKEY_PART_MAX && strspn(p, "a") == strlen(p),
	    "the longest part");
	greykey_mail(&k, &c, slice(""),
	    (struct slice){ part, GREYKEY_PART_MAX + 1 });
	p = strrchr(k.text, '\t') + 1;
	is_num(strlen(p), GREYKEY_PART_MAX, "one more: a hash");
	memcpy(other, p, GREYKEY_PART_MAX + 1);
	part[GREYKEY_PART_MAX] = 'b';
	greykey_mail(&k, &c, slice(""),
	    (struct slice){ part, GREYKEY_PART_MAX + 1 });
	ok(strcmp(strrchr(k.text, '\t') + 1, other) != 0,
	    "what differs behind the cut differs");
	memset(vast, 'x', sizeof vast);
	greykey_mail(&k, &c, (struct slice){ vast, sizeof vast },
	    (struct slice){ vast, sizeof vast });
	ok(k.len <= GREYKEY_MAX && strlen(k.text) == k.len, "vast");
}

int
main(void)
{
	who();
	sender();
	mail();
	return done();
}
