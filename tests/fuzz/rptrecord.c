/* rptrecord: TXT records, the strings of an answer with their lengths in
 * front; of one that is good each address can be written into a header field
 * or a line */
#include "mail/address.h"
#include "tlsrpt/rptrecord.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

enum { RECORDS = 8 };

static void
check(const struct rptrecord *r)
{
	const char *p;
	size_t i;

	if (r->n_rua > RPT_RUA_MAX)
		abort();
	for (i = 0; i < r->n_rua; i++) {
		p = r->rua[i].text;
		if (r->rua[i].https ? strncasecmp(p, "https://", 8) != 0
				    : !address_valid(p, strlen(p)))
			abort();
		for (; *p != '\0'; p++)
			if (*p < 0x20 || *p > 0x7e)
				abort();
	}
}

/* a record: two bytes say how long it is */
int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	static struct rptrecord r;
	const unsigned char *record[RECORDS];
	int len[RECORDS];
	struct dnsa a = { DNSA_OK, 0, record, len, NULL };
	struct dnsq q;
	size_t k;

	while (n >= 2 && a.n < RECORDS) {
		k = (size_t)(data[0] << 8 | data[1]);
		data += 2;
		n -= 2;
		if (k > n)
			k = n;
		record[a.n] = data;
		len[a.n++] = (int)k;
		data += k;
		n -= k;
	}
	rptrecord_init(&r, "example.com");
	if (!rptrecord_want(&r, &q))
		abort();
	if (a.n == 0)
		a.status = DNSA_NONE;
	rptrecord_answer(&r, &a);
	if (r.state == RPTRECORD_MALFORMED && r.why == NULL)
		abort();
	if (r.state == RPTRECORD_FOUND)
		check(&r);
	return 0;
}
