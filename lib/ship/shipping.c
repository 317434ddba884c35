#include "ship/shipping.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/newfile.h"
#include "ship/cursorfile.h"
#include "ship/filebook.h"
#include <errno.h>
#include <string.h>

static void pump(void *);

void
shipping_init(struct shipping *s)
{
	memset(s, 0, sizeof *s);
	shipfill_init(&s->fill);
	shipsend_init(&s->send);
}

/* keeping the place */

static int
write_cursor(struct shipping *s)
{
	struct buf b = { 0 };
	int r;

	needs(shipplaces_put(&s->places, &b));
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
	if (!s->unsaved || s->fill.replay || s->letters)
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

/* what becomes of a batch */

static int
on_dead(void *arg, const char *event, size_t n, const char *why, size_t why_len)
{
	struct shipping *s = arg;

	if (shipdead_event(&s->dead, event, n, why, why_len) == -1)
		return -1;
	if (!s->letters)
		shipplaces_refused(&s->places, &s->logs, event, n);
	warn("an event is refused for good: %.36s: %.*s", event, (int)why_len,
	    why);
	return 0;
}

static void
on_done(void *arg)
{
	struct shipping *s = arg;

	if (!s->letters)
		shipplaces_landed(&s->places);
	if (!s->letters && !s->fill.replay)
		save_soon(s);
	if (s->send.stopping)
		loop_stop();
	else
		pump(s);
}

static void
send_batch(struct shipping *s)
{
	if (!s->letters)
		needs(shipplaces_fly(&s->places, &s->logs));
	shipsend_begin(&s->send, &s->fill.next);
}

/* nothing on its way, and the place has moved over what nobody wants */
static void
save_idle(struct shipping *s)
{
	if (!s->fill.moved || s->letters || s->fill.replay)
		return;
	needs(shipplaces_read(&s->places, &s->logs));
	s->fill.moved = 0;
	save_soon(s);
}

static void
pump(void *arg)
{
	struct shipping *s = arg;
	int64_t left;

	if (s->send.stopping)
		return;
	if (s->letters)
		shipfill_letters(&s->fill, s->dir);
	else
		shipfill_logs(&s->fill, &s->logs, &s->dead);
	if (s->send.flight.n == 0 && s->fill.next.n == 0) {
		save_idle(s);
		if (s->fill.ended && (s->letters || s->fill.replay)) {
			s->done = s->letters || !logsources_troubled(&s->logs);
			loop_stop();
		}
	} else if (s->send.flight.n == 0) {
		left = s->fill.next.since_ms + s->wait_ms - clock_mono_ms();
		if (s->fill.next.full || left <= 0 || s->letters ||
		    s->fill.replay) {
			send_batch(s);
			/* the next one is made while this one is away */
			s->fill.hold_ms = 0;
		} else if (s->fill.hold_ms == -1 || left < s->fill.hold_ms) {
			s->fill.hold_ms = left;
		}
	}
	if (s->fill.hold_ms >= 0 &&
	    !(s->fill.next.full && s->send.flight.n > 0))
		loop_timer_set(&s->pump, s->fill.hold_ms, pump, s);
}

static void
on_gone(void *arg, const struct logsource *log, const struct logfiles_one *one)
{
	struct shipping *s = arg;

	shipplaces_gone(&s->places, &s->logs, log, one);
}

static void
on_noted(void *arg, const struct logsource *log)
{
	struct shipping *s = arg;

	if (shipplaces_noted(&s->places, &s->logs, log))
		save_soon(s);
}

static void
on_tick(void *arg)
{
	struct shipping *s = arg;

	loop_timer_set(&s->tick, LOGSOURCES_TICK_MS, on_tick, s);
	logsources_look(&s->logs);
	logsources_list(&s->logs, clock_mono_ms());
	if (s->look != NULL)
		s->look(s);
	if (s->send.flight.n == 0 || !s->fill.next.full)
		pump(s);
}

/* how it goes */

/* the time of the oldest event that is to be sent; 0: none */
static int64_t
oldest_us(const struct shipping *s)
{
	if (s->send.flight.n > 0)
		return s->send.flight.first_us;
	return s->fill.next.n > 0 ? s->fill.next.first_us : 0;
}

static void
say(void *arg)
{
	struct shipping *s = arg;

	loop_timer_set(&s->saying, SHIPPING_SAY_MS, say, s);
	s->say.sent = s->send.sent;
	s->say.retries = s->send.retries;
	s->say.first_us = oldest_us(s);
	s->say.why = s->send.pause.pause_ms > 0 ? s->send.last_why : NULL;
	if (shipsay(&s->say, &s->places, &s->logs))
		s->send.sent = s->send.retries = 0;
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

	if (!s->fill.replay) {
		there = cursorfile_read(s->dir, &text) == 0;
		if (!there && errno != ENOENT)
			die(EXIT_TEMP, "unable to read %s/cursor: %m", s->dir);
	}
	s->logs.finished = s->fill.replay ? NULL : on_finished;
	s->logs.gone = s->fill.replay ? NULL : on_gone;
	s->logs.noted = s->fill.replay ? NULL : on_noted;
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
	if (s->fill.replay)
		return;
	needs(shipplaces_read(&s->places, &s->logs));
	/* where it began is known from the first moment */
	if (!there)
		save_soon(s);
}

void
shipping_start(struct shipping *s, int from_now)
{
	s->dead.dir = s->dir;
	s->say.dest = s->name;
	s->send.dead = on_dead;
	s->send.done = on_done;
	s->send.arg = s;
	if (!s->letters)
		open_logs(s, from_now);
	if (!s->letters && !s->fill.replay) {
		logsources_watch(&s->logs, pump, s);
		loop_timer_set(&s->tick, LOGSOURCES_TICK_MS, on_tick, s);
		loop_timer_set(&s->saying, SHIPPING_SAY_MS, say, s);
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
	if (s->send.stopping)
		return;
	s->send.stopping = 1;
	if (s->send.flight.n == 0 || s->send.pause.waiting)
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
	shipsend_end(&s->send);
	if (!s->letters)
		logsources_close(&s->logs);
	shipfill_free(&s->fill);
	shipdead_free(&s->dead);
	shipplaces_free(&s->places);
}
