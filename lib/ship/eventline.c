#include "ship/eventline.h"
#include "base/hash.h"
#include "conf/word.h"
#include "queue/logline.h"
#include "ship/eid.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

void
eventline_begin(struct eventline *l)
{
	size_t at;

	memset(l, 0, sizeof *l);
	filter_parse(&l->filter, "", 0, &at);
	relabel_begin(&l->labels);
}

void
eventline_time(int64_t us, char out[EVENTLINE_TIME_SIZE])
{
	time_t s = us / 1000000;
	struct tm tm;
	size_t n = 0;

	if (gmtime_r(&s, &tm) != NULL)
		n = strftime(out, EVENTLINE_TIME_SIZE, "%Y-%m-%dT%H:%M:%S",
		    &tm);
	if (n == 0)
		out[0] = '\0';
	else
		snprintf(out + n, EVENTLINE_TIME_SIZE - n, ".%06dZ",
		    (int)(us % 1000000));
}

/* behind the logger's time: does an event begin here? */
static int
begins(const char *p, size_t n)
{
	return n > 3 && memcmp(p, "ts:", 3) == 0 &&
	    memmem(p, n, "\tev:", 4) != NULL;
}

int
eventline_event(const char *line, size_t n)
{
	size_t skip;

	logline_time(line, n, &skip);
	return begins(line + skip, n - skip);
}

uint64_t
eventline_sum(const char *line, size_t n)
{
	size_t skip;

	logline_time(line, n, &skip);
	return hash_bytes(0, line + skip, n - skip);
}

/* "program: severity: text" in pieces; where it is not so, all is text */
static int
diagnostic_text(const char *p, size_t n, struct buf *out)
{
	static const char *const word[] = { "fatal", "warning", "info" };
	const char *colon = memmem(p, n, ": ", 2), *rest;
	size_t left, i, k;

	if (colon != NULL && colon > p &&
	    memchr(p, ' ', (size_t)(colon - p)) == NULL) {
		rest = colon + 2;
		left = (size_t)(p + n - rest);
		for (i = 0; i < sizeof word / sizeof *word; i++) {
			k = strlen(word[i]);
			if (left < k + 2 || memcmp(rest, word[i], k) != 0 ||
			    memcmp(rest + k, ": ", 2) != 0)
				continue;
			if (ltsv_show(out, "prog", p, (size_t)(colon - p)) ==
				-1 ||
			    ltsv_puts(out, "severity", word[i]) == -1)
				return -1;
			n = left - k - 2;
			p = rest + k + 2;
			break;
		}
	}
	if (n > EVENTLINE_KEPT_MAX)
		n = EVENTLINE_KEPT_MAX;
	return ltsv_show(out, "text", p, n);
}

/* the same as an event, whose time is the logger's */
static int
make_event(const char *line, size_t n, struct buf *out)
{
	char ts[EVENTLINE_TIME_SIZE] = "";
	size_t skip, stamp;
	int64_t us = logline_time(line, n, &skip);

	stamp = us == -1 ? 0 : strcspn(line, " ") + 1;
	if (us != -1)
		eventline_time(us, ts);
	if ((ts[0] != '\0' && ltsv_puts(out, "ts", ts) == -1) ||
	    ltsv_puts(out, "ev", "diagnostic") == -1)
		return -1;
	return diagnostic_text(line + stamp, n - stamp, out);
}

static int
has_own(const char *p, size_t n)
{
	return memmem(p, n, "\teid:", 5) != NULL ||
	    memmem(p, n, "\tsrc:", 5) != NULL ||
	    memmem(p, n, "\tv:", 3) != NULL;
}

/* raw: what the id is made of */
static enum eventline_is
put(const struct eventline *l, const char *src, struct slice raw, const char *p,
    size_t n, struct buf *out)
{
	size_t before = buf_len(out);
	char eid[EID_LEN + 1];
	struct ltsv e;
	int r;

	if (n >= EVENTLINE_MAX || ltsv_parse(p, n, &e) == -1)
		return EVENTLINE_BAD;
	if (!filter_holds(&l->filter, &e, src))
		return EVENTLINE_FILTERED;
	eid_make(raw.p, raw.n, eid);
	r = buf_put(out, "eid:", 4);
	if (r == 0)
		r = buf_put(out, eid, EID_LEN);
	if (r == 0)
		r = ltsv_puts(out, "src", src);
	if (r == 0)
		r = ltsv_putnum(out, "v", EVENTLINE_VERSION);
	if (r == 0 && !l->relabeled && !has_own(p, n))
		r = buf_putc(out, '\t') == -1 ? -1 : buf_put(out, p, n);
	else if (r == 0)
		r = relabel_put(&l->labels, &e, out);
	if (r == 0)
		r = buf_putc(out, '\n');
	if (r == 0 && buf_len(out) - before <= EVENTLINE_MAX)
		return EVENTLINE_PUT;
	out->end = out->off + before;
	return r == 0 ? EVENTLINE_BAD : EVENTLINE_NOMEM;
}

enum eventline_is
eventline_put(const struct eventline *l, const char *src, const char *line,
    size_t n, struct buf *out)
{
	struct buf made = { 0 };
	enum eventline_is is;
	size_t skip;

	/* what an LF ends is one line, and not one and an empty one */
	n -= n > 0 && line[n - 1] == '\n';
	logline_time(line, n, &skip);
	if (begins(line + skip, n - skip))
		return put(l, src, (struct slice){ line + skip, n - skip },
		    line + skip, n - skip, out);
	if (!l->all)
		return EVENTLINE_OTHER;
	if (make_event(line, n, &made) == 0)
		is = put(l, src, (struct slice){ line, n }, buf_data(&made),
		    buf_len(&made), out);
	else
		is = EVENTLINE_NOMEM;
	buf_free(&made);
	return is;
}

int
eventline_dead(const char *src, const char *line, size_t n, const char *ts,
    const char *why, struct buf *out)
{
	char eid[EID_LEN + 1];

	eid_make(line, n, eid);
	if (n > EVENTLINE_KEPT_MAX)
		n = EVENTLINE_KEPT_MAX;
	if (buf_printf(out, "dead-at:%s", ts) == -1 ||
	    ltsv_shows(out, "dead-text", why) == -1 ||
	    ltsv_puts(out, "eid", eid) == -1 ||
	    ltsv_puts(out, "src", src) == -1 ||
	    ltsv_putnum(out, "v", EVENTLINE_VERSION) == -1 ||
	    ltsv_puts(out, "ev", "damaged") == -1 ||
	    ltsv_show(out, "text", line, n) == -1)
		return -1;
	return buf_putc(out, '\n');
}
