#include "run/lifeclock.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "queue/retry.h"
#include "run/run.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LIFETIME_UNSURE_MS = 10000 /* what is in the pipes has come then */ };

/* 0 or -1 with errno */
static int
store(struct run *r, int64_t now)
{
	static struct buf text;
	int fd, ok;

	buf_clear(&text);
	if (age_text(&r->age, now, &text) == -1)
		return -1;
	fd = openat(r->qfd, "clock", O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
	/* in place, and no longer than a block: there may be no room for
	 * another file */
	ok = fd != -1 &&
	    pwrite(fd, buf_data(&text), buf_len(&text), 0) ==
		(ssize_t)buf_len(&text) &&
	    ftruncate(fd, buf_len(&text)) == 0;
	if (fd != -1)
		close(fd);
	return ok ? 0 : -1;
}

static void
stepped(struct run *r, int64_t expected, int64_t now)
{
	warn("the clock has gone from %lld to %lld; messages are as old as "
	     "they were",
	    (long long)expected / 1000, (long long)now / 1000);
	r->age.start_ms += now - expected;
	heads_stepped(r);
	jobs_stepped(r);
	schedule_watch_all(&r->s);
	r->lifetime.alive_ms = 0;
	r->lifetime.unsure_ms = clock_mono_ms() + LIFETIME_UNSURE_MS;
}

void
lifetime_clock(struct run *r)
{
	int64_t now = clock_wall_us() / 1000, mono = clock_mono_ms();
	int64_t expected = r->lifetime.expected_ms + mono;

	if (!r->lifetime.started)
		return;
	if (age_clock(&r->age, expected, now, AGE_STEP_MS))
		stepped(r, expected, now);
	r->lifetime.expected_ms = now - mono;
}

void
lifetime_alive(struct run *r)
{
	if (store(r, clock_wall_us() / 1000) == -1)
		warn("unable to write %s/clock: %m", r->queue);
}

void
lifeclock_start(struct run *r)
{
	char path[RUN_PATH_MAX + 16], *text;
	int64_t now = clock_wall_us() / 1000, seen = 0;
	size_t n;

	r->age.start_ms = now;
	r->age.max_ms = RETRY_SECONDS_MAX * INT64_C(1000);
	snprintf(path, sizeof path, "%s/clock", r->queue);
	if (fd_slurp(path, AGE_TEXT_MAX, &text, &n) == 0) {
		seen = age_read(&r->age, text, n);
		free(text);
	} else if (errno != ENOENT) {
		warn("unable to read %s: %m", path);
	}
	if (seen > 0 && age_clock(&r->age, seen, now, AGE_AWAY_MS)) {
		warn("the clock has gone from %lld to %lld while nobody "
		     "looked; messages are as old as they were",
		    (long long)seen / 1000, (long long)now / 1000);
		r->lifetime.unsure_ms = clock_mono_ms() + LIFETIME_UNSURE_MS;
		if (now < seen)
			r->age.away_ms = now - seen;
	}
	expire_start(r);
	r->lifetime.expected_ms = now - clock_mono_ms();
	r->lifetime.started = 1;
}
