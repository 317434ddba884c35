/* a report made of any facts has its four boundaries, short lines, and no
 * byte that could end one */
#include "bounce/dsn.h"
#include "bounce/lastreply.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

enum { FACTS = 9 };

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	char *copy = malloc(n + 1), *fact[FACTS], *p, *line;
	struct dsn_rcpt r = { 0 };
	struct buf b = { 0 };
	struct dsn d = { 0 };
	unsigned bounds = 0, i;
	size_t len;

	if (n < 1) {
		free(copy);
		return 0;
	}
	memcpy(copy, data, n);
	copy[n] = '\0';
	/* the facts stand one after the other, a NUL behind each */
	for (p = copy + 1, i = 0; i < FACTS; i++) {
		fact[i] = p;
		p += strlen(p);
		if (p < copy + n)
			p++;
	}
	d.action = data[0] % 5;
	d.utf8 = data[0] >> 3 & 1;
	d.eight_bit = data[0] >> 4 & 1;
	d.original = 1 + (data[0] >> 5 & 1);
	d.now = 1;
	d.arrival = data[0];
	d.until = d.now;
	d.boundary = "BOUNDARY_OF_THIS";
	d.me = fact[0];
	d.to = fact[1];
	d.envid = fact[2];
	d.message_id = fact[3];
	d.original_id = fact[4];
	r.address = fact[5];
	r.orcpt = fact[6];
	lastreply(fact[7], &r);
	r.expired = data[0] >> 6 & 1;
	if (dsn_open(&b, &d, &r, 1) == -1 ||
	    dsn_header(&b, fact[8], strlen(fact[8]), 1000) == -1 ||
	    dsn_close(&b, &d) == -1)
		abort();
	for (line = buf_data(&b); line < buf_tail(&b); line += len + 1) {
		p = memchr(line, '\n', buf_tail(&b) - line);
		if (p == NULL)
			abort();
		len = p - line;
		if (len > DSN_LINE_MAX || memchr(line, '\0', len) != NULL ||
		    memchr(line, '\r', len) != NULL)
			abort();
		bounds +=
		    len >= 18 && memcmp(line, "--BOUNDARY_OF_THIS", 18) == 0;
	}
	if (bounds != 4 && memmem(data, n, "--BOUND", 7) == NULL)
		abort();
	buf_free(&b);
	free(copy);
	return 0;
}
