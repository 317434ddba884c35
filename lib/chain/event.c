#include "chain/event.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/loop.h"
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct buf pending; /* whole lines */
static struct buf line;    /* the one being made */
static struct loop_hook hook;
static int gathering;
static pid_t gatherer;

static void
on_hook(void *arg)
{
	(void)arg;
	event_flush();
}

/* in a forked child they are not its own to write */
static void
on_die(void)
{
	if (getpid() == gatherer)
		event_flush();
}

void
event_gather(void)
{
	if (gathering)
		return;
	gathering = 1;
	gatherer = getpid();
	die_before = on_die;
	loop_hook_start(&hook, on_hook, NULL);
}

/* the time stamp, its seconds made once a second */
static void
put_time(int64_t us)
{
	static time_t last = -1;
	static char text[32];
	time_t s = us / 1000000;
	unsigned frac = us % 1000000;
	struct tm tm;
	int i;

	if (s != last) {
		gmtime_r(&s, &tm);
		strftime(text, sizeof text, "ts:%Y-%m-%dT%H:%M:%S.000000Z",
		    &tm);
		last = s;
	}
	for (i = 28; i > 22; i--) {
		text[i] = '0' + frac % 10;
		frac /= 10;
	}
	buf_puts(&line, text);
}

void
event_begin(const char *kind)
{
	event_begin_at(kind, clock_wall_us());
}

void
event_begin_at(const char *kind, int64_t us)
{
	buf_clear(&line);
	put_time(us);
	event_puts("ev", kind);
	event_puts("prog", prog_name);
}

/* what does not fit into so much of the line is left out; r: what adding it
 * returned */
static void
fit(size_t before, int r, size_t max)
{
	if (r == -1)
		die(EXIT_TEMP, "out of memory");
	if (buf_len(&line) >= max)
		line.end = line.off + before;
}

enum { TEXTS = EVENT_LINE_MAX - EVENT_NUMBERS };

void
event_put(const char *label, const char *value, size_t n)
{
	size_t before = buf_len(&line);

	if (n > EVENT_TEXT_MAX)
		n = EVENT_TEXT_MAX;
	fit(before, ltsv_show(&line, label, value, n), TEXTS);
}

void
event_puts(const char *label, const char *value)
{
	event_put(label, value, strlen(value));
}

void
event_num(const char *label, uint64_t u)
{
	size_t before = buf_len(&line);

	fit(before, ltsv_putnum(&line, label, u), EVENT_LINE_MAX);
}

void
event_copy(const struct ltsv_field *f)
{
	size_t before = buf_len(&line);
	struct ltsv_field cut;

	if (f == NULL)
		return;
	cut = *f;
	if (cut.value_len > EVENT_TEXT_MAX)
		cut.value_len =
		    ltsv_cut(cut.value, cut.value_len, EVENT_TEXT_MAX);
	fit(before, ltsv_show_field(&line, &cut), TEXTS);
}

int
event_end_into(struct buf *out)
{
	return ltsv_end(&line) == -1
	    ? -1
	    : buf_put(out, buf_data(&line), buf_len(&line));
}

void
event_lines(const char *p, size_t n)
{
	if (buf_put(&pending, p, n) == -1)
		die(EXIT_TEMP, "out of memory");
	if (!gathering || buf_len(&pending) > 16 * EVENT_LINE_MAX)
		event_flush();
}

void
event_end(void)
{
	if (ltsv_end(&line) == -1)
		die(EXIT_TEMP, "out of memory");
	event_lines(buf_data(&line), buf_len(&line));
}

/* descriptor 2 may have been made non-blocking by who shares it: what it has
 * taken of a piece is not written again */
static void
write_log(const char *p, size_t n)
{
	struct pollfd pf = { .fd = 2, .events = POLLOUT };
	ssize_t w;

	while (n > 0) {
		w = write(2, p, n);
		if (w > 0) {
			p += w;
			n -= w;
		} else if (w == -1 && errno == EAGAIN) {
			poll(&pf, 1, -1);
		} else if (w == 0 || errno != EINTR) {
			return; /* no log to say so in */
		}
	}
}

void
event_flush(void)
{
	size_t n, left;
	char *p, *e;

	while ((left = buf_len(&pending)) > 0) {
		p = buf_data(&pending);
		n = left;
		if (n > PIPE_BUF) {
			e = memrchr(p, '\n', PIPE_BUF);
			n = e == NULL ? left : (size_t)(e - p) + 1;
		}
		write_log(p, n);
		buf_consume(&pending, n);
	}
}
