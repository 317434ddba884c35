/* tls/chainorder: ways through a bag of certificates */
#include "tls/chainorder.h"
#include "tap.h"

/* "ab" is one of b, by the issuer a; "ab1" names a's key as 1, and "ab 2" has
 * the key 2 itself */
static struct certparts parts[TLS_CHAIN_CERTS_MAX];
static const struct certparts *certs[TLS_CHAIN_CERTS_MAX];

static struct der
one(const char *p)
{
	return (struct der){ (const unsigned char *)p, *p == ' ' ? 0 : 1 };
}

/* four characters each: issuer, subject, the issuer's key, its own key; "-" for
 * one that cannot be read */
static void
is_ways(const char *bag, const char *want)
{
	unsigned char way[TLS_CHAIN_CERTS_MAX];
	char got[4096] = "";
	struct chainorder o;
	unsigned n = 0, k, i;

	for (; *bag != '\0'; bag += strcspn(bag, ","), bag += *bag == ',') {
		memset(&parts[n], 0, sizeof parts[n]);
		parts[n].whole = (struct der){ (const unsigned char *)bag, 4 };
		parts[n].issuer = one(bag);
		parts[n].subject = one(bag + 1);
		parts[n].issuer_id = one(bag + 2);
		parts[n].key_id = one(bag + 3);
		certs[n] = *bag == '-' ? NULL : &parts[n];
		n++;
	}
	chainorder_init(&o, certs, n);
	while ((k = chainorder_next(&o, way)) > 0) {
		for (i = 0; i < k; i++)
			sprintf(got + strlen(got), "%x", way[i]);
		strcat(got, " ");
	}
	is_str(got, want, want);
	is_num(chainorder_next(&o, way), 0, "and no more");
}

static void
knot(void)
{
	unsigned char way[TLS_CHAIN_CERTS_MAX], seen[TLS_CHAIN_CERTS_MAX];
	struct chainorder o;
	static char text[16][4];
	unsigned i, k, n = 0, bad = 0;

	for (i = 0; i < 16; i++) {
		memset(&parts[i], 0, sizeof parts[i]);
		text[i][0] = (char)i;
		parts[i].whole =
		    (struct der){ (const unsigned char *)text[i], 4 };
		parts[i].issuer = parts[i].subject = one("x");
		certs[i] = &parts[i];
	}
	chainorder_init(&o, certs, 16);
	for (; (k = chainorder_next(&o, way)) > 0; n++) {
		memset(seen, 0, sizeof seen);
		for (i = 0; i < k; i++)
			bad += seen[way[i]]++ > 0;
	}
	is_num(n, CHAINORDER_WAYS_MAX, "where all sign each other it ends");
	is_num(bad, 0, "none is twice on a way");
}

int
main(void)
{
	is_ways("ab  ", "0 ");
	is_ways("bb  ", "0 ");
	is_ways("ba  ,cb  ,cc  ", "0 01 012 ");
	is_ways("ba  ,cc  ,cb  ", "0 02 021 ");
	is_ways("ba  ,xy  ,cb  ,yx  ", "0 02 ");
	is_ways("ba  ,cb  ,db  ", "0 01 02 ");
	is_ways("ba2 ,cb 1,db 2", "0 02 01 ");
	is_ways("ba  ,cb  ,db  ,ed  ,cc  ", "0 01 014 02 023 ");
	is_ways("ba  ,ab  ", "0 01 ");
	is_ways("ba  ,cb  ,cb  ", "0 01 ");
	is_ways("ba  ,ba  ", "0 ");
	is_ways("ba  ,-   ,cb  ", "0 02 ");
	is_ways("ba  ,cb  ,bc  ", "0 01 012 ");
	knot();
	return done();
}
