#include "ship/shipsend.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/random.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void send_part(void *);

static void
say_later(struct shipsend *s, const char *why, size_t n, int64_t ms)
{
	/* once for each reason */
	if (s->pause.pause_ms == s->pause.first_ms ||
	    strncmp(s->last_why, why, n) != 0 || s->last_why[n] != '\0')
		warn("not taken, again in %lld.%03d s: %.*s",
		    (long long)(ms / 1000), (int)(ms % 1000), (int)n, why);
	snprintf(s->last_why, sizeof s->last_why, "%.*s", (int)n, why);
}

/* seconds: not before, as the link wants it; -1: it says nothing */
static void
later(struct shipsend *s, const char *why, size_t n, long seconds)
{
	unsigned char chance = 0;
	int64_t ms;

	if (s->stopping) {
		loop_stop();
		return;
	}
	if (n > SHIPSEND_WHY_MAX)
		n = SHIPSEND_WHY_MAX;
	s->retries++;
	restart_failed(&s->pause);
	/* so that many do not come at once: up to a quarter less */
	random_bytes(&chance, 1);
	ms = s->pause.pause_ms - s->pause.pause_ms / 4 * chance / 255;
	if (seconds >= 0 && ms < seconds * 1000)
		ms = seconds * 1000;
	s->pause.at_ms = clock_mono_ms() + ms;
	say_later(s, why, n, ms);
	restart_wait(&s->pause, send_part, s);
}

static void
batch_done(struct shipsend *s)
{
	s->sent += s->flight.n;
	shipgather_clear(&s->flight);
	buf_free(&s->part);
	s->done(s->arg);
}

/* what is sent of the batch: its text where that is all of it */
static const struct buf *
make_part(struct shipsend *s, unsigned n)
{
	if (n == s->flight.n)
		return &s->flight.text;
	buf_clear(&s->part);
	needs(shipgather_part(&s->flight, s->sending.sent, n, &s->part));
	return &s->part;
}

static void
send_part(void *arg)
{
	struct shipsend *s = arg;
	unsigned n = sending_part(&s->sending);
	const struct buf *text;
	char why[SHIPSEND_WHY_MAX + 1];

	if (n == 0) {
		batch_done(s);
		return;
	}
	text = make_part(s, n);
	if (linkproc_send(&s->link, buf_data(text), buf_len(text),
		s->timeout_ms + LINKPROC_GRACE_MS) == 0)
		return;
	snprintf(why, sizeof why, "unable to start %s: %s", s->link.argv[0],
	    strerror(errno));
	later(s, why, strlen(why), -1);
}

static int
on_dead(void *arg, unsigned event, const char *why, size_t why_len)
{
	struct shipsend *s = arg;
	size_t n;
	const char *p = shipgather_event(&s->flight, event, &n);

	return s->dead(s->arg, p, n, why, why_len);
}

static void
on_answered(void *arg, const char *p, size_t n)
{
	static const char none[] = "what the link answers is no receipt";
	struct shipsend *s = arg;
	struct shipreceipt r;

	if (shipreceipt_read(&r, p, n, s->sending.n_sent) == -1) {
		later(s, none, sizeof none - 1, -1);
		return;
	}
	if (!sending_answer(&s->sending, &r, on_dead, s)) {
		later(s, r.text, r.text_len, r.seconds);
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
	later(arg, why, strlen(why), -1);
}

void
shipsend_init(struct shipsend *s)
{
	memset(s, 0, sizeof *s);
	linkproc_init(&s->link);
	s->link.answered = on_answered;
	s->link.failed = on_failed;
	s->link.arg = s;
}

void
shipsend_begin(struct shipsend *s, struct shipgather *next)
{
	struct shipgather empty = s->flight;

	s->flight = *next;
	*next = empty;
	sending_begin(&s->sending, s->flight.n);
	send_part(s);
}

void
shipsend_end(struct shipsend *s)
{
	linkproc_end(&s->link);
	buf_free(&s->flight.text);
	buf_free(&s->part);
}
