/* domains as the DNS knows them */
#include "route/routeidn.h"
#include "tap.h"

#define UMLAUT "\xc3\xa4"

static struct routing w;

static enum routeidn_result
renamed(const char *to)
{
	w.renamed = 0;
	buf_clear(&w.to);
	buf_puts(&w.to, to);
	address_set(&w.addr, to, strlen(to));
	return routeidn(&w);
}

/* what comes of it, as it is written and to be looked up */
static void
to_ascii(const char *to, int is_renamed, const char *written, const char *key)
{
	is_num(renamed(to), ROUTEIDN_GOOD, to);
	is_num((long)w.renamed, is_renamed, "is it written in another way?");
	buf_putc(&w.to, '\0');
	is_str(buf_data(&w.to), written, "as it is written");
	is_str(w.addr.key, key, "as it is looked up");
}

/* as long as an address may be, and longer in ASCII */
static void
too_long(void)
{
	char to[WORD_ADDRESS_MAX + 1];
	const size_t n = WORD_ADDRESS_MAX - 5;

	memset(to, 'u', n);
	memcpy(to + n, "@" UMLAUT ".x", 6);
	is_num(renamed(to), ROUTEIDN_TOO_LONG, "too long in ASCII");
	is_num((long)w.addr.domain_len, 0, "so there is no address");
}

int
main(void)
{
	to_ascii("Joe@d.example", 0, "Joe@d.example", "joe@d.example");
	to_ascii("Joe@" UMLAUT ".example", 1, "Joe@xn--4ca.example",
	    "joe@xn--4ca.example");
	to_ascii(UMLAUT "@" UMLAUT ".example", 0, UMLAUT "@" UMLAUT ".example",
	    UMLAUT "@xn--4ca.example");
	is_num(renamed("u@" UMLAUT "\xc2\xa0.example"), ROUTEIDN_NO_DOMAIN,
	    "no domain name");
	ok(w.addr.domain_len > 0 && !w.renamed, "is as it was");
	too_long();
	buf_free(&w.to);
	return done();
}
