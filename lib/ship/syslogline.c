#include "ship/syslogline.h"
#include "base/utf8.h"
#include "format/ltsv.h"
#include "ship/gelf.h"
#include "ship/shipjson.h"
#include "ship/shipline.h"
#include <string.h>
#include <time.h>

/* 32473 is for examples (RFC 5612): there is no number of our own, and a name
 * without one would be IANA's */
static const char sd_id[] = "rohrpost@32473";

/* a word of the header, printable ASCII, at most max bytes; "-" for none */
static int
put_word(struct buf *b, const char *p, size_t n, size_t max)
{
	size_t i;

	if (n > max)
		n = max;
	if (n == 0)
		return buf_puts(b, " -");
	if (buf_putc(b, ' ') == -1)
		return -1;
	for (i = 0; i < n; i++)
		if (buf_putc(b, p[i] > ' ' && p[i] < 0x7f ? p[i] : '?') == -1)
			return -1;
	return 0;
}

static int
put_label(struct buf *b, const char *line, size_t n, const char *label,
    size_t max)
{
	struct slice v;

	shipline_find(line, n, label, &v);
	return put_word(b, v.p, v.n, max);
}

static int
put_time(struct buf *b, int64_t us)
{
	time_t at = (time_t)(us / 1000000);
	char text[64];
	struct tm tm;

	if (gmtime_r(&at, &tm) == NULL ||
	    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm) == 0)
		return buf_puts(b, " -");
	return buf_printf(b, " %s.%06uZ", text, (unsigned)(us % 1000000));
}

/* text, in which no control character stands; `also` get a backslash */
static int
put_text(struct buf *b, const char *p, size_t n, const char *also)
{
	size_t len;

	while (n > 0) {
		len = utf8_len(p, n);
		if (len == 0 || !utf8_printable(p, len)) {
			len = 1;
			if (buf_putc(b, *p == '\t' ? '\t' : '?') == -1)
				return -1;
		} else if ((len == 1 && strchr(also, *p) != NULL &&
			       buf_putc(b, '\\') == -1) ||
		    buf_put(b, p, len) == -1) {
			return -1;
		}
		p += len;
		n -= len;
	}
	return 0;
}

static int
put_param(struct buf *b, const struct ltsv_field *f)
{
	size_t n = f->label_len;

	if (n > SYSLOGLINE_NAME_MAX)
		n = SYSLOGLINE_NAME_MAX;
	if (buf_putc(b, ' ') == -1 || buf_put(b, f->label, n) == -1 ||
	    buf_puts(b, "=\"") == -1 ||
	    put_text(b, f->value, f->value_len, "\"\\]") == -1)
		return -1;
	return buf_putc(b, '"');
}

/* of all labels, or of the eid alone */
static int
put_data(struct buf *b, const char *line, size_t n, int all)
{
	struct ltsv l;
	unsigned i;

	if (ltsv_parse(line, n, &l) == -1 || l.n == 0)
		return buf_puts(b, " -");
	if (buf_printf(b, " [%s", sd_id) == -1)
		return -1;
	for (i = 0; i < l.n; i++)
		if ((all ||
			(l.f[i].label_len == 3 &&
			    memcmp(l.f[i].label, "eid", 3) == 0)) &&
		    put_param(b, &l.f[i]) == -1)
			return -1;
	return buf_putc(b, ']');
}

static int
put_words(struct buf *b, const char *line, size_t n)
{
	struct buf words = { 0 };
	int r = gelf_words(&words, line, n);

	if (r == 0)
		r = put_text(b, buf_data(&words), buf_len(&words), "");
	buf_free(&words);
	return r;
}

static int
put_message(const struct syslogline *s, struct buf *b, const char *line,
    size_t n)
{
	if (buf_putc(b, ' ') == -1)
		return -1;
	switch (s->format) {
	case SYSLOGLINE_LTSV: return put_text(b, line, n, "");
	case SYSLOGLINE_JSON: return shipjson_event(b, line, n, 0);
	default: return put_words(b, line, n);
	}
}

int
syslogline_put(const struct syslogline *s, struct buf *b, const char *line,
    size_t n, int64_t now_us)
{
	int64_t us = shipline_us(line, n);
	size_t before = buf_len(b);

	if (buf_printf(b, "<%u>1",
		s->facility * 8 + (unsigned)gelf_level(line, n)) == 0 &&
	    put_time(b, us == -1 ? now_us : us) == 0 &&
	    put_word(b, s->host, strlen(s->host), SYSLOGLINE_HOST_MAX) == 0 &&
	    (s->app == NULL ? put_label(b, line, n, "prog", SYSLOGLINE_APP_MAX)
			    : put_word(b, s->app, strlen(s->app),
				  SYSLOGLINE_APP_MAX)) == 0 &&
	    put_label(b, line, n, "pid", SYSLOGLINE_PROCID_MAX) == 0 &&
	    put_label(b, line, n, "ev", SYSLOGLINE_MSGID_MAX) == 0 &&
	    put_data(b, line, n, s->format == SYSLOGLINE_SD) == 0 &&
	    put_message(s, b, line, n) == 0)
		return 0;
	b->end = b->off + before;
	return -1;
}
