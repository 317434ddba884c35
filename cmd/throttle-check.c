/* throttle-check - counts again what throttle let go, from its ledger */
#include "base/die.h"
#include "base/exit.h"
#include "base/lines.h"
#include "base/out.h"
#include "format/ltsv.h"
#include "ledger/ledgercheck.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define USAGE "throttle-check [-ep] CONFDIR"

enum {
	THROTTLE_CHECK_SHOW_MAX = 1000, /* faults; more are counted only */
	THROTTLE_CHECK_PLACE = 4096     /* room for FILE:LINE */
};

static struct ledgerconf conf;
static struct ledgercheck check;
static struct buf faults, out;
static char *file; /* CONFDIR/throttle */
static unsigned conf_line;

/* the rules */

static void
take_conf(void *arg, const char *p, size_t n)
{
	const char *bad = "the line is too long";

	(void)arg;
	conf_line++;
	if (p != NULL)
		bad = ledgerconf_line(&conf, p, n, conf_line);
	if (bad != NULL)
		die(EXIT_TEMP, "%s:%u: %s", file, conf_line, bad);
}

static void
read_conf(const char *dir)
{
	size_t left = 0;
	int fd;

	if (access(dir, X_OK) == -1)
		die(EXIT_TEMP, "unable to look into %s: %m", dir);
	if (asprintf(&file, "%s/throttle", dir) == -1)
		die(EXIT_TEMP, "out of memory");
	ledgerconf_open(&conf);
	fd = open(file, O_RDONLY | O_CLOEXEC);
	/* without it the built-in limits hold */
	if (fd == -1 && errno == ENOENT)
		return;
	if (fd == -1)
		die(EXIT_TEMP, "unable to open %s: %m", file);
	if (lines_left(fd, WORD_LINE_MAX, take_conf, NULL, &left) == -1)
		die(EXIT_TEMP, "unable to read %s: %m", file);
	if (left > 0)
		die(EXIT_TEMP, "%s: the last line has no end", file);
	close(fd);
}

/* what is found */

static int
put_rule(struct buf *b, const struct ledger_limit *l)
{
	char place[THROTTLE_CHECK_PLACE];

	if (l == &check.backoff)
		return ltsv_puts(b, "rule", "learned");
	if (l->line == 0)
		return ltsv_puts(b, "rule", "built-in");
	snprintf(place, sizeof place, "%s:%u", file, l->line);
	return ltsv_puts(b, "rule", place);
}

/* microseconds as seconds */
static int
put_us(struct buf *b, const char *label, int64_t us)
{
	return buf_printf(b, "\t%s:%" PRId64 ".%06d", label, us / 1000000,
	    (int)(us % 1000000));
}

static int
put_fault(struct buf *b, const struct ledger_fault *f)
{
	int bad;

	if (f->limit == NULL) {
		bad = ltsv_puts(b, "check", "took");
		bad |= ltsv_shows(b, "key", f->key);
	} else {
		bad = ltsv_puts(b, "check", "over");
		bad |= put_rule(b, f->limit);
		bad |= ltsv_shows(b, "key", f->key);
		bad |= ltsv_puts(b, "limit", f->limit_text);
		bad |= put_us(b, "window", f->excess.window_us);
		bad |= ltsv_putnum(b, "count", f->excess.count);
		bad |= ltsv_putnum(b, "allowed", f->excess.allowed);
	}
	bad |= put_us(b, "at", f->at_us);
	bad |= ltsv_putnum(b, "line", f->line);
	return bad | ltsv_end(b);
}

static int
fault(void *arg, const struct ledger_fault *f)
{
	(void)arg;
	/* those before were under other rules */
	if (check.faults == 1)
		buf_clear(&faults);
	if (check.faults > THROTTLE_CHECK_SHOW_MAX)
		return 0;
	return put_fault(&faults, f) == 0 ? 0 : -1;
}

/* what was seen of a limit */
static void
show_limit(const char *key, const struct ledger_limit *l)
{
	const struct ledger_seen *s = &l->seen;
	uint64_t allowed = l->kind == LEDGER_RATE ? l->n + l->burst
	    : s->allowed > 0                      ? s->allowed
						  : l->n;

	needs(ltsv_puts(&out, "check", "limit"));
	needs(put_rule(&out, l));
	needs(ltsv_puts(&out, "key", key));
	needs(ltsv_puts(&out, "limit", l->text));
	needs(ltsv_putnum(&out, "keys", s->keys));
	needs(ltsv_putnum(&out, "windows", s->windows));
	needs(ltsv_putnum(&out, "most", s->most));
	if (l != &check.backoff) {
		needs(ltsv_putnum(&out, "allowed", allowed));
		needs(buf_printf(&out, "\tuse:%" PRIu64 "%%",
		    allowed == 0
			? 0
			: (uint64_t)((__int128)s->most * 100 / allowed)));
	}
	needs(ltsv_putnum(&out, "over", s->bad));
	needs(ltsv_end(&out));
}

static void
show(void)
{
	const struct ledger_rule *r;
	unsigned i;

	if (check.faults > 0)
		out_flush(&faults);
	for (r = conf.first; r != NULL; r = r->next)
		for (i = 0; i < r->n_limits; i++)
			show_limit(r->key, &r->limit[i]);
	show_limit(conf.built_in.key, &conf.built_in.limit[0]);
	show_limit("*", &check.backoff);
	needs(ltsv_puts(&out, "check", "ledger"));
	needs(put_us(&out, "from", check.first_us));
	needs(put_us(&out, "to", check.wall_us));
	needs(ltsv_putnum(&out, "lines", check.lines));
	needs(ltsv_putnum(&out, "starts", check.starts));
	needs(ltsv_putnum(&out, "grants", check.grants));
	needs(ltsv_putnum(&out, "passed-by", check.passed_by));
	needs(ltsv_putnum(&out, "over", check.faults));
	needs(ltsv_end(&out));
	out_flush(&out);
}

/* the ledger */

static void
take(void *arg, const char *p, size_t n)
{
	(void)arg;
	if (p == NULL)
		die(EXIT_TEMP, "line %llu: no line of a ledger",
		    (unsigned long long)check.lines + 1);
	if (ledgercheck_line(&check, p, n) == -1)
		die(EXIT_TEMP, "line %llu: %s", (unsigned long long)check.lines,
		    check.why);
}

int
main(int argc, char **argv)
{
	size_t left = 0;
	int c, empty = 0;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+ep")) != -1) {
		if (c == 'e')
			empty = 1;
		else if (c == 'p')
			check.part = 1;
		else
			die_usage(USAGE);
	}
	if (argc - optind != 1)
		die_usage(USAGE);
	read_conf(argv[optind]);
	check.conf = &conf;
	check.turn = zone_period;
	check.date = zone_date;
	check.fault = fault;
	ledgercheck_open(&check);
	if (lines_left(0, LEDGERLINE_MAX, take, NULL, &left) == -1)
		die(EXIT_TEMP, "unable to read the ledger: %m");
	if (left > 0)
		die(EXIT_TEMP, "the last line has no end");
	if (check.grants == 0 && !empty)
		die(EXIT_TEMP,
		    check.passed_by > 0
			? "nothing was granted under these rules"
			: "nothing was granted");
	show();
	return check.faults == 0 ? EXIT_OK : EXIT_NONE;
}
