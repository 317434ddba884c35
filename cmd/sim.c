/* sim - what a log would have become under another configuration */
#include "base/die.h"
#include "base/exit.h"
#include "base/newfile.h"
#include "base/opt.h"
#include "base/out.h"
#include "sim/simfiles.h"
#include "sim/simplot.h"
#include "sim/simrun.h"
#include "sim/simtable.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "sim [-elr] [-g group] [-m site=n/period] [-n count] [-o oldconf] "
    "[-p file] [-s seed] [-w window] confdir [log ...]";

enum { COUNT = 20, COUNT_MAX = 1000000 };

static struct simstore store;
static struct simstat stats[SIMTABLE_RUNS];
static struct simevent events = { .store = &store, .real = &stats[0] };
static struct simfiles files = { .events = &events };
static struct simmodel model;
static struct nametable routes;
static struct simtable table = { .most = COUNT };
static struct simrun wanted = { .window = SIMRUN_WINDOW, .seed = 1 };
static const char *old, *picture;
static int for_programs, ends;

static void
set_group(const char *s)
{
	unsigned i;

	for (i = 0; i < SIMGROUPS; i++)
		if (strcmp(s, simgroup_names[i]) == 0) {
			wanted.by = events.by = i;
			return;
		}
	opt_bad('g', s, "site, domain, provider, tenant, via, src or day");
}

static void
options(int argc, char **argv)
{
	const char *bad;
	int c;

	while ((c = getopt(argc, argv, "+eg:lm:n:o:p:rs:w:")) != -1)
		switch (c) {
		case 'e': ends = 1; break;
		case 'g': set_group(optarg); break;
		case 'l': for_programs = 1; break;
		case 'm':
			bad = simmodel_add(&model, optarg);
			if (bad != NULL)
				die(EXIT_PERM, "bad -m %s: %s", optarg, bad);
			break;
		case 'n':
			table.most = (unsigned)opt_num(c, optarg, 0, COUNT_MAX);
			break;
		case 'o': old = optarg; break;
		case 'p': picture = optarg; break;
		case 'r': wanted.recorded = 1; break;
		case 's':
			wanted.seed = opt_num(c, optarg, 0, UINT64_MAX);
			break;
		case 'w':
			wanted.window = (unsigned)opt_num(c, optarg, 1,
			    SCHEDULE_WINDOW_MAX);
			break;
		default: die_usage(usage);
		}
	if (argc - optind < 1)
		die_usage(usage);
}

/* the way of each as the log has it */
static uint32_t *
recorded_routes(void)
{
	uint32_t *list = need(malloc((store.n_rcpt + 1) * sizeof *list)), i;
	const struct simstore_rcpt *x;
	static struct buf b;
	const char *p;
	size_t n;
	int fresh;

	for (i = 0; i < store.n_rcpt; i++) {
		x = &store.rcpt[i];
		list[i] = NAMETABLE_NONE;
		if (x->first == SIMSTORE_NONE)
			continue;
		buf_clear(&b);
		p = simstore_text(&store, x->via, &n);
		needs(buf_put(&b, p, n));
		needs(buf_putc(&b, '\t'));
		p = simstore_text(&store, x->site, &n);
		needs(buf_put(&b, p, n));
		list[i] =
		    nametable_get(&routes, buf_data(&b), buf_len(&b), &fresh);
		needs(list[i] == NAMETABLE_NONE ? -1 : 0);
	}
	return list;
}

static void
add(struct simstat *s, const char *name)
{
	simstat_close(s);
	table.run[table.n] = s;
	table.name[table.n++] = name;
}

static void
run(const char *confdir, const char *name, const uint32_t *order,
    uint32_t *route)
{
	struct simrun *r = need(malloc(sizeof *r));

	*r = wanted;
	r->store = &store;
	r->order = order;
	r->stat = &stats[table.n];
	r->model = &model;
	r->confdir = confdir;
	r->routes = &routes;
	r->route = route;
	r->end_us = ends ? store.to_us : INT64_MAX;
	simmodel_rest(&model);
	simrun(r);
	add(r->stat, name);
	free(r);
}

static void
draw(const struct simstat *s)
{
	const char *slash = strrchr(picture, '/');
	char *dir;
	static struct buf b;

	needs(simplot_svg(&b, s, table.by));
	dir = need(slash == NULL
		? strdup(".")
		: strndup(picture, (size_t)(slash - picture) + 1));
	if (newfile_put(dir, slash == NULL ? picture : slash + 1, &b) == -1)
		die(EXIT_TEMP, "unable to write %s: %m", picture);
	free(dir);
}

int
main(int argc, char **argv)
{
	static struct buf out;
	uint32_t *order, *route;
	int i;

	prog_init(argv);
	options(argc, argv);
	if (optind + 1 == argc)
		simfiles_read(&files, "-");
	for (i = optind + 1; i < argc; i++)
		simfiles_read(&files, argv[i]);
	needs(simevent_close(&events));
	if (files.bad > SIMFILES_SAY_MAX)
		warn("%llu lines could not be used",
		    (unsigned long long)files.bad);
	if (store.n_rcpt == 0)
		die(EXIT_TEMP, "no recipient is in the log");
	add(&stats[0], "log");
	order = need(simstore_order(&store));
	route = recorded_routes();
	if (old != NULL)
		run(old, "old", order, route);
	run(argv[optind], "new", order, route);
	table.by = simgroup_names[wanted.by];
	needs(for_programs ? simtable_ltsv(&out, &table)
			   : simtable_people(&out, &table));
	out_flush(&out);
	if (picture != NULL)
		draw(table.run[table.n - 1]);
	return EXIT_OK;
}
