/*
 * What parses is written back as the same line, and values survive
 * unescaping and escaping; any bytes as a value come back.
 */
#include "base/plain.h"
#include "format/ltsv.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		abort();
}

static void
as_line(const char *p, size_t n)
{
	static char value[LTSV_LINE_MAX];
	struct ltsv l;
	struct buf whole = { 0 }, one = { 0 };
	unsigned i;
	long len;

	if (ltsv_parse(p, n, &l) == -1)
		return;
	if (n > 0 && p[n - 1] == '\n')
		n--;
	for (i = 0; i < l.n; i++) {
		len = ltsv_value(&l.f[i], value, sizeof value);
		must(len >= 0 && len <= (long)l.f[i].value_len);
		must(len == 0 || ltsv_value(&l.f[i], value, len) == -1);
		len = ltsv_value(&l.f[i], value, len + 1);
		ltsv_copy(&whole, &l.f[i]);
		/* \xHH is not how it is written, but for what is shown */
		if (memmem(l.f[i].value, l.f[i].value_len, "\\x", 2) != NULL)
			continue;
		buf_clear(&one);
		ltsv_escape(&one, value, len);
		must(buf_len(&one) == l.f[i].value_len &&
		    (len == 0 ||
			memcmp(buf_data(&one), l.f[i].value, buf_len(&one)) ==
			    0));
	}
	must(buf_len(&whole) == n &&
	    (n == 0 || memcmp(buf_data(&whole), p, n) == 0));
	buf_free(&whole);
	buf_free(&one);
}

static void
as_value(const char *p, size_t n)
{
	struct buf b = { 0 };
	char *back = malloc(n + 1);
	struct ltsv l;

	ltsv_puts(&b, "a", "1");
	ltsv_put(&b, "v", p, n);
	ltsv_putnum(&b, "z", 2);
	ltsv_end(&b);
	if (n % 2 == 0) {
		buf_clear(&b);
		ltsv_puts(&b, "a", "1");
		ltsv_show(&b, "v", p, n);
		ltsv_putnum(&b, "z", 2);
		must(plain_span(buf_data(&b), buf_len(&b), "\t") ==
		    buf_len(&b));
		ltsv_end(&b);
	}
	if (buf_len(&b) <= LTSV_LINE_MAX) {
		must(ltsv_parse(buf_data(&b), buf_len(&b), &l) == 0);
		must(l.n == 3 && ltsv_get(&l, "v", back, n + 1) == (long)n);
		must(memcmp(back, p, n) == 0);
	}
	buf_free(&b);
	free(back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	as_line((const char *)p, n);
	as_value((const char *)p, n);
	return 0;
}
