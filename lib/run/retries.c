#include "run/run.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "conf/tablelookup.h"
#include <errno.h>

void
retries_start(struct run *r)
{
	struct buf *path = &r->retries.path;

	if (r->retries.conf == NULL)
		return;
	if (buf_printf(path, "%s/retry.cdb", r->retries.conf) == -1)
		die(EXIT_TEMP, "out of memory");
	/* no table is no fault: the built-in intervals hold */
	if (table_open(&r->retries.table, buf_data(path)) == -1 &&
	    errno != ENOENT)
		warn("unable to open %s: %m", buf_data(path));
}

void
retries_of(struct run *r, uint32_t x, const struct retry_case *of,
    struct retry *out)
{
	retries_lines(r, x, of, out, NULL);
}

void
retries_lines(struct run *r, uint32_t x, const struct retry_case *of,
    struct retry *out, struct retry_lines *lines)
{
	const struct nametable_name *d =
	    &r->s.domains.name[r->s.rcpt[x].domain];
	struct retry_case c = { { 0 }, { 0 }, { 0 } };
	const struct lookup l = { tablelookup_get_open, &r->retries.table };

	if (r->retries.conf != NULL)
		table_check(&r->retries.table);
	if (of != NULL)
		c = *of;
	c.domain = (struct slice){ d->s, d->len };
	if (retry_lookup_lines(out, lines, &c, &l) == -1)
		warn("retry table is damaged; built-in intervals hold");
}

/* recipients of a message at one domain stay together */
static uint32_t
dice(const struct run *r, uint32_t x)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	const struct nametable_name *d = &r->s.domains.name[p->domain];

	return nametable_hash(r->s.message[p->message].id, NAME_LEN) ^
	    nametable_hash(d->s, d->len) ^ p->tries * 2654435761u;
}

int64_t
retries_pause_ms(const struct run *r, uint32_t x, const struct retry *retry)
{
	return retry_interval_ms(retry, r->s.rcpt[x].tries, dice(r, x));
}

void
retries_wait(struct run *r, uint32_t x, int64_t wall_ms, int front)
{
	int64_t now = clock_mono_ms();
	int64_t due = now + (wall_ms - clock_wall_us() / 1000);

	if (schedule_wait(&r->s, x, due, now, front) == -1)
		die(EXIT_TEMP, "out of memory");
}
