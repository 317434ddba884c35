#include "ship/shipdead.h"
#include "base/clock.h"
#include "base/die.h"
#include "ship/deadfile.h"
#include "ship/eventline.h"

static int
keep(struct shipdead *d)
{
	int r = deadfile_put(d->dir, buf_data(&d->line), buf_len(&d->line));

	if (r == -1 && !d->failed)
		warn("unable to write %s/dead: %m; what is refused waits",
		    d->dir);
	d->failed = r == -1;
	return r;
}

int
shipdead_line(struct shipdead *d, const char *src, const char *line, size_t n)
{
	char ts[EVENTLINE_TIME_SIZE];

	eventline_time(clock_wall_us(), ts);
	buf_clear(&d->line);
	needs(eventline_dead(src, line, n, ts,
	    n > EVENTLINE_MAX ? "too long" : "damaged", &d->line));
	return keep(d);
}

int
shipdead_event(struct shipdead *d, const char *event, size_t n, const char *why,
    size_t why_len)
{
	char ts[EVENTLINE_TIME_SIZE];

	eventline_time(clock_wall_us(), ts);
	buf_clear(&d->line);
	needs(buf_printf(&d->line, "dead-at:%s", ts));
	needs(ltsv_put(&d->line, "dead-text", why, why_len));
	needs(buf_putc(&d->line, '\t'));
	needs(buf_put(&d->line, event, n));
	return keep(d);
}

void
shipdead_free(struct shipdead *d)
{
	buf_free(&d->line);
}
