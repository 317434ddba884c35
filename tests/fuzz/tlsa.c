/*
 * TLSA records of any bytes, and the text of a job that any link may have
 * written: what is kept is within the limits, goes into a label as words
 * without blanks, and comes back as it was.
 */
#include "dns/tlsaset.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		__builtin_trap();
}

static void
check(const struct tlsaset *s)
{
	unsigned i;

	must(s->n <= TLSA_RECORDS_MAX && s->n <= s->n_seen);
	for (i = 0; i < s->n; i++) {
		must(s->r[i].usage == 2 || s->r[i].usage == 3);
		must(s->r[i].selector <= 1);
		must(s->r[i].len == (s->r[i].matching == 1 ? 32 : 64));
		must(s->r[i].matching == 1 || s->r[i].matching == 2);
	}
}

/* to text, and back */
static void
round_trip(const struct tlsaset *s)
{
	struct tlsaset again;
	struct buf b = { 0 };
	size_t i;

	must(tlsaset_put(&b, s) == 0);
	for (i = 0; i < buf_len(&b); i++)
		must(buf_data(&b)[i] > ' ' && buf_data(&b)[i] < 0x7f &&
		    buf_data(&b)[i] != '=');
	must((tlsaset_scan(&again, buf_data(&b), buf_len(&b)) == 0) ==
	    (s->n > 0));
	must(again.n == s->n);
	for (i = 0; i < s->n; i++)
		must(again.r[i].usage == s->r[i].usage &&
		    again.r[i].selector == s->r[i].selector &&
		    again.r[i].matching == s->r[i].matching &&
		    memcmp(again.r[i].digest, s->r[i].digest, s->r[i].len) ==
			0);
	buf_free(&b);
}

/* a byte of length, the bytes; and so on */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct tlsaset s = { 0 }, text;
	size_t at = 0, len;

	if (tlsaset_scan(&text, (const char *)p, n) == 0) {
		check(&text);
		must(text.n > 0);
		round_trip(&text);
	}
	while (at < n) {
		len = p[at++];
		if (len > n - at)
			len = n - at;
		tlsaset_add(&s, p + at, len);
		at += len;
	}
	check(&s);
	tlsaset_finish(&s);
	check(&s);
	round_trip(&s);
	return 0;
}
