#include "base/buf.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>

/* a random walk against a plain array */
static void
walk(unsigned seed)
{
	static char model[1 << 20];
	size_t off = 0, end = 0, limit, n, i;
	struct buf b = { 0 };
	char chunk[5000];
	int good = 1;

	srand(seed);
	while (end < sizeof model - sizeof chunk && good) {
		limit = rand() % 4 == 0 ? sizeof chunk : 50;
		n = rand() % limit;
		for (i = 0; i < n; i++)
			chunk[i] = rand();
		memcpy(model + end, chunk, n);
		end += n;
		good = buf_put(&b, chunk, n) == 0;
		limit = rand() % 8 == 0 ? end - off + 1 : 60;
		n = rand() % limit;
		if (n > end - off)
			n = end - off;
		buf_consume(&b, n);
		off += n;
		good = good && buf_len(&b) == end - off &&
		    memcmp(buf_data(&b), model + off, end - off) == 0;
	}
	ok(good, "random puts and consumes");
	buf_free(&b);
}

int
main(void)
{
	struct buf b = { 0 };
	size_t i;

	is_num(buf_len(&b), 0, "all zero is empty");
	buf_put(&b, NULL, 0);
	is_num(buf_len(&b), 0, "nothing put");
	buf_putnum(&b, 0);
	buf_putc(&b, ' ');
	buf_putnum(&b, UINT64_MAX);
	buf_puts(&b, " x");
	buf_printf(&b, "%s%d", "", 7);
	buf_printf(&b, "%s", "");
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "0 18446744073709551615 x7", "all ways to put");
	buf_consume(&b, 2);
	is_str(buf_data(&b), "18446744073709551615 x7", "consumed");
	buf_clear(&b);
	is_num(buf_len(&b), 0, "clear");
	errno = 0;
	is_num(buf_reserve(&b, SIZE_MAX), -1, "too much");
	is_num(errno, ENOMEM, "is ENOMEM");
	is_num(buf_reserve(&b, SIZE_MAX / 2), -1, "half of it, too");
	buf_puts(&b, "still");
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "still", "good after that");
	buf_free(&b);

	for (i = 0; i < BUF_KEEP; i++)
		buf_putc(&b, 'x');
	buf_consume(&b, BUF_KEEP);
	ok(b.p != NULL, "BUF_KEEP bytes are kept");
	for (i = 0; i < BUF_KEEP + 1; i++)
		buf_putc(&b, 'x');
	buf_consume(&b, BUF_KEEP + 1);
	ok(b.p == NULL, "more are given back");
	buf_free(&b);
	/* a full buffer that turns over slowly neither grows nor crawls */
	for (i = 0; i < 60000; i++)
		buf_putc(&b, 'x');
	for (i = 0; i < 3000000; i++) {
		buf_consume(&b, 1);
		buf_putc(&b, 'y');
	}
	ok(b.cap <= 262144, "turning over");
	buf_free(&b);
	for (i = 1; i <= 5; i++)
		walk(i);
	buf_puts(&b, "secret");
	buf_wipe(&b);
	ok(b.p == NULL && buf_len(&b) == 0, "wiped is empty");
	buf_wipe(&b);
	ok(b.p == NULL, "and may be wiped again");
	return done();
}
