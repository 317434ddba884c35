#include "ship/gelf.h"
#include "base/utf8.h"
#include "ship/shipjson.h"
#include "ship/shipline.h"
#include <stdio.h>
#include <string.h>

enum { WARNING = 4, NOTICE = 5, INFORMATION = 6 };

int
gelf_level(const char *line, size_t n)
{
	static const char *const bad[] = { "deferred", "bounced", "expired",
		"oob-bounce", "complaint", "unreported" };
	struct slice ev;
	size_t i;

	shipline_find(line, n, "ev", &ev);
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (strlen(bad[i]) == ev.n && memcmp(bad[i], ev.p, ev.n) == 0)
			return WARNING;
	return ev.n == 8 && memcmp(ev.p, "rejected", 8) == 0 ? NOTICE
							     : INFORMATION;
}

/* not in the middle of a character, if it is one */
static size_t
cut(const char *p, size_t n)
{
	size_t i = GELF_MESSAGE_MAX;

	if (n <= GELF_MESSAGE_MAX)
		return n;
	while (i > GELF_MESSAGE_MAX - 3 && ((unsigned char)p[i] & 0xc0) == 0x80)
		i--;
	return utf8_len(p + i, n - i) > 0 ? i : GELF_MESSAGE_MAX;
}

int
gelf_words(struct buf *words, const char *line, size_t n)
{
	struct slice ev, to, text;
	int bad = 0;

	if (!shipline_find(line, n, "ev", &ev) || ev.n == 0) {
		ev.p = n > 0 ? line : "-";
		ev.n = n > 0 ? n : 1;
	}
	bad |= buf_put(words, ev.p, ev.n);
	if (shipline_find(line, n, "to", &to) && to.n > 0)
		bad = bad || buf_putc(words, ' ') == -1 ||
		    buf_put(words, to.p, to.n) == -1;
	if (shipline_find(line, n, "text", &text) && text.n > 0)
		bad = bad || buf_puts(words, ": ") == -1 ||
		    buf_put(words, text.p, text.n) == -1;
	return bad ? -1 : 0;
}

static int
put_words(struct buf *b, const char *line, size_t n)
{
	struct buf words = { 0 };
	int r = gelf_words(&words, line, n);

	if (r == 0)
		r = jsontext_string(b, buf_data(&words),
		    cut(buf_data(&words), buf_len(&words)));
	buf_free(&words);
	return r;
}

static int
put_head(struct buf *b, const char *line, size_t n, const char *host,
    int64_t now_us)
{
	int64_t us = shipline_us(line, n);

	if (us == -1)
		us = now_us;
	return buf_puts(b, "{\"version\":\"1.1\",\"host\":") == -1 ||
		jsontext_string(b, host, strlen(host)) == -1 ||
		buf_puts(b, ",\"short_message\":") == -1 ||
		put_words(b, line, n) == -1 ||
		buf_printf(b, ",\"timestamp\":%lld.%06u,\"level\":%d",
		    (long long)(us / 1000000), (unsigned)(us % 1000000),
		    gelf_level(line, n)) == -1
	    ? -1
	    : 0;
}

int
gelf_put(struct buf *b, const char *line, size_t n, const char *host,
    int64_t now_us)
{
	size_t before = buf_len(b), fields;

	if (put_head(b, line, n, host, now_us) == 0) {
		fields = buf_len(b);
		if (shipjson_event(b, line, n, SHIPJSON_FLAT) == 0) {
			/* of one object */
			if (buf_len(b) - fields > 2)
				buf_data(b)[fields] = ',';
			else
				buf_data(b)[fields] = ' ';
			return 0;
		}
	}
	b->end = b->off + before;
	return -1;
}
