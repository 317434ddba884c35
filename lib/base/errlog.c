#include "base/errlog.h"
#include "base/die.h"
#include "base/plain.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void
errlog_begin(struct errlog *e, const char *name, long pid)
{
	char number[24] = "";

	if (pid != 0)
		snprintf(number, sizeof number, "[%ld]", pid);
	snprintf(e->name, sizeof e->name, "%.*s%s",
	    (int)(sizeof e->name - sizeof number), name, number);
	e->len = e->taken = e->kept_len = 0;
	e->full = 0;
}

/* the line, and whether it goes on */
static void
say(struct errlog *e, const char *more)
{
	e->line[e->len] = '\0';
	if (e->len > 0)
		info("%s: %s%s", e->name, e->line, more);
	e->len = 0;
}

static void
put(struct errlog *e, char c)
{
	if (c == '\n') {
		say(e, "");
		return;
	}
	if (e->len + PLAIN_BYTE > ERRLOG_LINE_MAX)
		say(e, "...");
	if (c >= ' ' && c < 0x7f) {
		e->line[e->len++] = c;
		return;
	}
	plain_byte(e->line + e->len, c);
	e->len += PLAIN_BYTE;
}

static void
keep(struct errlog *e, const char *p, size_t n)
{
	size_t room = sizeof e->kept - e->kept_len;

	if (n > room)
		n = room;
	memcpy(e->kept + e->kept_len, p, n);
	e->kept_len += n;
}

void
errlog_feed(struct errlog *e, const char *p, size_t n)
{
	size_t i;

	keep(e, p, n);
	for (i = 0; i < n && !e->full; i++) {
		if (e->taken++ < ERRLOG_BYTES_MAX) {
			put(e, p[i]);
			continue;
		}
		e->full = 1;
		say(e, "...");
		warn("%s: said more than %d bytes, the rest is left out",
		    e->name, ERRLOG_BYTES_MAX);
	}
}

int
errlog_read(struct errlog *e, int fd)
{
	char piece[4096];
	ssize_t n = read(fd, piece, sizeof piece);

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0)
		return -1;
	errlog_feed(e, piece, (size_t)n);
	return 1;
}

void
errlog_end(struct errlog *e)
{
	say(e, "");
}
