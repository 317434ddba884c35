#include "ship/shipping.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/newfile.h"
#include "base/random.h"
#include "chain/event.h"
#include "ship/cursorfile.h"
#include "ship/deadfile.h"
#include "ship/filebook.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void pump(void *);
static void send_part(void *);

void
shipping_init(struct shipping *s)
{
	memset(s, 0, sizeof *s);
	eventline_begin(&s->how);
	linkproc_init(&s->link);
	s->letters_fd = -1;
	s->to_us = INT64_MAX;
}

/* the places of all logs into a copy */
static void
copy_places(struct shipping *s, struct cursor **to, unsigned *n)
{
	unsigned i;

	*to = need(realloc(*to, (s->logs.n + 1) * sizeof **to));
	for (i = 0; i < s->logs.n; i++)
		(*to)[i] = s->logs.s[i]->c;
	*n = s->logs.n;
}

/* keeping the place */

static int
write_cursor(struct shipping *s)
{
	struct buf b = { 0 };
	struct cursor c;
	unsigned i;
	int r;

	for (i = 0; i < s->n_taken; i++) {
		c = s->taken[i];
		c.n.taken = c.n.events - c.n.filtered - c.n.dead;
		needs(cursor_put(&b, &c));
	}
	needs(cursor_end(&b));
	r = newfile_put(s->dir, "cursor", &b);
	buf_free(&b);
	return r;
}

/* a disk that is full stops nothing: what was taken would come twice after a
 * new start, and nothing is lost */
static void
save(void *arg)
{
	struct shipping *s = arg;

	loop_timer_stop(&s->save);
	if (!s->unsaved || s->replay || s->letters)
		return;
	s->saved_ms = clock_mono_ms();
	if (write_cursor(s) == 0) {
		if (s->save_failed)
			info("%s/cursor: written again", s->dir);
		s->save_failed = s->unsaved = 0;
		return;
	}
	if (!s->save_failed)
		warn("unable to write %s/cursor: %m; shipping goes on, and "
		     "events may come twice after a new start",
		    s->dir);
	s->save_failed = 1;
	loop_timer_set(&s->save, LOGSOURCES_TICK_MS, save, s);
}

static void
save_soon(struct shipping *s)
{
	int64_t left = s->saved_ms + SHIPPING_CURSOR_MS - clock_mono_ms();

	s->unsaved = 1;
	if (left <= 0 && !s->save_failed)
		save(s);
	else if (!loop_timer_active(&s->save))
		loop_timer_set(&s->save, left, save, s);
}

/* letters that are dead */

static void
now_text(char out[40])
{
	int64_t us = clock_wall_us();
	time_t t = us / 1000000;
	struct tm tm;
	size_t n = 0;

	if (gmtime_r(&t, &tm) != NULL)
		n = strftime(out, 40, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out + n, 40 - n, ".%06dZ", (int)(us % 1000000));
}

static int
keep_dead(struct shipping *s)
{
	int r = deadfile_put(s->dir, buf_data(&s->dead), buf_len(&s->dead));

	if (r == -1 && !s->dead_failed)
		warn("unable to write %s/dead: %m; what is refused waits",
		    s->dir);
	s->dead_failed = r == -1;
	return r;
}

/* a line of a log that begins like an event, and is none */
static int
bad_line(struct shipping *s, const struct logsource *src)
{
	char ts[40];

	now_text(ts);
	buf_clear(&s->dead);
	needs(eventline_dead(src->c.src, src->line, src->line_len, ts,
	    src->line_len > EVENTLINE_MAX ? "too long" : "damaged", &s->dead));
	return keep_dead(s);
}

/* where an event of the batch stands */
static const char *
event_at(const struct shipping_batch *b, unsigned i, size_t *n)
{
	const char *p = buf_data(&b->text), *end = p + buf_len(&b->text), *lf;

	for (;; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		if (i-- == 0) {
			*n = (size_t)(lf - p) + 1;
			return p;
		}
	}
}

/* it belongs to the log that its label src names, and counts when the place is
 * behind its batch: with the events before that it would be one too many */
static void
count_refused(struct shipping *s, const char *p, size_t n)
{
	static const char label[] = "\tsrc:";
	const char *src = memmem(p, n, label, sizeof label - 1), *end;
	struct logsource *log;
	unsigned i;

	if (src == NULL)
		return;
	src += sizeof label - 1;
	end = memchr(src, '\t', (size_t)(p + n - src));
	log = end == NULL ? NULL
			  : logsources_find(&s->logs, src, (size_t)(end - src));
	for (i = 0; log != NULL && i < s->n_flying; i++)
		if (s->logs.s[i] == log) {
			log->c.n.dead++;
			s->flying[i].n.dead++;
		}
}

static int
on_dead(void *arg, unsigned event, const char *text, size_t text_len)
{
	struct shipping *s = arg;
	const char *p;
	char ts[40];
	size_t n;

	p = event_at(&s->flight, event, &n);
	now_text(ts);
	buf_clear(&s->dead);
	needs(buf_printf(&s->dead, "dead-at:%s", ts));
	needs(ltsv_put(&s->dead, "dead-text", text, text_len));
	needs(buf_putc(&s->dead, '\t'));
	needs(buf_put(&s->dead, p, n));
	if (keep_dead(s) == -1)
		return -1;
	if (!s->letters)
		count_refused(s, p, n);
	warn("an event is refused for good: %.36s: %.*s", p, (int)text_len,
	    text);
	return 0;
}

/* making a batch */

static void
begin_batch(struct shipping *s, int64_t us)
{
	s->next.since_ms = clock_mono_ms();
	s->next.first_us = us;
}

/* has the batch what it may have?  before: its bytes without the last line.
 * 1: that line is in it, 0: it is for the next one */
static int
has_room(struct shipping *s, size_t before)
{
	struct shipping_batch *b = &s->next;

	if (buf_len(&b->text) > s->batch_bytes && b->n > 0) {
		b->text.end = b->text.off + before;
		b->full = 1;
		return 0;
	}
	if (++b->n == s->batch || buf_len(&b->text) >= s->batch_bytes)
		b->full = 1;
	return 1;
}

/* 1: the line is behind us, 0: it waits */
static int
take_line(struct shipping *s, struct logsource *src)
{
	size_t before = buf_len(&s->next.text);
	enum eventline_is is = EVENTLINE_OTHER;

	if (!s->replay ||
	    (src->line_us >= s->from_us && src->line_us < s->to_us))
		is = eventline_put(&s->how, src->c.src, src->line,
		    src->line_len, &s->next.text);
	if (is == EVENTLINE_NOMEM)
		needs(-1);
	if (is == EVENTLINE_BAD && !s->replay && bad_line(s, src) == -1)
		return 0;
	if (is == EVENTLINE_PUT) {
		if (s->next.n == 0)
			begin_batch(s, src->line_us);
		if (!has_room(s, before))
			return 0;
	}
	src->c.n.events += is != EVENTLINE_OTHER;
	src->c.n.filtered += is == EVENTLINE_FILTERED;
	src->c.n.dead += is == EVENTLINE_BAD;
	src->c.n.other += is == EVENTLINE_OTHER;
	logsource_taken(src);
	s->moved = 1;
	return 1;
}

static void
fill(struct shipping *s)
{
	int64_t now_ms = clock_mono_ms(), now_us = clock_wall_us();
	struct logsource *src;
	unsigned left = SHIPPING_LINES;

	if (s->replay)
		now_us = INT64_MAX;
	s->hold_ms = -1;
	while (!s->next.full && left-- > 0) {
		src = logsources_next(&s->logs, now_ms, now_us, &s->hold_ms);
		if (src == NULL) {
			s->ended = s->hold_ms == -1;
			return;
		}
		s->ended = 0;
		if (!take_line(s, src)) {
			if (!s->next.full) /* a letter that cannot be kept */
				s->hold_ms = LOGSOURCES_TICK_MS;
			return;
		}
	}
	if (!s->next.full)
		s->hold_ms = 0;
}

/* the same from a file of letters: 1 where one came */
static int
next_letter(struct shipping *s)
{
	size_t before = buf_len(&s->next.text), n, len;
	const char *p, *lf = NULL;

	while (buf_len(&s->letter) == 0 ||
	    (lf = memchr(buf_data(&s->letter), '\n', buf_len(&s->letter))) ==
		NULL) {
		ssize_t got =
		    fd_read_more(s->letters_fd, &s->letter, LOGSOURCE_READ);
		if (got == -1 || buf_len(&s->letter) > DEADFILE_LINE_MAX)
			die(EXIT_TEMP, "unable to read %s/dead.sending: %m",
			    s->dir);
		if (got == 0)
			return 0;
	}
	p = buf_data(&s->letter);
	len = n = (size_t)(lf - p);
	p = deadfile_event(p, &n);
	if (p == NULL) {
		warn("%s/dead.sending: a line is no event, and left out",
		    s->dir);
	} else {
		needs(buf_put(&s->next.text, p, n));
		needs(buf_putc(&s->next.text, '\n'));
		if (s->next.n == 0)
			begin_batch(s, clock_wall_us());
		if (!has_room(s, before))
			return 1;
	}
	buf_consume(&s->letter, len + 1);
	return 1;
}

/* sending */

static void
later(struct shipping *s, const char *why, size_t n, long seconds)
{
	int64_t ms;
	unsigned char chance = 0;

	if (s->stopping) {
		loop_stop();
		return;
	}
	s->retries++;
	restart_failed(&s->pause);
	/* so that many do not come at once: up to a quarter less */
	random_bytes(&chance, 1);
	ms = s->pause.pause_ms - s->pause.pause_ms / 4 * chance / 255;
	if (seconds >= 0 && ms < seconds * 1000)
		ms = seconds * 1000;
	s->pause.at_ms = clock_mono_ms() + ms;
	if (s->pause.pause_ms == s->pause.first_ms ||
	    strncmp(s->last_why, why, n) != 0 || s->last_why[n] != '\0')
		warn("not taken, again in %lld.%03d s: %.*s",
		    (long long)(ms / 1000), (int)(ms % 1000), (int)n, why);
	snprintf(s->last_why, sizeof s->last_why, "%.*s", (int)n, why);
	restart_wait(&s->pause, send_part, s);
}

static void
batch_done(struct shipping *s)
{
	struct cursor *p = s->taken;

	s->sent += s->flight.n;
	s->flight.n = 0;
	s->flight.full = 0;
	buf_clear(&s->flight.text);
	buf_free(&s->part);
	s->taken = s->flying;
	s->n_taken = s->n_flying;
	s->flying = p;
	if (!s->letters && !s->replay)
		save_soon(s);
	if (s->stopping)
		loop_stop();
	else
		pump(s);
}

/* what is sent of the batch: its text where that is all of it */
static void
make_part(struct shipping *s, unsigned n, const char **text, size_t *len)
{
	const char *p = buf_data(&s->flight.text), *lf;
	unsigned i, k = 0;

	*text = p;
	*len = buf_len(&s->flight.text);
	if (n == s->flight.n)
		return;
	buf_clear(&s->part);
	for (i = 0; k < n; i++, p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(*text + *len - p));
		if (s->sending.sent[k] != i)
			continue;
		needs(buf_put(&s->part, p, (size_t)(lf - p) + 1));
		k++;
	}
	*text = buf_data(&s->part);
	*len = buf_len(&s->part);
}

static void
send_part(void *arg)
{
	struct shipping *s = arg;
	unsigned n = sending_part(&s->sending);
	const char *text;
	char why[160];
	size_t len;

	if (n == 0) {
		batch_done(s);
		return;
	}
	make_part(s, n, &text, &len);
	if (linkproc_send(&s->link, text, len,
		s->timeout_ms + LINKPROC_GRACE_MS) == 0)
		return;
	snprintf(why, sizeof why, "unable to start %s: %s", s->link.argv[0],
	    strerror(errno));
	later(s, why, strlen(why), -1);
}

static void
on_answered(void *arg, const char *p, size_t n)
{
	struct shipping *s = arg;
	struct shipreceipt r;

	if (shipreceipt_read(&r, p, n, s->sending.n_sent) == -1) {
		static const char why[] = "what the link answers is no receipt";

		later(s, why, sizeof why - 1, -1);
		return;
	}
	if (!sending_answer(&s->sending, &r, on_dead, s)) {
		later(s, r.text, r.text_len > 150 ? 150 : r.text_len,
		    r.seconds);
		return;
	}
	if (r.kind == 'K') {
		if (s->pause.pause_ms > 0)
			info("taken again");
		restart_good(&s->pause);
	}
	send_part(s);
}

static void
on_failed(void *arg, const char *why)
{
	struct shipping *s = arg;

	later(s, why, strlen(why), -1);
}

static void
send_batch(struct shipping *s)
{
	struct shipping_batch b = s->flight;

	s->flight = s->next;
	s->next = b;
	if (!s->letters)
		copy_places(s, &s->flying, &s->n_flying);
	sending_begin(&s->sending, s->flight.n);
	send_part(s);
}

/* nothing on its way, and the place has moved over what nobody wants */
static void
save_idle(struct shipping *s)
{
	if (!s->moved || s->letters || s->replay)
		return;
	copy_places(s, &s->taken, &s->n_taken);
	s->moved = 0;
	save_soon(s);
}

static void
pump(void *arg)
{
	struct shipping *s = arg;
	int64_t left;

	if (s->stopping)
		return;
	if (s->letters)
		while (!s->next.full && !s->ended)
			s->ended = !next_letter(s);
	else
		fill(s);
	if (s->flight.n == 0 && s->next.n == 0) {
		save_idle(s);
		if (s->ended && (s->letters || s->replay)) {
			s->done = s->letters || !logsources_troubled(&s->logs);
			loop_stop();
		}
	} else if (s->flight.n == 0) {
		left = s->next.since_ms + s->wait_ms - clock_mono_ms();
		if (s->next.full || left <= 0 || s->letters || s->replay) {
			send_batch(s);
			/* the next one is made while this one is away */
			s->hold_ms = 0;
		} else if (s->hold_ms == -1 || left < s->hold_ms) {
			s->hold_ms = left;
		}
	}
	if (s->hold_ms >= 0 && !(s->next.full && s->flight.n > 0))
		loop_timer_set(&s->pump, s->hold_ms, pump, s);
}

static void
on_tick(void *arg)
{
	struct shipping *s = arg;

	loop_timer_set(&s->tick, LOGSOURCES_TICK_MS, on_tick, s);
	logsources_look(&s->logs);
	if (s->look != NULL)
		s->look(s);
	if (s->flight.n == 0 || !s->next.full)
		pump(s);
}

/* how it goes */

static void
say(void *arg)
{
	struct shipping *s = arg;
	uint64_t behind = 0, filtered = 0, dead = 0, lost = 0;
	int64_t first = s->flight.n > 0 ? s->flight.first_us
	    : s->next.n > 0             ? s->next.first_us
					: 0,
		b;
	unsigned i;

	loop_timer_set(&s->say, SHIPPING_SAY_MS, say, s);
	if (s->sent == 0 && first == 0 && s->spoken)
		return;
	s->spoken = s->sent == 0 && first == 0;
	for (i = 0; i < s->n_taken; i++) {
		b = logsource_behind(s->logs.s[i]->path, &s->taken[i].at);
		behind += b > 0 ? (uint64_t)b : 0;
		filtered += s->taken[i].n.filtered;
		dead += s->taken[i].n.dead;
		lost += s->taken[i].n.lost;
	}
	event_begin("shipping");
	event_puts("dest", s->name);
	event_num("sent", s->sent);
	event_num("retries", s->retries);
	event_num("filtered", filtered);
	event_num("dead", dead);
	event_num("lost", lost);
	event_num("behind", behind);
	b = first == 0 ? 0 : (clock_wall_us() - first) / 1000000;
	event_num("lag", b > 0 ? (uint64_t)b : 0);
	if (s->pause.pause_ms > 0)
		event_puts("text", s->last_why);
	event_end();
	s->sent = s->retries = 0;
}

/* for who audits; what is missing there is only not proved */
static void
on_finished(void *arg, const struct cursor *c)
{
	struct shipping *s = arg;

	int r = filebook_put(s->dir, c);

	if (r == -1 && !s->book_failed)
		warn("unable to write %s/files: %m", s->dir);
	s->book_failed = r == -1;
}

static void
open_logs(struct shipping *s, int from_now)
{
	struct buf text = { 0 };
	int there = 0;

	if (!s->replay) {
		there = cursorfile_read(s->dir, &text) == 0;
		if (!there && errno != ENOENT)
			die(EXIT_TEMP, "unable to read %s/cursor: %m", s->dir);
	}
	s->logs.finished = s->replay ? NULL : on_finished;
	s->logs.finished_arg = s;
	if (logsources_open(&s->logs, s->root, s->only, there ? &text : NULL,
		from_now) == -1) {
		if (errno == EINVAL)
			die(EXIT_TEMP,
			    "%s/cursor is damaged: move it away to begin "
			    "with the first event that is there",
			    s->dir);
		die(EXIT_TEMP, "unable to read %s: %m", s->root);
	}
	buf_free(&text);
	if (s->replay)
		return;
	copy_places(s, &s->taken, &s->n_taken);
	/* where it began is known from the first moment */
	if (!there)
		save_soon(s);
}

void
shipping_start(struct shipping *s, int from_now)
{
	s->link.answered = on_answered;
	s->link.failed = on_failed;
	s->link.arg = s;
	if (!s->letters)
		open_logs(s, from_now);
	if (!s->letters && !s->replay) {
		logsources_watch(&s->logs, pump, s);
		loop_timer_set(&s->tick, LOGSOURCES_TICK_MS, on_tick, s);
		loop_timer_set(&s->say, SHIPPING_SAY_MS, say, s);
	}
	loop_timer_set(&s->pump, 0, pump, s);
}

static void
on_stop(void *arg)
{
	(void)arg;
	loop_stop();
}

void
shipping_stop(struct shipping *s)
{
	if (s->stopping)
		return;
	s->stopping = 1;
	if (s->flight.n == 0 || s->pause.waiting)
		loop_stop();
	else
		loop_timer_set(&s->stop, SHIPPING_STOP_MS, on_stop, s);
}

void
shipping_finish(struct shipping *s)
{
	loop_timer_stop(&s->save);
	if (s->unsaved)
		save(s);
	linkproc_end(&s->link);
	if (!s->letters)
		logsources_close(&s->logs);
}
