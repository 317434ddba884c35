#include "ship/batch.h"
#include "tap.h"
#include <stdlib.h>

static struct ship_event ev[SHIP_EVENTS_MAX];

/* how many lines, and the last of them */
static void
split(const char *p, size_t max, long want, const char *last)
{
	long n = shipbatch_split(p, strlen(p), ev, max);

	is_num(n, want, p);
	if (n > 0)
		ok(ev[n - 1].len == strlen(last) &&
			memcmp(ev[n - 1].line, last, ev[n - 1].len) == 0,
		    "its last line");
}

static void
batches(void)
{
	struct buf b = { 0 };
	size_t i;

	split("a:1\n", 10, 1, "a:1");
	split("a:1\nb:2\tc:3\n", 10, 2, "b:2\tc:3");
	split("a:1\nb:2\n", 2, 2, "b:2");
	split("a:1\nb:2\n", 1, -1, "");
	split("", 10, -1, "");
	split("a:1", 10, -1, "");
	split("a:1\nb:2", 10, -1, "");
	split("\n", 10, -1, "");
	split("a:1\n\nb:2\n", 10, -1, "");
	for (i = 0; i < SHIP_EVENTS_MAX; i++)
		buf_puts(&b, "a:1\n");
	is_num(shipbatch_split(buf_data(&b), buf_len(&b), ev, SHIP_EVENTS_MAX),
	    SHIP_EVENTS_MAX, "as many as a batch may have");
	buf_puts(&b, "a:1\n");
	is_num(shipbatch_split(buf_data(&b), buf_len(&b), ev, SHIP_EVENTS_MAX),
	    -1, "one more");
	buf_free(&b);
}

/* a receipt as "KIND SECONDS TEXT|KIND i TEXT..." or "-1" */
static const char *
shown(const char *p, size_t n, size_t n_events)
{
	static char out[2000];
	struct shipreceipt r;
	struct shipreceipt_one one;
	size_t at;

	if (shipreceipt_read(&r, p, n, n_events) == -1)
		return "-1";
	at = (size_t)snprintf(out, sizeof out, "%c %ld %.*s", r.kind, r.seconds,
	    (int)r.text_len, r.text);
	while (shipreceipt_next(&r, &one))
		at +=
		    (size_t)snprintf(out + at, sizeof out - at, "|%c %zu %.*s",
			one.kind, one.i, (int)one.text_len, one.text);
	return out;
}

static void
receipts(void)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "K\n", "K -1 " },
		{ "K 3 taken\n", "K -1 3 taken" },
		{ "Z\n", "Z -1 " },
		{ "Z no answer\n", "Z -1 no answer" },
		{ "Z5 later\n", "Z 5 later" },
		{ "Z86400\n", "Z 86400 " },
		{ "Z86401\n", "-1" },
		{ "S too large\n", "S -1 too large" },
		{ "D no such index\n", "D -1 no such index" },
		{ "K\nD0 bad\nZ9 later\n", "K -1 |D 0 bad|Z 9 later" },
		{ "K\nD0\n", "K -1 |D 0 " },
		{ "K\nD10 bad\n", "-1" },
		{ "K\nD bad\n", "-1" },
		{ "K\nK0\n", "-1" },
		{ "K\nS0\n", "-1" },
		{ "Z\nD0 bad\n", "-1" },
		{ "D\nD0 bad\n", "-1" },
		{ "D5 bad\n", "-1" },
		{ "K5 bad\n", "-1" },
		{ "", "-1" },
		{ "\n", "-1" },
		{ "K", "-1" },
		{ "K\n\n", "-1" },
		{ "K\nD0", "-1" },
		{ "X\n", "-1" },
		{ " K\n", "-1" },
		{ "k\n", "-1" },
		{ "Z-1\n", "-1" },
		{ "Z5s later\n", "-1" },
		{ "Zlater\n", "-1" },
		{ "K \t\n", "-1" },
		{ "K \x80\n", "-1" },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_str(shown(t[i].in, strlen(t[i].in), 10), t[i].want, t[i].in);
	is_str(shown("K\0\n", 3, 10), "-1", "a NUL");
}

static void
long_texts(void)
{
	char text[SHIP_TEXT_MAX + 3] = "";
	struct shipreceipt r;
	struct buf b = { 0 };

	memset(text, 'x', SHIP_TEXT_MAX + 1);
	shipreceipt_put(&b, 'D', -1, text);
	is_num((long long)buf_len(&b), SHIP_TEXT_MAX + 3, "a text is cut");
	is_num(shipreceipt_read(&r, buf_data(&b), buf_len(&b), 1), 0,
	    "as long as it may be");
	is_num((long long)r.text_len, SHIP_TEXT_MAX, "its length");
	buf_clear(&b);
	buf_printf(&b, "D %s\n", text);
	is_num(shipreceipt_read(&r, buf_data(&b), buf_len(&b), 1), -1,
	    "one byte more");
	buf_free(&b);
}

static void
written(void)
{
	char text[SHIP_TEXT_MAX + 1] = "";
	struct shipreceipt_one one;
	struct shipreceipt r;
	struct buf b = { 0 };
	size_t i, n = 0;

	shipreceipt_put(&b, 'K', -1, NULL);
	shipreceipt_event(&b, 'D', 3, "no\tsuch\n\xff");
	shipreceipt_event(&b, 'Z', 4, "");
	is_str(shown(buf_data(&b), buf_len(&b), 5), "K -1 |D 3 no?such??|Z 4 ",
	    "what is not printable is not written");
	buf_clear(&b);
	shipreceipt_put(&b, 'Z', SHIP_SECONDS_MAX + 1, "busy");
	is_str(shown(buf_data(&b), buf_len(&b), 5), "Z 86400 busy",
	    "the longest wait");
	buf_clear(&b);
	shipreceipt_put(&b, 'S', 7, "large");
	is_str(shown(buf_data(&b), buf_len(&b), 5), "S -1 large",
	    "seconds are only a Z's");
	buf_clear(&b);
	memset(text, 'x', SHIP_TEXT_MAX);
	shipreceipt_put(&b, 'K', -1, "");
	for (i = 0; i < SHIP_EVENTS_MAX; i++)
		shipreceipt_event(&b, 'D', i, text);
	ok(buf_len(&b) <= SHIP_RECEIPT_BYTES_MAX,
	    "texts end before a receipt is too long");
	is_num(shipreceipt_read(&r, buf_data(&b), buf_len(&b), SHIP_EVENTS_MAX),
	    0, "it is read");
	while (shipreceipt_next(&r, &one))
		n += one.i == n;
	is_num((long long)n, SHIP_EVENTS_MAX, "and names all");
	buf_free(&b);
}

int
main(void)
{
	batches();
	receipts();
	long_texts();
	written();
	return done();
}
