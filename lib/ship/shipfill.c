#include "ship/shipfill.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "ship/deadfile.h"
#include <string.h>

void
shipfill_init(struct shipfill *f)
{
	memset(f, 0, sizeof *f);
	eventline_begin(&f->how);
	f->letters_fd = -1;
	f->to_us = INT64_MAX;
}

/* what the line is; an event is in the batch's text */
static enum eventline_is
put_line(struct shipfill *f, const struct logsource *src)
{
	enum eventline_is is;

	if (f->replay &&
	    (src->line_us < f->from_us || src->line_us >= f->to_us))
		return EVENTLINE_OTHER;
	is = eventline_put(&f->how, src->c.src, src->line, src->line_len,
	    &f->next.text);
	if (is == EVENTLINE_NOMEM)
		needs(-1);
	return is;
}

/* 1: the line is behind us, 0: it waits */
static int
take_line(struct shipfill *f, struct logsource *src, struct shipdead *dead,
    int64_t now_ms)
{
	size_t before = buf_len(&f->next.text);
	enum eventline_is is = put_line(f, src);

	if (is == EVENTLINE_BAD && !f->replay &&
	    shipdead_line(dead, src->c.src, src->line, src->line_len) == -1)
		return 0;
	if (is == EVENTLINE_PUT &&
	    !shipgather_added(&f->next, &f->most, before, src->line_us, now_ms))
		return 0;
	src->c.n.events += is != EVENTLINE_OTHER;
	src->c.n.filtered += is == EVENTLINE_FILTERED;
	src->c.n.dead += is == EVENTLINE_BAD;
	src->c.n.other += is == EVENTLINE_OTHER;
	logsource_taken(src);
	f->moved = 1;
	return 1;
}

void
shipfill_logs(struct shipfill *f, struct logsources *l, struct shipdead *dead)
{
	int64_t now_ms = clock_mono_ms(), now_us = clock_wall_us();
	struct logsource *src;
	unsigned left = SHIPFILL_LINES;

	if (f->replay)
		now_us = INT64_MAX;
	f->hold_ms = -1;
	while (!f->next.full && left-- > 0) {
		src = logsources_next(l, now_ms, now_us, &f->hold_ms);
		if (src == NULL) {
			f->ended = f->hold_ms == -1;
			return;
		}
		f->ended = 0;
		if (!take_line(f, src, dead, now_ms)) {
			if (!f->next.full) /* a letter that cannot be kept */
				f->hold_ms = LOGSOURCES_TICK_MS;
			return;
		}
	}
	if (!f->next.full)
		f->hold_ms = 0;
}

/* a whole line of letters, without its LF, is in memory: 1, 0: there is none
 * more */
static int
read_letter(struct shipfill *f, const char *dir, size_t *n)
{
	const char *lf = NULL;
	ssize_t got;

	while (buf_len(&f->letter) == 0 ||
	    (lf = memchr(buf_data(&f->letter), '\n', buf_len(&f->letter))) ==
		NULL) {
		got = fd_read_more(f->letters_fd, &f->letter, LOGSOURCE_READ);
		if (got == -1 || buf_len(&f->letter) > DEADFILE_LINE_MAX)
			die(EXIT_TEMP, "unable to read %s/dead.sending: %m",
			    dir);
		if (got == 0)
			return 0;
	}
	*n = (size_t)(lf - buf_data(&f->letter));
	return 1;
}

/* into the batch, or it stays for the next one */
static void
take_letter(struct shipfill *f, const char *dir, size_t len)
{
	size_t before = buf_len(&f->next.text), n = len;
	const char *p = deadfile_event(buf_data(&f->letter), &n);

	if (p == NULL) {
		warn("%s/dead.sending: a line is no event, and left out", dir);
	} else {
		needs(buf_put(&f->next.text, p, n));
		needs(buf_putc(&f->next.text, '\n'));
		if (!shipgather_added(&f->next, &f->most, before,
			clock_wall_us(), clock_mono_ms()))
			return;
	}
	buf_consume(&f->letter, len + 1);
}

void
shipfill_letters(struct shipfill *f, const char *dir)
{
	size_t n;

	while (!f->next.full && !f->ended)
		if (read_letter(f, dir, &n))
			take_letter(f, dir, n);
		else
			f->ended = 1;
}

void
shipfill_free(struct shipfill *f)
{
	buf_free(&f->next.text);
	buf_free(&f->letter);
}
