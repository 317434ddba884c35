/* dmarcevent and what is made of it: any line of a log is a verdict or none,
 * and the record of one is XML that closes what it opens */
#include "dmarc/dmarcbook.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

/* every element is closed, no byte is one that XML has no way to hold */
static void
check(const char *p, size_t n)
{
	char open[20][40];
	size_t depth = 0, k;
	const char *end = p + n, *e;

	while (p < end) {
		if ((unsigned char)*p < ' ' && *p != '\n' && *p != '\t')
			abort();
		if (*p++ != '<')
			continue;
		e = memchr(p, '>', end - p);
		if (e == NULL || e - p > 39 || memchr(p, '<', e - p) != NULL)
			abort();
		k = e - p;
		if (*p == '/') {
			if (depth == 0 || strlen(open[--depth]) != k - 1 ||
			    memcmp(open[depth], p + 1, k - 1) != 0)
				abort();
		} else {
			if (depth == 20)
				abort();
			memcpy(open[depth], p, k);
			open[depth++][k] = '\0';
		}
		p = e + 1;
	}
	if (depth != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	static const char usual[] =
	    "ts:2026-11-22T01:02:03Z\tev:verdict\t"
	    "client:192.0.2.1\theader-from:example.com\tdmarc:fail\t"
	    "dmarc-domain:example.com\tpolicy:none\tp:none\tdisposition:none\t";
	static struct dmarcevent e;
	struct buf line = { 0 }, out = { 0 };
	int r;

	if (n > 0 && (data[0] & 1) && buf_puts(&line, usual) == -1)
		abort();
	if (buf_reserve(&line, 1) == -1 ||
	    (n > 0 && buf_put(&line, data + 1, n - 1) == -1))
		abort();
	r = dmarcevent_read(&e, buf_data(&line), buf_len(&line));
	if (r == 1) {
		if (e.n_dkim > DMARCEVENT_DKIM_MAX || e.disposition == NULL ||
		    e.domain[0] == '\0' || e.header_from[0] == '\0')
			abort();
		if (dmarcxml_record_head(&out, &e) == -1 ||
		    dmarcxml_record_tail(&out, &e) == -1)
			abort();
		check(buf_data(&out), buf_len(&out));
	}
	buf_free(&line);
	buf_free(&out);
	return 0;
}
