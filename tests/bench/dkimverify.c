/*
 * dkimverify MESSAGE KEYRECORD [SECONDS [PIECE]]: verifications a second on
 * one core, through the machine, keys at hand as from a cache.  Built by:
 *	make build/bench/dkimverify
 */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "dkim/dkimverify.h"
#include "mail/crlf.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *text;
static size_t header_len, body_len, piece = 16384;
static unsigned char record[8192];
static int record_len;

/* LF line ends, cut into header and body */
static void
load_message(const char *path)
{
	struct crlf c = { 0 };
	size_t n;
	char *in, *e;

	if (fd_slurp(path, 1 << 28, &in, &n) == -1)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	text = need(malloc(n + 2));
	n = crlf_feed(&c, in, n, text);
	n += crlf_end(&c, text + n);
	e = memmem(text, n, "\n\n", 2);
	if (e == NULL)
		die(EXIT_PERM, "%s has no body", path);
	header_len = e - text + 1;
	body_len = n - header_len - 1;
}

/* one TXT record as on the wire */
static void
load_record(const char *path)
{
	size_t n, k, i;
	char *in;

	if (fd_slurp(path, 4096, &in, &n) == -1)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	while (n > 0 && in[n - 1] == '\n')
		n--;
	for (i = 0; i < n; i += k) {
		k = n - i < 255 ? n - i : 255;
		record[record_len++] = (unsigned char)k;
		memcpy(record + record_len, in + i, k);
		record_len += (int)k;
	}
}

static const struct dkimverify *
once(void)
{
	static struct dkimverify v;
	const unsigned char *data = record;
	struct dnsa a = { DNSA_OK, 1, &data, &record_len, NULL };
	const char *p = text + header_len + 1;
	size_t left = body_len, k;
	struct dnsq q;

	dkimverify_init(&v, clock_wall_s(), 0);
	needs(dkimverify_header(&v, text, header_len));
	for (; left > 0; p += k, left -= k) {
		k = left < piece ? left : piece;
		dkimverify_body(&v, p, k);
	}
	dkimverify_end(&v);
	while (dkimverify_want(&v, &q))
		dkimverify_answer(&v, &a);
	return &v;
}

int
main(int argc, char **argv)
{
	const struct dkimverify *v;
	int64_t start, now;
	double seconds = 3;
	unsigned long n = 0;

	prog_init(argv);
	if (argc < 3)
		die_usage("dkimverify message keyrecord [seconds [piece]]");
	load_message(argv[1]);
	load_record(argv[2]);
	if (argc > 3)
		seconds = atof(argv[3]);
	if (argc > 4)
		piece = (size_t)atol(argv[4]);
	v = once();
	if (v->n == 0 || v->signature[0].result != DKIM_PASS)
		die(EXIT_PERM, "it does not pass: %s",
		    v->n == 0 ? "not signed" : v->signature[0].reason);
	start = clock_mono_us();
	do {
		once();
		n++;
		now = clock_mono_us();
	} while (now - start < seconds * 1e6);
	printf("%.0f messages/s (%zu bytes, %u signatures, RSA %u)\n",
	    n * 1e6 / (now - start), header_len + 1 + body_len, v->n,
	    v->signature[0].key_bits);
	return 0;
}
