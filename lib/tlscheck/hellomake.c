#include "tlscheck/hello.h"
#include "tlscheck/hellowire.h"
#include <assert.h>
#include <string.h>

/* what is written: bytes at the end, and lengths put in afterwards */
struct out {
	unsigned char *p;
	size_t n;
};

static void
put(struct out *o, unsigned bytes, unsigned value)
{
	while (bytes-- > 0) {
		assert(o->n < HELLO_BYTES_MAX);
		o->p[o->n++] = (unsigned char)(value >> 8 * bytes);
	}
}

static void
put_bytes(struct out *o, const void *p, size_t n)
{
	assert(n <= HELLO_BYTES_MAX - o->n);
	memcpy(o->p + o->n, p, n);
	o->n += n;
}

/* room for a length of so many bytes; where what it counts begins */
static size_t
open_length(struct out *o, unsigned bytes)
{
	put(o, bytes, 0);
	return o->n;
}

static void
close_length(struct out *o, unsigned bytes, size_t from)
{
	struct out at = { o->p, from - bytes };

	put(&at, bytes, (unsigned)(o->n - from));
}

static size_t
open_extension(struct out *o, unsigned type)
{
	put(o, 2, type);
	return open_length(o, 2);
}

/* a list of numbers with its length in front */
static void
put_list(struct out *o, unsigned bytes_of_length, const uint16_t *p, size_t n)
{
	size_t from = open_length(o, bytes_of_length);

	for (; n > 0; n--, p++)
		put(o, 2, *p);
	close_length(o, bytes_of_length, from);
}

/* RFC 6066 section 3 */
static void
put_name(struct out *o, const char *name)
{
	size_t n = strlen(name), x, list;

	if (n == 0 || n > HELLO_NAME_MAX)
		return;
	x = open_extension(o, X_NAME);
	list = open_length(o, 2);
	put(o, 1, 0);
	put(o, 2, (unsigned)n);
	put_bytes(o, name, n);
	close_length(o, 2, list);
	close_length(o, 2, x);
}

static void
put_extension_list(struct out *o, unsigned type, unsigned bytes_of_length,
    const uint16_t *p, size_t n)
{
	size_t x = open_extension(o, type);

	put_list(o, bytes_of_length, p, n);
	close_length(o, 2, x);
}

static void
put_extensions(struct out *o, const struct hello_ask *ask)
{
	static const uint16_t groups[] = { 29, 23, 24, 25 };
	/* ECDSA, RSA-PSS (which TLS 1.3 wants) and PKCS #1, SHA-1 at last:
	 * old servers have no other */
	static const uint16_t signatures[] = { 0x0403, 0x0503, 0x0603, 0x0807,
		0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203,
		0x0201 };
	uint16_t version = (uint16_t)ask->version;
	size_t x;

	if (ask->name != NULL)
		put_name(o, ask->name);
	put_extension_list(o, X_GROUPS, 2, groups,
	    sizeof groups / sizeof *groups);
	x = open_extension(o, X_POINTS);
	put(o, 2, 0x0100);
	close_length(o, 2, x);
	if (version >= HELLO_TLS12)
		put_extension_list(o, X_SIGNATURES, 2, signatures,
		    sizeof signatures / sizeof *signatures);
	if (version >= HELLO_TLS13) {
		/* no share: who takes this version says of which curve he wants
		 * one (section 4.1.4), and that is answer enough */
		put_extension_list(o, X_VERSIONS, 1, &version, 1);
		put_extension_list(o, X_SHARES, 2, NULL, 0);
	}
	x = open_extension(o, X_RENEGOTIATION);
	put(o, 1, 0);
	close_length(o, 2, x);
}

size_t
hello_make(const struct hello_ask *ask, unsigned char out[HELLO_BYTES_MAX])
{
	/* at the record no more is said than who is old can bear, and in the
	 * hello what was there before there were extensions for it */
	unsigned said = ask->version < HELLO_TLS12 ? ask->version : HELLO_TLS12;
	struct out o = { out, 0 };
	size_t record, hello, x;

	put(&o, 1, HANDSHAKE);
	put(&o, 2, HELLO_TLS10);
	record = open_length(&o, 2);
	put(&o, 1, CLIENT_HELLO);
	hello = open_length(&o, 3);
	put(&o, 2, said);
	put_bytes(&o, ask->chance, RANDOM);
	put(&o, 1, RANDOM);
	put_bytes(&o, ask->chance + RANDOM, RANDOM);
	put_list(&o, 2, ask->suites, ask->n_suites);
	put(&o, 2, 0x0100);
	x = open_length(&o, 2);
	put_extensions(&o, ask);
	close_length(&o, 2, x);
	close_length(&o, 3, hello);
	close_length(&o, 2, record);
	return o.n;
}
